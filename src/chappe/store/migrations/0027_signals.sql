-- Neutral SQL. Signals: lists of known media, how media on public surfaces look, what rules found, how fast things grow.
-- Nothing here belongs to a box: an item is named by its key, as in cases and decisions.

CREATE TABLE hash_lists ( -- directory
    list_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    provenance TEXT NOT NULL,
    category TEXT NOT NULL,
    keyword TEXT NOT NULL,
    effect TEXT NOT NULL, -- case, or remove: then the decision is made at once
    ground BLOB NOT NULL, -- the ground of that decision
    distance INTEGER NOT NULL, -- PDQ matches differ in so many bits at most
    digest BLOB NOT NULL, -- SHA-256 of the file it came from
    size INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    date INTEGER NOT NULL
);
CREATE UNIQUE INDEX hash_lists_by_name ON hash_lists (name);

CREATE TABLE hash_entries ( -- directory
    list_id INTEGER NOT NULL,
    kind TEXT NOT NULL, -- pdq, sha256, md5
    value BLOB NOT NULL,
    ref TEXT NOT NULL DEFAULT '', -- what the list's own maker calls it
    PRIMARY KEY (list_id, kind, value)
) WITHOUT ROWID;

CREATE TABLE media_prints ( -- directory
    sha256 BLOB NOT NULL PRIMARY KEY,
    state TEXT NOT NULL, -- waiting, done, failed
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL, -- when a waiting one is tried
    date INTEGER NOT NULL,
    md5 BLOB,
    prints BLOB, -- PDQ of its pictures, with their quality
    cause TEXT NOT NULL DEFAULT ''
);
CREATE INDEX media_prints_waiting ON media_prints (due) WHERE state = 'waiting';

CREATE TABLE media_sightings ( -- directory
    sha256 BLOB NOT NULL,
    item_key TEXT NOT NULL, -- where on a public surface it is shown
    room_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (sha256, item_key)
) WITHOUT ROWID;

CREATE TABLE signals ( -- directory
    signal_id INTEGER NOT NULL PRIMARY KEY,
    date INTEGER NOT NULL,
    kind TEXT NOT NULL, -- hash or rule
    name TEXT NOT NULL, -- of the list or the rule
    version INTEGER NOT NULL,
    mode TEXT NOT NULL, -- live or shadow
    item_key TEXT NOT NULL,
    subject TEXT NOT NULL, -- whose act it was: user:1
    distance INTEGER NOT NULL DEFAULT 0,
    facts BLOB NOT NULL,
    case_id INTEGER NOT NULL DEFAULT 0,
    decision_id INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX signals_once ON signals (kind, name, version, mode, item_key, subject);
CREATE INDEX signals_by_date ON signals (kind, name, date);
CREATE INDEX signals_by_item ON signals (item_key);

CREATE TABLE rule_days ( -- directory
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    mode TEXT NOT NULL,
    day INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    found INTEGER NOT NULL,
    PRIMARY KEY (name, version, mode, day)
) WITHOUT ROWID;

CREATE TABLE rates ( -- directory
    subject TEXT NOT NULL, -- an act and whose it is: contact:1
    slot INTEGER NOT NULL, -- a stretch of ten minutes
    n INTEGER NOT NULL,
    PRIMARY KEY (subject, slot)
) WITHOUT ROWID;
CREATE INDEX rates_by_slot ON rates (slot);

CREATE TABLE growth_hours ( -- directory
    what TEXT NOT NULL, -- sign_ups, rooms, reports, active
    hour INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (what, hour)
) WITHOUT ROWID;

CREATE TABLE growth_guards ( -- directory
    guard_id INTEGER NOT NULL PRIMARY KEY,
    what TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    figure INTEGER NOT NULL,
    usual INTEGER NOT NULL,
    most INTEGER NOT NULL,
    lifted_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX growth_guards_on ON growth_guards (what) WHERE lifted_at = 0;
CREATE INDEX accounts_by_date ON accounts (date);
CREATE INDEX rooms_by_date ON rooms (date);
