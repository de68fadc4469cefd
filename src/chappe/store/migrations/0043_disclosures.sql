-- Neutral SQL. What is handed over, kept back for an order, and told to people about it. Nothing here belongs to a
-- box: whose data a row speaks of stands in it as a subject, user:1.

CREATE TABLE disclosures ( -- directory
    disclosure_id INTEGER NOT NULL PRIMARY KEY,
    order_id INTEGER NOT NULL,
    authority_id INTEGER NOT NULL,
    state TEXT NOT NULL, -- proposed, refused, withdrawn, approved, ready, empty, failed, destroyed
    scope BLOB NOT NULL, -- whose data, of which category, of which time
    digest BLOB NOT NULL, -- SHA-256 of the scope: what the second person approves is this and nothing else
    proposed_by INTEGER NOT NULL,
    proposed_at INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    decided_by INTEGER NOT NULL DEFAULT 0,
    decided_at INTEGER NOT NULL DEFAULT 0,
    decision_note TEXT NOT NULL DEFAULT '',
    due INTEGER NOT NULL DEFAULT 0, -- when an approved one is built, or tried again
    tries INTEGER NOT NULL DEFAULT 0,
    manifest BLOB, -- as signed: names, sizes and hashes, no data
    signature BLOB,
    sha256 BLOB, -- of the encrypted package, which is a blob
    size_bytes INTEGER NOT NULL DEFAULT 0,
    records INTEGER NOT NULL DEFAULT 0,
    built_at INTEGER NOT NULL DEFAULT 0,
    expires INTEGER NOT NULL DEFAULT 0,
    taken_at INTEGER NOT NULL DEFAULT 0, -- first time that it was fetched whole
    destroyed_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX disclosures_by_order ON disclosures (order_id, disclosure_id);
CREATE INDEX disclosures_to_decide ON disclosures (disclosure_id) WHERE state = 'proposed';
CREATE INDEX disclosures_to_build ON disclosures (due) WHERE state = 'approved';
CREATE INDEX disclosures_to_destroy ON disclosures (expires) WHERE sha256 IS NOT NULL;
CREATE INDEX disclosures_by_blob ON disclosures (sha256) WHERE sha256 IS NOT NULL;

CREATE TABLE disclosure_acts ( -- directory
    disclosure_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    date INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL, -- proposed, approved, refused, refusal, built, fetched, confirmed, destroyed, …
    detail TEXT NOT NULL,
    PRIMARY KEY (disclosure_id, no)
);

CREATE TABLE holds ( -- directory
    hold_id INTEGER NOT NULL PRIMARY KEY,
    order_id INTEGER NOT NULL,
    subject TEXT NOT NULL, -- user:1, or the key of an item: message:-100…:5
    category TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    state TEXT NOT NULL, -- copying, held, released, expired
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL, -- 0: until a production that was announced is over
    extended_at INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0,
    end_reason TEXT NOT NULL DEFAULT '',
    reached BLOB, -- where the copying goes on
    items INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX holds_by_order ON holds (order_id, hold_id);
CREATE INDEX holds_by_subject ON holds (subject) WHERE ended_at = 0;
CREATE INDEX holds_to_copy ON holds (hold_id) WHERE state = 'copying';
CREATE INDEX holds_to_end ON holds (ends_at) WHERE ended_at = 0;
CREATE INDEX holds_to_empty ON holds (hold_id) WHERE ended_at <> 0 AND items > 0;

CREATE TABLE hold_items ( -- directory
    hold_id INTEGER NOT NULL,
    record_key TEXT NOT NULL, -- so that nothing is copied twice
    date INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (hold_id, record_key)
) WITHOUT ROWID;

CREATE TABLE hold_blobs ( -- directory
    hold_id INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    PRIMARY KEY (hold_id, sha256)
) WITHOUT ROWID;
CREATE INDEX hold_blobs_by_hash ON hold_blobs (sha256);

CREATE TABLE tellings ( -- directory
    order_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    about TEXT NOT NULL, -- removal, disclosure
    due INTEGER NOT NULL, -- 0: the person is told by the authority, never by us
    basis TEXT NOT NULL, -- why not at once, or why never
    words BLOB NOT NULL,
    told_at INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '', -- told, gone
    PRIMARY KEY (order_id, user_id, about)
);
CREATE INDEX tellings_due ON tellings (due) WHERE told_at = 0 AND due > 0;
CREATE INDEX tellings_by_person ON tellings (user_id);
