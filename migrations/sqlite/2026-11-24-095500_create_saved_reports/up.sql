-- Saved reports: what they sum up, with whose rights they run, and who runs them.
ALTER TABLE reports ADD COLUMN groups_by TEXT NOT NULL DEFAULT 'person';
ALTER TABLE reports ADD COLUMN runs_as BIGINT REFERENCES users (id);
UPDATE reports SET runs_as = owner_id;
CREATE INDEX reports_by_runner ON reports (runs_as);
CREATE TABLE report_runs (
    report_id BIGINT NOT NULL REFERENCES reports (id),
    user_id BIGINT NOT NULL,
    last_run_at BIGINT NOT NULL,
    PRIMARY KEY (report_id, user_id)
);
