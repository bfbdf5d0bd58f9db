-- Who is no dormant user until a day although they do not sign in, and why: one exemption for a person at a time.
CREATE TABLE dormant_exemptions (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id),
    ends_at BIGINT NOT NULL, -- from this moment on they count again
    reason TEXT NOT NULL,
    exempted_by BIGINT, -- NULL: not known any more
    exempted_at BIGINT NOT NULL
);
CREATE INDEX dormant_exemptions_by_end ON dormant_exemptions (ends_at, user_id);

-- Dormant users of a level, the longest first, and how many seats they hold, without reading the people.
CREATE INDEX users_dormant ON users (access_level, last_sign_in_at, id, created_at) WHERE state = 'active';
