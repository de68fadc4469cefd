-- Neutral SQL. Who runs the server: people with roles, passkeys or passwords, links that work once, recovery codes.
-- Secrets are kept as digests; nothing here belongs to a box.

CREATE TABLE operators ( -- directory
    operator_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    date INTEGER NOT NULL,
    password BLOB
);
CREATE UNIQUE INDEX operators_by_name ON operators (name);

CREATE TABLE operator_passkeys ( -- directory
    credential_id BLOB NOT NULL PRIMARY KEY,
    operator_id INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    date INTEGER NOT NULL
);
CREATE INDEX operator_passkeys_by_operator ON operator_passkeys (operator_id);

CREATE TABLE operator_links ( -- directory
    token_digest BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    operator_id INTEGER NOT NULL DEFAULT 0,
    made_by INTEGER NOT NULL DEFAULT 0,
    date INTEGER NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX operator_links_by_expiry ON operator_links (expires);

CREATE TABLE operator_codes ( -- directory
    code_digest BLOB NOT NULL PRIMARY KEY,
    operator_id INTEGER NOT NULL,
    date INTEGER NOT NULL
);
CREATE INDEX operator_codes_by_operator ON operator_codes (operator_id);

CREATE TABLE operator_sessions ( -- directory
    token_digest BLOB NOT NULL PRIMARY KEY,
    operator_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator_id);
CREATE INDEX operator_sessions_by_expiry ON operator_sessions (expires);

CREATE TABLE operator_approvals ( -- directory
    operator_id INTEGER NOT NULL,
    approver_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (operator_id, approver_id)
);

CREATE TABLE operator_attempts ( -- directory
    subject TEXT NOT NULL PRIMARY KEY,
    used INTEGER NOT NULL,
    window_start INTEGER NOT NULL
);
