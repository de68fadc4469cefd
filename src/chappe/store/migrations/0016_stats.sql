-- Figures of supergroups and channels, by day; day 0 holds what stands now. Who was active is forgotten after two months.

CREATE TABLE room_days (
    owner_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    what TEXT NOT NULL,
    part TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (owner_id, day, what, part)
) WITHOUT ROWID;

CREATE TABLE room_people (
    owner_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    posts INTEGER NOT NULL DEFAULT 0,
    chars INTEGER NOT NULL DEFAULT 0,
    reads INTEGER NOT NULL DEFAULT 0,
    deletions INTEGER NOT NULL DEFAULT 0,
    kicks INTEGER NOT NULL DEFAULT 0,
    bans INTEGER NOT NULL DEFAULT 0,
    invites INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, day, user_id)
) WITHOUT ROWID;
CREATE INDEX room_people_by_day ON room_people (day);

CREATE TABLE post_days (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    views INTEGER NOT NULL DEFAULT 0,
    shares INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, message_id, day)
) WITHOUT ROWID;

CREATE TABLE public_forwards (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    copy_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, message_id, date, room_id, copy_id)
) WITHOUT ROWID;
