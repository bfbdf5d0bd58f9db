-- Who is in a company, a team, a group or has a job role: counted and paged by name without a look at anybody else.

CREATE INDEX users_by_company ON users (company_id, name_key, id) WHERE company_id IS NOT NULL AND state <> 'deleted';
CREATE INDEX users_by_team ON users (team_id, name_key, id) WHERE team_id IS NOT NULL AND state <> 'deleted';
CREATE INDEX users_by_group ON users (group_id, name_key, id) WHERE group_id IS NOT NULL AND state <> 'deleted';
CREATE INDEX users_by_job_role ON users (job_role_id, name_key, id) WHERE job_role_id IS NOT NULL AND state <> 'deleted';
