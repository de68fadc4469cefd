-- Neutral SQL. What operators do beside running the server: roles, several a person; keys for programs that do a
-- person's work; sessions that end when nobody uses them. Tokens are kept as digests; nothing here belongs to a box.

CREATE TABLE operator_roles ( -- directory
    operator_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    given_by INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (operator_id, role)
);

CREATE TABLE operator_tokens ( -- directory
    token_id INTEGER NOT NULL PRIMARY KEY,
    token_digest BLOB NOT NULL,
    operator_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    date INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    expires INTEGER NOT NULL
);
CREATE UNIQUE INDEX operator_tokens_by_digest ON operator_tokens (token_digest);
CREATE INDEX operator_tokens_by_operator ON operator_tokens (operator_id);

ALTER TABLE operators ADD COLUMN trial INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operator_links ADD COLUMN roles TEXT NOT NULL DEFAULT '';
ALTER TABLE operator_sessions ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE operator_sessions ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
