-- A file of people, read and not yet confirmed: its lines, and which column is what.

CREATE TABLE imports (
    id TEXT PRIMARY KEY NOT NULL, -- its address: cannot be guessed
    created_by BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    sheet TEXT NOT NULL,         -- empty: a file without sheets
    sheets TEXT NOT NULL,        -- JSON: all of the workbook
    headings TEXT NOT NULL,      -- JSON: the columns, with examples
    mapping TEXT NOT NULL,       -- JSON: what each column is
    default_level TEXT,          -- for new people in whose line none stands
    lines BIGINT NOT NULL,
    is_read BOOLEAN NOT NULL,    -- FALSE while the file is read
    plan_id TEXT                 -- what would come of it, with this mapping
);
CREATE INDEX imports_by_creator ON imports (created_by, created_at);
CREATE INDEX imports_by_expiry ON imports (expires_at);

CREATE TABLE import_lines (
    import_id TEXT NOT NULL REFERENCES imports (id),
    line BIGINT NOT NULL, -- as the spreadsheet counts
    cells TEXT NOT NULL,  -- JSON: column and text of those in which something stands
    PRIMARY KEY (import_id, line)
);
