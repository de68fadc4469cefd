-- What we found ourselves that threatens a life: what is to be told, to whom, and by which two people it was sent.

CREATE TABLE alerts ( -- directory
    order_id INTEGER NOT NULL PRIMARY KEY,
    state TEXT NOT NULL, -- proposed, sent, dropped
    said BLOB NOT NULL,
    digest BLOB NOT NULL, -- of all that is sent, so that the second person stands behind exactly that
    made_by INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    ended_by INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0,
    alone INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX alerts_by_state ON alerts (state, order_id);

CREATE TABLE alert_letters ( -- directory
    order_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    authority_id INTEGER NOT NULL, -- 0 for one that is not registered
    name TEXT NOT NULL,
    mail TEXT NOT NULL,
    phone TEXT NOT NULL,
    age_key TEXT NOT NULL,
    body BLOB NOT NULL,
    outbox_id INTEGER NOT NULL DEFAULT 0,
    told_at INTEGER NOT NULL DEFAULT 0, -- when somebody told them by telephone
    told_by INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, no)
) WITHOUT ROWID;
