-- Decisions of the platform: what was decided, about which items, what holds now, what was said to whom, what is still
-- to be done. `enforcements` has the restrictions in force alone: one row for an item and a measure, one decision each.

CREATE TABLE decisions ( -- directory
    decision_id INTEGER NOT NULL PRIMARY KEY,
    date INTEGER NOT NULL,
    actor TEXT NOT NULL,
    operator_id INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    measure TEXT NOT NULL,
    territories TEXT NOT NULL DEFAULT '',
    until INTEGER NOT NULL DEFAULT 0,
    detail TEXT NOT NULL DEFAULT '',
    basis TEXT NOT NULL,
    clause TEXT NOT NULL,
    clause_version INTEGER NOT NULL,
    explanation TEXT NOT NULL,
    category TEXT NOT NULL,
    keywords TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL,
    automated_detection INTEGER NOT NULL DEFAULT 0,
    automated_decision TEXT NOT NULL,
    facts TEXT NOT NULL,
    case_id INTEGER NOT NULL DEFAULT 0,
    site TEXT NOT NULL DEFAULT '',
    journal_no INTEGER NOT NULL DEFAULT 0,
    undone_date INTEGER NOT NULL DEFAULT 0,
    undone_by TEXT NOT NULL DEFAULT '',
    undone_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX decisions_by_date ON decisions (date);
CREATE INDEX decisions_by_case ON decisions (case_id);
CREATE INDEX decisions_by_end ON decisions (until) WHERE until <> 0 AND state = 'in_force';

CREATE TABLE decision_items ( -- directory
    decision_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    item BLOB NOT NULL,
    person_id INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    before BLOB,
    PRIMARY KEY (decision_id, no)
) WITHOUT ROWID;
CREATE INDEX decision_items_by_key ON decision_items (item_key);
CREATE INDEX decision_items_by_person ON decision_items (person_id) WHERE person_id <> 0;

CREATE TABLE enforcements ( -- directory
    item_key TEXT NOT NULL,
    measure TEXT NOT NULL,
    decision_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    until INTEGER NOT NULL DEFAULT 0,
    territories TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    basis TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (item_key, measure)
);
CREATE INDEX enforcements_by_decision ON enforcements (decision_id);

CREATE TABLE statements ( -- directory
    token_digest BLOB NOT NULL PRIMARY KEY,
    decision_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    complain_until INTEGER NOT NULL,
    lang_code TEXT NOT NULL
);
CREATE UNIQUE INDEX statements_by_person ON statements (decision_id, person_id);

CREATE TABLE decision_followups ( -- directory
    decision_id INTEGER NOT NULL PRIMARY KEY,
    undoing INTEGER NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    part INTEGER NOT NULL DEFAULT 0,
    date INTEGER NOT NULL
);

-- What a withheld message said: in its box stands a mark in its place, here what undoing brings back.
CREATE TABLE withheld (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    media_kind INTEGER NOT NULL,
    media_id INTEGER NOT NULL,
    media_hash BLOB,
    size_bytes INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (owner_id, message_id)
) WITHOUT ROWID;
CREATE INDEX withheld_by_media ON withheld (media_id) WHERE media_id <> 0;

CREATE TABLE withheld_for (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    decision_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, message_id, decision_id)
) WITHOUT ROWID;
CREATE INDEX withheld_for_decision ON withheld_for (decision_id);

-- Bits: 1 withheld or removed, 2 something in `enforcements` changes how it is shown or what it may do.
ALTER TABLE messages ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
