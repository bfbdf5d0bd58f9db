-- Saved filters and views, what somebody has ticked in the Users list, and the indexes by which a filter finds people.

CREATE TABLE saved_lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    owner_id BIGINT REFERENCES users (id) ON DELETE SET NULL, -- NULL: erased; what they shared stays
    kind TEXT NOT NULL CHECK (kind IN ('filter', 'view')),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    query TEXT NOT NULL, -- as it stands in an address
    is_shared BOOLEAN NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX saved_lists_one_of_a_name ON saved_lists (owner_id, kind, name_key);
CREATE INDEX saved_lists_shared ON saved_lists (kind, name_key) WHERE is_shared;

-- People ticked on pages of the list that are not in sight any more. It goes away after two days.
CREATE TABLE picked_users (
    token TEXT PRIMARY KEY NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    ids TEXT NOT NULL, -- with commas between
    picked_at BIGINT NOT NULL
);
CREATE INDEX picked_users_by_owner ON picked_users (owner_id);
CREATE INDEX picked_users_by_time ON picked_users (picked_at);

CREATE INDEX users_by_level ON users (access_level, id) WHERE access_level IS NOT NULL;
CREATE INDEX users_by_creation ON users (created_at, id) WHERE state <> 'deleted';
CREATE INDEX users_off_by_time ON users (state_changed_at, id) WHERE state = 'deactivated';
CREATE INDEX users_off_by_operation ON users (state_operation_id, id) WHERE state = 'deactivated';
CREATE INDEX users_without_company ON users (company_id, id) WHERE company_id IS NULL AND state <> 'deleted';
CREATE INDEX users_without_team ON users (team_id, id) WHERE team_id IS NULL AND state <> 'deleted';
CREATE INDEX users_without_group ON users (group_id, id) WHERE group_id IS NULL AND state <> 'deleted';
CREATE INDEX users_without_job_role ON users (job_role_id, id) WHERE job_role_id IS NULL AND state <> 'deleted';
CREATE INDEX operations_by_starter ON operations (started_by, id) WHERE started_by IS NOT NULL;
