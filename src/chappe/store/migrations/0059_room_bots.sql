-- Bots in rooms: few, so that a message asks only about these; the bit 256 of `rooms.flags` says that there are any.
CREATE TABLE room_bots (
    owner_id INTEGER NOT NULL,
    bot_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, bot_id)
) WITHOUT ROWID;
