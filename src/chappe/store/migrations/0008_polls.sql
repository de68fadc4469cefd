-- Polls and their votes; the owner is the box in which the poll was first shown. Messages to be sent later.

CREATE TABLE polls (
    owner_id INTEGER NOT NULL,
    poll_id INTEGER NOT NULL,
    creator_id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL DEFAULT 0,
    message_id INTEGER NOT NULL DEFAULT 0,
    close_date INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0,
    voters INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, poll_id)
) WITHOUT ROWID;
CREATE INDEX polls_due ON polls (close_date) WHERE close_date <> 0 AND closed = 0;

CREATE TABLE poll_counts (
    owner_id INTEGER NOT NULL,
    poll_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    voters INTEGER NOT NULL,
    PRIMARY KEY (owner_id, poll_id, place)
) WITHOUT ROWID;

CREATE TABLE poll_votes (
    owner_id INTEGER NOT NULL,
    poll_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    places INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, poll_id, user_id)
) WITHOUT ROWID;
CREATE INDEX poll_votes_by_date ON poll_votes (owner_id, poll_id, date);

CREATE TABLE scheduled (
    owner_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    edit_date INTEGER NOT NULL DEFAULT 0,
    random_id INTEGER NOT NULL DEFAULT 0,
    grouped_id INTEGER NOT NULL DEFAULT 0,
    size_bytes INTEGER NOT NULL,
    media_hash BLOB,
    content BLOB NOT NULL,
    PRIMARY KEY (owner_id, id)
) WITHOUT ROWID;
CREATE INDEX scheduled_due ON scheduled (date, peer_id);
CREATE INDEX scheduled_by_peer ON scheduled (owner_id, peer_id, date);

CREATE TABLE scheduled_ids (
    owner_id INTEGER NOT NULL PRIMARY KEY,
    last_id INTEGER NOT NULL
);
