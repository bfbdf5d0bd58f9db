-- With the state in front: SQLite, which keeps no statistics, would else take another index of the state and read everybody
-- who is off.
DROP INDEX users_off_by_time;
DROP INDEX users_off_by_operation;
CREATE INDEX users_off_by_time ON users (state, state_changed_at, id) WHERE state = 'deactivated';
CREATE INDEX users_off_by_operation ON users (state, state_operation_id, id) WHERE state = 'deactivated';
