-- Threads: comments under the posts of a channel, replies below a message of a group.

CREATE TABLE threads (
    owner_id INTEGER NOT NULL,
    top_id INTEGER NOT NULL,
    replies INTEGER NOT NULL DEFAULT 0,
    max_id INTEGER NOT NULL DEFAULT 0,
    recent TEXT NOT NULL DEFAULT '',
    other_id INTEGER NOT NULL DEFAULT 0,
    other_top_id INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, top_id)
) WITHOUT ROWID;

CREATE TABLE thread_posts (
    owner_id INTEGER NOT NULL,
    top_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, top_id, message_id)
) WITHOUT ROWID;

CREATE TABLE thread_reads (
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    top_id INTEGER NOT NULL,
    max_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id, top_id)
) WITHOUT ROWID;
