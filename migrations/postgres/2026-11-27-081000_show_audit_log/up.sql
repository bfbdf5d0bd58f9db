-- The audit log as a page: how each act came, an index for each way to look entries up, and sealed marks in the chain.

-- '': written before this was kept. Part of the link only where it is not empty, so that those entries still verify.
ALTER TABLE audit_entries ADD COLUMN path TEXT NOT NULL DEFAULT '';

-- The list is sorted by time; each filter is a stretch of one of these, whatever the dates.
DROP INDEX audit_entries_by_user;
CREATE INDEX audit_entries_by_time ON audit_entries (at, seq);
CREATE INDEX audit_entries_by_act ON audit_entries (act, at, seq);
CREATE INDEX audit_entries_by_path ON audit_entries (path, at, seq);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, at, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_entries_by_user ON audit_entries (user_id, at, seq) WHERE user_id IS NOT NULL;
CREATE INDEX audit_entries_by_operation ON audit_entries (operation_id, at, seq) WHERE operation_id IS NOT NULL;

-- 'start': where the chain begins since older entries were removed. 'verified': how far it was found to be as written.
-- 'asked': somebody wants all of it read again.
CREATE TABLE audit_marks (
    name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('start', 'verified', 'asked')),
    entries BIGINT NOT NULL,         -- up to and with this entry
    link BYTEA NOT NULL,            -- of that entry
    at BIGINT NOT NULL,
    whole_at BIGINT,                 -- when the chain was last read from its start
    finding TEXT NOT NULL DEFAULT '', -- what is wrong behind it
    seal BYTEA NOT NULL             -- HMAC over all of this
);
