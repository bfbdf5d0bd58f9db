-- Erasing: from this moment on somebody in the recycle bin is on the way out, and cannot be restored any more.
ALTER TABLE users ADD COLUMN erasing_since BIGINT;

-- Whatever refers to a user is looked up when the row goes.
CREATE INDEX assignments_by_assigner ON assignments (assigned_by) WHERE assigned_by IS NOT NULL;
CREATE INDEX reports_by_owner ON reports (owner_id);
CREATE INDEX dashboards_by_owner ON dashboards (owner_id);

-- Files of documents that are gone: removed from the folder once that is certain, also after a crash in between.
CREATE TABLE doomed_files (
    stored_as TEXT PRIMARY KEY NOT NULL
);

-- What the search remembers of a row goes with the row, not at some later merge.
INSERT INTO user_search (user_search, rank) VALUES ('secure-delete', 1);
