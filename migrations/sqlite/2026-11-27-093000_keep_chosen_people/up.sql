-- For whom an edit is, until it is said what shall change and they become rows: ids with commas between, in the order of names.
ALTER TABLE edit_plans ADD COLUMN chosen TEXT NOT NULL DEFAULT '';
