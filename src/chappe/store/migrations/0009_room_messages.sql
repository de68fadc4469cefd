-- What a member may see of a room, and what waits for them there.

ALTER TABLE members ADD COLUMN since_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN cleared_id INTEGER NOT NULL DEFAULT 0;

CREATE TABLE unseen_reactions (
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id, message_id)
) WITHOUT ROWID;

CREATE INDEX messages_by_author ON messages (owner_id, from_id, id) WHERE owner_id < -1000000000000;
