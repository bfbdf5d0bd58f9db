-- People, their licenses, how they sign in, and the audit chain.
-- Times are UTC microseconds since 1970. Keys that sort or search are folded by the application.

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE license_types (
    license_type TEXT PRIMARY KEY NOT NULL
        CHECK (license_type IN ('standard', 'light', 'contributor', 'external')),
    seats_owned BIGINT CHECK (seats_owned >= 0), -- NULL: unlimited
    seats_used BIGINT NOT NULL DEFAULT 0 CHECK (seats_used >= 0),
    CONSTRAINT seats_used_within_owned CHECK (seats_owned IS NULL OR seats_used <= seats_owned)
);
INSERT INTO license_types (license_type, seats_owned)
    VALUES ('standard', 10), ('light', 10), ('contributor', 10), ('external', NULL);

CREATE TABLE companies (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL
);
CREATE TABLE teams (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    company_id BIGINT REFERENCES companies (id),
    team_id BIGINT REFERENCES teams (id),
    time_zone TEXT NOT NULL DEFAULT '', -- empty: the organization's
    state TEXT NOT NULL CHECK (state IN ('active', 'deactivated', 'deleted')),
    -- What deleting found, so that restoring can bring it back.
    deleted_from TEXT CHECK (deleted_from IN ('active', 'deactivated')),
    deleted_at BIGINT,
    access_level TEXT CHECK (access_level IN
        ('system_administrator', 'standard', 'light', 'contributor', 'external')),
    last_access_level TEXT NOT NULL CHECK (last_access_level IN
        ('system_administrator', 'standard', 'light', 'contributor', 'external')),
    created_at BIGINT NOT NULL,
    last_sign_in_at BIGINT NOT NULL DEFAULT 0, -- 0: never
    state_changed_at BIGINT NOT NULL,
    state_operation_id BIGINT, -- the operation that brought about the state
    version BIGINT NOT NULL DEFAULT 1,
    name_key TEXT NOT NULL,
    email_key TEXT NOT NULL,
    CONSTRAINT active_has_a_level CHECK ((state = 'active') = (access_level IS NOT NULL)),
    CONSTRAINT deleted_says_from_what CHECK ((state = 'deleted') = (deleted_from IS NOT NULL)),
    CONSTRAINT deleted_says_when CHECK ((state = 'deleted') = (deleted_at IS NOT NULL))
);
CREATE UNIQUE INDEX users_one_live_email ON users (email_key) WHERE state <> 'deleted';
CREATE INDEX users_by_name ON users (state, name_key, id);
CREATE INDEX users_by_email ON users (state, email_key, id);
CREATE INDEX users_by_last_sign_in ON users (state, last_sign_in_at, id);
CREATE INDEX users_all_by_name ON users (name_key, id) WHERE state <> 'deleted';
CREATE INDEX users_all_by_email ON users (email_key, id) WHERE state <> 'deleted';
CREATE INDEX users_all_by_last_sign_in ON users (last_sign_in_at, id) WHERE state <> 'deleted';
CREATE INDEX users_deleted_by_time ON users (deleted_at, id) WHERE state = 'deleted';
CREATE INDEX users_administrators ON users (id) WHERE access_level = 'system_administrator';

-- Parts of names and addresses are found through trigrams; triggers keep them true.
CREATE VIRTUAL TABLE user_search USING fts5 (
    search_key, content = '', contentless_delete = 1, tokenize = 'trigram'
);
CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
    INSERT INTO user_search (rowid, search_key) VALUES (new.id, new.name_key || ' ' || new.email_key);
END;
CREATE TRIGGER users_search_update AFTER UPDATE OF name_key, email_key ON users BEGIN
    DELETE FROM user_search WHERE rowid = old.id;
    INSERT INTO user_search (rowid, search_key) VALUES (new.id, new.name_key || ' ' || new.email_key);
END;
CREATE TRIGGER users_search_delete AFTER DELETE ON users BEGIN
    DELETE FROM user_search WHERE rowid = old.id;
END;

-- Counted in the transaction that changes a state, so that no page counts a million rows.
CREATE TABLE user_counts (
    state TEXT PRIMARY KEY NOT NULL CHECK (state IN ('active', 'deactivated', 'deleted')),
    users BIGINT NOT NULL DEFAULT 0 CHECK (users >= 0)
);
INSERT INTO user_counts (state) VALUES ('active'), ('deactivated'), ('deleted');

CREATE TABLE passwords (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL,
    must_change BOOLEAN NOT NULL DEFAULT FALSE,
    changed_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    key_digest BLOB NOT NULL UNIQUE, -- SHA-256 of the key in the cookie
    user_id BIGINT NOT NULL REFERENCES users (id),
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE sign_in_attempts (
    bucket TEXT PRIMARY KEY NOT NULL, -- an account's or an address's digest
    failures BIGINT NOT NULL,
    last_failed_at BIGINT NOT NULL
);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_failed_at);

CREATE TABLE setup_links (
    token_digest BLOB PRIMARY KEY NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE audit_entries (
    seq BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    actor_id BIGINT,
    user_id BIGINT,
    operation_id BIGINT,
    digest BLOB NOT NULL, -- of the salt and the details
    link BLOB NOT NULL    -- HMAC over the link before and this entry
);
CREATE INDEX audit_entries_by_user ON audit_entries (user_id, seq);
CREATE TABLE audit_details (
    seq BIGINT PRIMARY KEY NOT NULL REFERENCES audit_entries (seq),
    salt BLOB NOT NULL,
    details TEXT NOT NULL
);
CREATE TABLE audit_head (
    id SMALLINT PRIMARY KEY NOT NULL CHECK (id = 1),
    entries BIGINT NOT NULL,
    link BLOB NOT NULL,
    seal BLOB NOT NULL -- HMAC over the count and the link
);
