-- What an organization says about people beside their names: groups and job roles, further teams and groups, and how
-- to reach them. A retired company, team, group or job role stays with whoever has it, and nobody new gets it.

CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    retired_at BIGINT
);
CREATE TABLE job_roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    retired_at BIGINT
);
ALTER TABLE companies ADD COLUMN retired_at BIGINT;
ALTER TABLE teams ADD COLUMN retired_at BIGINT;

ALTER TABLE users ADD COLUMN mobile TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN about TEXT NOT NULL DEFAULT ''; -- "talk to me about"
ALTER TABLE users ADD COLUMN employee_number TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN group_id BIGINT REFERENCES groups (id); -- the home group, as team_id is the home team
ALTER TABLE users ADD COLUMN job_role_id BIGINT REFERENCES job_roles (id);
CREATE INDEX users_by_employee_number ON users (employee_number) WHERE employee_number <> '';

-- Teams and groups beside the home team and the home group.
CREATE TABLE team_members (
    team_id BIGINT NOT NULL REFERENCES teams (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_by_user ON team_members (user_id);
CREATE TABLE group_members (
    group_id BIGINT NOT NULL REFERENCES groups (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_by_user ON group_members (user_id);
