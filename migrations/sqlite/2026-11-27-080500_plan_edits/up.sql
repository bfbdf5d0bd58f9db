-- Plans that create people or change their details, and what is said on somebody's profile.

CREATE TABLE edit_plans (
    id TEXT PRIMARY KEY NOT NULL, -- its address: cannot be guessed
    act TEXT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    selection TEXT NOT NULL,   -- in words: how the people were chosen
    return_to TEXT NOT NULL,   -- the page it was opened from
    reason TEXT NOT NULL DEFAULT '',
    wanted TEXT NOT NULL,      -- JSON: what is asked for everybody, in words of the act
    fingerprint TEXT NOT NULL, -- over all that decides
    operation_id BIGINT,       -- set when it was confirmed
    undoes BIGINT              -- the operation that this plan would undo
);
CREATE INDEX edit_plans_by_expiry ON edit_plans (expires_at);
CREATE UNIQUE INDEX edit_plans_by_operation ON edit_plans (operation_id) WHERE operation_id IS NOT NULL;

-- One person of a plan: what they have, and what they will have. Somebody who will be created has an id already.
CREATE TABLE edit_rows (
    plan_id TEXT NOT NULL REFERENCES edit_plans (id),
    n BIGINT NOT NULL,       -- the place in the list; the line of a file
    user_id BIGINT,
    name TEXT NOT NULL,
    step TEXT NOT NULL,
    why TEXT,                -- why nothing happens
    takes TEXT,              -- the license that it takes
    frees TEXT,              -- the license that it frees
    version BIGINT NOT NULL, -- of the person's row, as shown
    before TEXT NOT NULL,    -- JSON: the values that change
    after TEXT NOT NULL,     -- JSON: the values that come
    problems TEXT NOT NULL DEFAULT '[]', -- JSON: what is wrong in which cell
    PRIMARY KEY (plan_id, n)
);
CREATE INDEX edit_rows_by_step ON edit_rows (plan_id, step, n);
CREATE UNIQUE INDEX edit_rows_one_per_user ON edit_rows (plan_id, user_id);
CREATE INDEX edit_rows_by_user ON edit_rows (user_id) WHERE user_id IS NOT NULL;

-- A note is about a work item or about a person.
CREATE TABLE new_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    author_id BIGINT REFERENCES users (id),
    work_item_id BIGINT REFERENCES work_items (id),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    about_user_id BIGINT REFERENCES users (id),
    operation_id BIGINT, -- that posted it
    CONSTRAINT note_is_about_one_thing CHECK ((work_item_id IS NULL) <> (about_user_id IS NULL))
);
INSERT INTO new_notes (id, author_id, work_item_id, body, created_at)
    SELECT id, author_id, work_item_id, body, created_at FROM notes;
DROP TABLE notes;
ALTER TABLE new_notes RENAME TO notes;
CREATE INDEX notes_by_author ON notes (author_id, created_at, id);
CREATE INDEX notes_by_work_item ON notes (work_item_id, id);
CREATE INDEX notes_about_user ON notes (about_user_id, id) WHERE about_user_id IS NOT NULL;
CREATE INDEX notes_by_operation ON notes (operation_id) WHERE operation_id IS NOT NULL;
