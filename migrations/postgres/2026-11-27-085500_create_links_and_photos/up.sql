-- How somebody new gets in, and what they look like.

-- A link by which somebody chooses their own password, once. Only a digest of its token is kept; one link a person.
CREATE TABLE sign_in_links (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id),
    token_digest BYTEA NOT NULL UNIQUE,
    made_by BIGINT REFERENCES users (id),
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_in_links_by_maker ON sign_in_links (made_by);

-- A person's photo, small and checked: what it says it is, and nothing behind it.
CREATE TABLE photos (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id),
    digest TEXT NOT NULL,
    content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
    bytes BYTEA NOT NULL,
    changed_at BIGINT NOT NULL
);
