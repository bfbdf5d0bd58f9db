-- The leave plan: who gets the duties, when somebody leaves, what was handed over, and messages about it.

ALTER TABLE users ADD COLUMN manager_id BIGINT REFERENCES users (id);
-- Access ends at this moment, whether or not anything runs then.
ALTER TABLE users ADD COLUMN leaves_at BIGINT CONSTRAINT only_active_people_leave CHECK (leaves_at IS NULL OR state = 'active');
ALTER TABLE users ADD COLUMN leaves_zone TEXT NOT NULL DEFAULT ''; -- the time zone in which the date was set
ALTER TABLE users ADD COLUMN leave_operation_id BIGINT;            -- the operation that will carry it out
CREATE INDEX users_by_manager ON users (manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX users_by_leave ON users (leaves_at, id) WHERE leaves_at IS NOT NULL;

CREATE INDEX assignments_not_ended ON assignments (user_id, work_item_id) WHERE ended_at IS NULL;

-- The words of acts, steps and outcomes are the program's: a new one needs no migration.
CREATE TABLE new_plans (
    id TEXT PRIMARY KEY NOT NULL, -- its address: cannot be guessed
    act TEXT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    selection TEXT NOT NULL,   -- in words: how the members were chosen
    return_to TEXT NOT NULL,   -- the page it was opened from
    reason TEXT NOT NULL DEFAULT '',
    free_seats TEXT NOT NULL,  -- JSON: free seats per license type when the plan was made
    fingerprint TEXT NOT NULL, -- over all that decides
    members BIGINT NOT NULL,
    operation_id BIGINT,       -- set when it was confirmed
    receivers TEXT NOT NULL DEFAULT '{}', -- JSON: who gets each kind of duty, unless a person's own row says otherwise
    leaves_on TEXT NOT NULL DEFAULT '',   -- a local date and time, in each person's own zone; empty: at once
    undoes BIGINT              -- the operation that this plan would undo
);
INSERT INTO new_plans (id, act, created_by, created_at, expires_at, selection, return_to, reason, free_seats,
        fingerprint, members, operation_id)
    SELECT id, act, created_by, created_at, expires_at, selection, return_to, reason, free_seats, fingerprint, members,
        operation_id FROM plans;
CREATE TABLE new_plan_members (
    plan_id TEXT NOT NULL REFERENCES new_plans (id),
    user_id BIGINT NOT NULL,
    name_key TEXT NOT NULL,  -- lists page by it
    state TEXT NOT NULL,     -- the facts, as shown
    access_level TEXT NOT NULL, -- of an active user; else the last one
    has_history BOOLEAN NOT NULL,
    history TEXT NOT NULL,   -- JSON: a count per kind that is not empty
    sessions BIGINT NOT NULL,
    step TEXT NOT NULL,
    refusal TEXT,            -- why it is skipped
    chosen BOOLEAN NOT NULL DEFAULT FALSE, -- an administrator switched the row
    new_level TEXT,          -- the access level that activating or restoring gives
    new_email TEXT,          -- the address that restoring gives, if theirs is taken
    leaves_at BIGINT,        -- the moment for this person; NULL: at once
    PRIMARY KEY (plan_id, user_id)
);
INSERT INTO new_plan_members (plan_id, user_id, name_key, state, access_level, has_history, history, sessions, step,
        refusal, chosen, new_level, new_email)
    SELECT plan_id, user_id, name_key, state, access_level, has_history, history, sessions, step, refusal, chosen,
        new_level, new_email FROM plan_members;
DROP TABLE plan_members;
DROP TABLE plans;
ALTER TABLE new_plans RENAME TO plans;
ALTER TABLE new_plan_members RENAME TO plan_members;
CREATE INDEX plans_by_expiry ON plans (expires_at);
CREATE INDEX plan_members_by_step ON plan_members (plan_id, step, has_history, name_key, user_id);
CREATE INDEX plan_members_by_user ON plan_members (user_id);

-- One kind of duty of one person in a plan: what there is, and who gets it.
CREATE TABLE plan_duties (
    plan_id TEXT NOT NULL REFERENCES plans (id),
    user_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    entries BIGINT NOT NULL,
    digest BIGINT NOT NULL,   -- the sum of the ids: another one, if one entry takes another's place
    pressing BIGINT NOT NULL, -- entries that cannot stay without somebody saying so
    choice TEXT NOT NULL,     -- person, manager, nobody, leave
    receiver_id BIGINT,       -- whom the choice comes to
    chosen BOOLEAN NOT NULL DEFAULT FALSE, -- for this person alone
    problem TEXT,             -- why the receiver cannot have it
    PRIMARY KEY (plan_id, user_id, duty)
);
CREATE INDEX plan_duties_by_duty ON plan_duties (plan_id, duty, user_id);

-- Who did what to a plan before it was confirmed.
CREATE TABLE plan_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    plan_id TEXT NOT NULL REFERENCES plans (id),
    at BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    what TEXT NOT NULL
);
CREATE INDEX plan_changes_by_plan ON plan_changes (plan_id, id);

