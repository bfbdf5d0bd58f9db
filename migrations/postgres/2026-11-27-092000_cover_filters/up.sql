-- The index of each order holds all that a filter asks: a walk along it passes those who do not match without reading their
-- rows. All people in an order are read as two walks, so that the index of all by last sign-in is not needed.
DROP INDEX users_by_name;
DROP INDEX users_by_email;
DROP INDEX users_by_last_sign_in;
DROP INDEX users_all_by_last_sign_in;
CREATE INDEX users_by_name ON users (state, name_key, id) INCLUDE (
    email_key, last_sign_in_at, access_level, company_id, team_id, group_id, job_role_id, manager_id, created_at,
    leaves_at, state_changed_at, state_operation_id
);
CREATE INDEX users_by_email ON users (state, email_key, id) INCLUDE (
    name_key, last_sign_in_at, access_level, company_id, team_id, group_id, job_role_id, manager_id, created_at,
    leaves_at, state_changed_at, state_operation_id
);
CREATE INDEX users_by_last_sign_in ON users (state, last_sign_in_at, id) INCLUDE (
    name_key, email_key, access_level, company_id, team_id, group_id, job_role_id, manager_id, created_at, leaves_at,
    state_changed_at, state_operation_id
);

-- The index of each field holds the keys of the orders: those who match, if they are few, are sorted without reading their
-- rows. With the name in front where the field has one value, so that these are in an order without sorting.
DROP INDEX users_administrators;
DROP INDEX users_by_level;
DROP INDEX users_by_manager;
DROP INDEX users_by_company;
DROP INDEX users_by_team;
DROP INDEX users_by_group;
DROP INDEX users_by_job_role;
DROP INDEX users_by_creation;
DROP INDEX users_by_leave;
DROP INDEX users_off_by_time;
DROP INDEX users_off_by_operation;
DROP INDEX users_without_company;
DROP INDEX users_without_team;
DROP INDEX users_without_group;
DROP INDEX users_without_job_role;
CREATE INDEX users_by_level ON users (access_level, name_key, id) INCLUDE (state, email_key, last_sign_in_at)
    WHERE access_level IS NOT NULL;
CREATE INDEX users_by_manager ON users (manager_id, name_key, id) INCLUDE (state, email_key, last_sign_in_at)
    WHERE manager_id IS NOT NULL;
CREATE INDEX users_by_company ON users (company_id, name_key, id) INCLUDE (state, email_key, last_sign_in_at)
    WHERE company_id IS NOT NULL AND state <> 'deleted';
CREATE INDEX users_by_team ON users (team_id, name_key, id) INCLUDE (state, email_key, last_sign_in_at)
    WHERE team_id IS NOT NULL AND state <> 'deleted';
CREATE INDEX users_by_group ON users (group_id, name_key, id) INCLUDE (state, email_key, last_sign_in_at)
    WHERE group_id IS NOT NULL AND state <> 'deleted';
CREATE INDEX users_by_job_role ON users (job_role_id, name_key, id) INCLUDE (state, email_key, last_sign_in_at)
    WHERE job_role_id IS NOT NULL AND state <> 'deleted';
CREATE INDEX users_by_creation ON users (created_at, id) INCLUDE (state, name_key, email_key, last_sign_in_at)
    WHERE state <> 'deleted';
CREATE INDEX users_by_leave ON users (leaves_at, id) INCLUDE (state, name_key, email_key, last_sign_in_at)
    WHERE leaves_at IS NOT NULL;
CREATE INDEX users_off_by_time ON users (state_changed_at, id) INCLUDE (state, name_key, email_key, last_sign_in_at)
    WHERE state = 'deactivated';
CREATE INDEX users_off_by_operation ON users (state_operation_id, id) INCLUDE (state, name_key, email_key, last_sign_in_at)
    WHERE state = 'deactivated';
CREATE INDEX users_without_company ON users (company_id, id) INCLUDE (state, name_key, email_key, last_sign_in_at)
    WHERE company_id IS NULL AND state <> 'deleted';
CREATE INDEX users_without_team ON users (team_id, id) INCLUDE (state, name_key, email_key, last_sign_in_at)
    WHERE team_id IS NULL AND state <> 'deleted';
CREATE INDEX users_without_group ON users (group_id, id) INCLUDE (state, name_key, email_key, last_sign_in_at)
    WHERE group_id IS NULL AND state <> 'deleted';
CREATE INDEX users_without_job_role ON users (job_role_id, id) INCLUDE (state, name_key, email_key, last_sign_in_at)
    WHERE job_role_id IS NULL AND state <> 'deleted';
