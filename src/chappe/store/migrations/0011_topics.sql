-- Topics of a forum; a topic's id is that of the message that opened it, 1 for the general one.

CREATE TABLE topics (
    owner_id INTEGER NOT NULL,
    topic_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    icon_color INTEGER NOT NULL DEFAULT 0,
    icon_emoji_id INTEGER NOT NULL DEFAULT 0,
    from_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0,
    pinned_order INTEGER NOT NULL DEFAULT 0,
    top_message INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, topic_id)
) WITHOUT ROWID;
CREATE INDEX topics_by_top ON topics (owner_id, pinned_order, top_message);
