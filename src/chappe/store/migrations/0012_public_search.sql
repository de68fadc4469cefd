-- Finding what is public, in whatever box it lies; rooms somebody left; where they were mentioned, what they played.

CREATE TABLE public_words ( -- directory
    word BLOB NOT NULL,
    date INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (word, date, room_id, message_id)
) WITHOUT ROWID;

CREATE TABLE room_words ( -- directory
    word BLOB NOT NULL,
    room_id INTEGER NOT NULL,
    PRIMARY KEY (word, room_id)
) WITHOUT ROWID;
CREATE INDEX room_words_by_room ON room_words (room_id);

CREATE TABLE left_rooms (
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id)
) WITHOUT ROWID;

CREATE TABLE my_mentions (
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id, message_id)
) WITHOUT ROWID;

CREATE TABLE played (
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id, message_id)
) WITHOUT ROWID;

-- Hashtags are words of their own from now on: everything is indexed once more.
DELETE FROM event_readers WHERE reader = 'search';
