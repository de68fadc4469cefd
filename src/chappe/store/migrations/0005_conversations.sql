-- What belongs to conversations beside the messages: chat folders, choices of the owner, read dates, due deletions.

ALTER TABLE dialogs ADD COLUMN bar_hidden INTEGER NOT NULL DEFAULT 0;

CREATE TABLE dialog_filters (
    owner_id INTEGER NOT NULL,
    filter_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (owner_id, filter_id)
) WITHOUT ROWID;

CREATE TABLE preferences (
    owner_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (owner_id, name)
) WITHOUT ROWID;

CREATE TABLE read_dates (
    owner_id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL,
    max_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, peer_id, max_id)
) WITHOUT ROWID;
CREATE INDEX read_dates_by_date ON read_dates (date);

CREATE TABLE expiring (
    owner_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, date, message_id)
) WITHOUT ROWID;
CREATE INDEX expiring_by_date ON expiring (date);

CREATE TABLE saved_messages (
    owner_id INTEGER NOT NULL,
    saved_peer_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, saved_peer_id, message_id)
) WITHOUT ROWID;
