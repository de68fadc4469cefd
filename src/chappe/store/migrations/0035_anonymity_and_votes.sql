-- As whom an administrator who is not shown reacted and voted; answers that voters added to a poll; votes not looked at.

ALTER TABLE reactions ADD COLUMN shown_as INTEGER NOT NULL DEFAULT 0;
ALTER TABLE poll_votes ADD COLUMN shown_as INTEGER NOT NULL DEFAULT 0;

CREATE TABLE poll_answers (
    owner_id INTEGER NOT NULL,
    poll_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    option BLOB NOT NULL,
    user_id INTEGER NOT NULL,
    shown_as INTEGER NOT NULL,
    date INTEGER NOT NULL,
    answer BLOB,
    PRIMARY KEY (owner_id, poll_id, place)
) WITHOUT ROWID;

CREATE TABLE unread_votes (
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id, message_id)
) WITHOUT ROWID;
