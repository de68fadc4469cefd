-- What posts of public channels said before they were edited; of what was deleted only that it was there.

CREATE TABLE edits (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    date INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    media_id INTEGER NOT NULL DEFAULT 0,
    media_hash BLOB,
    size_bytes INTEGER NOT NULL DEFAULT 0,
    content BLOB,
    PRIMARY KEY (owner_id, message_id, no)
) WITHOUT ROWID;
CREATE INDEX edits_by_media ON edits (media_id) WHERE media_id <> 0;
