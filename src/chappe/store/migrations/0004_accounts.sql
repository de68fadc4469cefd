-- Sign-in beyond the first code: what a code is for, second passwords, push tokens; who waits for a number to join.

ALTER TABLE login_codes ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sign_in';
CREATE INDEX login_codes_by_key ON login_codes (auth_key_id);

ALTER TABLE login_tokens ADD COLUMN purpose TEXT NOT NULL DEFAULT 'qr';
CREATE INDEX login_tokens_by_expiry ON login_tokens (expires);

CREATE INDEX saved_phones_by_phone ON saved_phones (phone);

CREATE TABLE password_pending ( -- directory
    auth_key_id INTEGER NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    expires INTEGER NOT NULL
);

CREATE TABLE passwords (
    owner_id INTEGER NOT NULL PRIMARY KEY,
    salt1 BLOB NOT NULL,
    salt2 BLOB NOT NULL,
    wrapped_verifier BLOB NOT NULL,
    hint TEXT NOT NULL,
    email TEXT NOT NULL,
    date INTEGER NOT NULL
);

CREATE TABLE srp_challenges ( -- directory
    srp_id INTEGER NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    wrapped_secret BLOB NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX srp_challenges_by_expiry ON srp_challenges (expires);

CREATE TABLE push_tokens (
    owner_id INTEGER NOT NULL,
    auth_key_id INTEGER NOT NULL,
    token_type INTEGER NOT NULL,
    token TEXT NOT NULL,
    app_sandbox INTEGER NOT NULL,
    no_muted INTEGER NOT NULL,
    secret BLOB NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, auth_key_id, token_type)
) WITHOUT ROWID;

CREATE INDEX invites_by_phone ON invites (phone);
CREATE INDEX login_tokens_by_key ON login_tokens (auth_key_id);
