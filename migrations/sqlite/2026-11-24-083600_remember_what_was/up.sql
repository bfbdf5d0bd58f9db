-- What an operation found, so that undoing it leaves no trace in the person's row.
ALTER TABLE operation_rows ADD COLUMN before_version BIGINT;
ALTER TABLE operation_rows ADD COLUMN before_changed_at BIGINT;
ALTER TABLE operation_rows ADD COLUMN before_operation_id BIGINT;
