-- Letters to the outside (mail, SMS): a row until it is delivered or given up, then a trace without content for a day.

CREATE TABLE outbox ( -- directory
    outbox_id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    payload BLOB,
    state INTEGER NOT NULL DEFAULT 0,
    date INTEGER NOT NULL,
    due INTEGER NOT NULL,
    expires INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    tried INTEGER NOT NULL DEFAULT 0,
    finished INTEGER NOT NULL DEFAULT 0,
    failure TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_by_due ON outbox (state, due);
CREATE INDEX outbox_by_address ON outbox (kind, address, tried);
CREATE INDEX outbox_by_finish ON outbox (state, finished);
