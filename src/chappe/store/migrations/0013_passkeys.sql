-- Passkeys of accounts, and challenges given to devices that have not answered yet.

CREATE TABLE passkeys ( -- directory
    credential_id BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    name TEXT NOT NULL,
    date INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

CREATE TABLE passkey_challenges ( -- directory
    auth_key_id INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    challenge BLOB NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (auth_key_id, purpose)
);
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires);
