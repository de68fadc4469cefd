-- Accounts whose owner lost every way in: begun by an operator, refused from any device, opened after days.

CREATE TABLE recoveries ( -- directory
    user_id INTEGER NOT NULL PRIMARY KEY,
    token_digest BLOB NOT NULL,
    refusal_digest BLOB NOT NULL,
    made_by TEXT NOT NULL,
    date INTEGER NOT NULL,
    ready INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting'
);
CREATE UNIQUE INDEX recoveries_by_token ON recoveries (token_digest);
CREATE UNIQUE INDEX recoveries_by_refusal ON recoveries (refusal_digest);
CREATE INDEX recoveries_by_expiry ON recoveries (expires);
