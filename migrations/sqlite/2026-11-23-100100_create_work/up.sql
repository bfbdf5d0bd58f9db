-- Projects, what is to be done in them, and what people left there.
-- An owner or author is NULL once that person is erased; until then the pages decide what a name shows.

CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    owner_id BIGINT REFERENCES users (id),
    created_by BIGINT REFERENCES users (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX projects_by_name ON projects (name_key, id);
CREATE INDEX projects_by_owner ON projects (owner_id);
CREATE INDEX projects_by_creator ON projects (created_by, created_at, id);

CREATE TABLE work_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('task', 'issue')),
    project_id BIGINT NOT NULL REFERENCES projects (id),
    title TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'doing', 'done')),
    created_by BIGINT REFERENCES users (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX work_items_by_project ON work_items (project_id, kind, id);
CREATE INDEX work_items_by_creator ON work_items (created_by, created_at, id);

CREATE TABLE assignments (
    work_item_id BIGINT NOT NULL REFERENCES work_items (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    assigned_by BIGINT REFERENCES users (id),
    assigned_at BIGINT NOT NULL,
    ended_at BIGINT, -- NULL: still assigned
    PRIMARY KEY (work_item_id, user_id)
);
CREATE INDEX assignments_by_user ON assignments (user_id, assigned_at, work_item_id);

CREATE TABLE hours (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id BIGINT REFERENCES users (id),
    work_item_id BIGINT NOT NULL REFERENCES work_items (id),
    minutes BIGINT NOT NULL CHECK (minutes > 0),
    spent_on TEXT NOT NULL -- a day, YYYY-MM-DD
);
CREATE INDEX hours_by_user ON hours (user_id, spent_on, id, minutes);
CREATE INDEX hours_by_work_item ON hours (work_item_id, user_id, minutes);

CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    author_id BIGINT REFERENCES users (id),
    work_item_id BIGINT NOT NULL REFERENCES work_items (id),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX notes_by_author ON notes (author_id, created_at, id);
CREATE INDEX notes_by_work_item ON notes (work_item_id, id);

CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    owner_id BIGINT REFERENCES users (id),
    project_id BIGINT REFERENCES projects (id), -- NULL: in the owner's own area
    work_item_id BIGINT REFERENCES work_items (id),
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    stored_as TEXT, -- the file's name below the uploads folder; NULL: loaded without content
    created_at BIGINT NOT NULL,
    CONSTRAINT work_item_is_in_a_project CHECK (work_item_id IS NULL OR project_id IS NOT NULL)
);
CREATE INDEX documents_by_owner ON documents (owner_id, created_at, id, project_id);
CREATE INDEX documents_by_project ON documents (project_id, id);
CREATE INDEX documents_by_work_item ON documents (work_item_id, id);

CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    owner_id BIGINT REFERENCES users (id),
    created_by BIGINT REFERENCES users (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reports_by_creator ON reports (created_by, created_at, id);

CREATE TABLE dashboards (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    owner_id BIGINT REFERENCES users (id),
    created_by BIGINT REFERENCES users (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX dashboards_by_creator ON dashboards (created_by, created_at, id);
