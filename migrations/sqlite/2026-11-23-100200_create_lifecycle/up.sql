-- Plans (what an act would do) and operations (what it did).

CREATE TABLE plans (
    id TEXT PRIMARY KEY NOT NULL, -- its address: cannot be guessed
    act TEXT NOT NULL CHECK (act IN ('deactivate', 'activate', 'delete', 'restore')),
    created_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    selection TEXT NOT NULL,   -- in words: how the members were chosen
    return_to TEXT NOT NULL,   -- the page it was opened from
    reason TEXT NOT NULL DEFAULT '',
    free_seats TEXT NOT NULL,  -- JSON: free seats per license type when the plan was made
    fingerprint TEXT NOT NULL, -- over all that decides
    members BIGINT NOT NULL,
    operation_id BIGINT        -- set when it was confirmed
);
CREATE INDEX plans_by_expiry ON plans (expires_at);

CREATE TABLE plan_members (
    plan_id TEXT NOT NULL REFERENCES plans (id),
    user_id BIGINT NOT NULL,
    name_key TEXT NOT NULL,  -- lists page by it
    state TEXT NOT NULL,     -- the facts, as shown
    access_level TEXT NOT NULL, -- of an active user; else the last one
    has_history BOOLEAN NOT NULL,
    history TEXT NOT NULL,   -- JSON: a count per kind that is not empty
    sessions BIGINT NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('deactivate', 'activate', 'delete', 'restore', 'skip')),
    refusal TEXT,            -- why it is skipped
    chosen BOOLEAN NOT NULL DEFAULT FALSE, -- an administrator switched the row
    new_level TEXT,          -- the access level that activating or restoring gives
    new_email TEXT,          -- the address that restoring gives, if theirs is taken
    PRIMARY KEY (plan_id, user_id)
);
CREATE INDEX plan_members_by_step ON plan_members (plan_id, step, has_history, name_key, user_id);

CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    plan_id TEXT NOT NULL UNIQUE,
    act TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped')),
    stopped_because TEXT,
    started_by BIGINT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    result TEXT NOT NULL, -- JSON: what was done, in numbers
    lease_holder TEXT,
    lease_until BIGINT
);
CREATE INDEX operations_by_state ON operations (state, id);

CREATE TABLE operation_rows (
    operation_id BIGINT NOT NULL REFERENCES operations (id),
    user_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    argument TEXT,       -- JSON: what the step needs to know
    outcome TEXT CHECK (outcome IN ('done', 'skipped')), -- NULL: still to do
    reason TEXT,
    PRIMARY KEY (operation_id, user_id)
);
CREATE INDEX operation_rows_by_outcome ON operation_rows (operation_id, outcome, user_id);
