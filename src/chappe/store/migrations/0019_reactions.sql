-- Reactions to a message of a room that has many of them: the row holds the newest, these tables hold all and count them.

CREATE TABLE reactions (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    sign TEXT NOT NULL,
    custom INTEGER NOT NULL,
    date INTEGER NOT NULL,
    big INTEGER NOT NULL,
    PRIMARY KEY (owner_id, message_id, user_id, sign)
) WITHOUT ROWID;
CREATE INDEX reactions_by_date ON reactions (owner_id, message_id, date, user_id);

CREATE TABLE reaction_counts (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    sign TEXT NOT NULL,
    custom INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (owner_id, message_id, sign, custom)
) WITHOUT ROWID;

CREATE TABLE reaction_graves (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, message_id)
) WITHOUT ROWID;