CREATE TABLE new_operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    plan_id TEXT NOT NULL UNIQUE,
    act TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('scheduled', 'running', 'done', 'stopped', 'cancelled')),
    stopped_because TEXT,
    started_by BIGINT, -- NULL: Roster itself
    run_by BIGINT,     -- who answers for it now: another one, if somebody resumed it
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    starts_at BIGINT,  -- the next moment at which there is something to do; NULL: now
    finished_at BIGINT,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0, -- of the batch that is next, without success
    result TEXT NOT NULL, -- JSON: what was done, in numbers
    receipt TEXT,         -- JSON: each promise, checked again
    undoes BIGINT,        -- the operation that this one undoes
    lease_holder TEXT,
    lease_until BIGINT
);
INSERT INTO new_operations (id, plan_id, act, state, stopped_because, started_by, run_by, reason, created_at,
        finished_at, total, done, skipped, result, lease_holder, lease_until)
    SELECT id, plan_id, act, state, stopped_because, started_by, started_by, reason, created_at, finished_at, total,
        done, skipped, result, lease_holder, lease_until FROM operations;
CREATE TABLE new_operation_rows (
    operation_id BIGINT NOT NULL REFERENCES new_operations (id),
    user_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    argument TEXT,       -- JSON: what the step needs to know
    due_at BIGINT,       -- not before; NULL: at once
    outcome TEXT CHECK (outcome IN ('done', 'skipped', 'failed')), -- NULL: still to do
    reason TEXT,
    PRIMARY KEY (operation_id, user_id)
);
INSERT INTO new_operation_rows (operation_id, user_id, step, argument, outcome, reason)
    SELECT operation_id, user_id, step, argument, outcome, reason FROM operation_rows;
DROP TABLE operation_rows;
DROP TABLE operations;
ALTER TABLE new_operations RENAME TO operations;
ALTER TABLE new_operation_rows RENAME TO operation_rows;
CREATE INDEX operations_by_state ON operations (state, id);
CREATE INDEX operations_by_undone ON operations (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX operation_rows_by_outcome ON operation_rows (operation_id, outcome, user_id);
CREATE INDEX operation_rows_by_user ON operation_rows (user_id);

-- Each thing that an operation moved from one person to another, so that it can be proved and undone.
CREATE TABLE handovers (
    operation_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    from_user BIGINT NOT NULL,
    to_user BIGINT,      -- NULL: nobody
    at BIGINT NOT NULL,
    how TEXT NOT NULL,   -- in words of the kind of duty
    before BIGINT,       -- what giving it back needs to know, in words of the kind of duty
    returned TEXT,       -- returned, touched; NULL: not undone
    PRIMARY KEY (operation_id, duty, object_id, from_user)
) WITHOUT ROWID;
CREATE INDEX handovers_by_giver ON handovers (from_user, operation_id, duty);

-- What Roster has to say to somebody, in the application. It keeps no names.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    about_user BIGINT,
    operation_id BIGINT,
    read_at BIGINT
);
CREATE INDEX messages_by_user ON messages (user_id, id);
CREATE INDEX messages_unread ON messages (user_id) WHERE read_at IS NULL;
