-- Rooms: basic groups, supergroups and channels. The owner of a room's rows is the room's own marked id.

CREATE TABLE rooms (
    owner_id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    username TEXT NOT NULL DEFAULT '',
    photo BLOB,
    date INTEGER NOT NULL,
    creator_id INTEGER NOT NULL,
    default_banned INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,
    slow_mode_s INTEGER NOT NULL DEFAULT 0,
    ttl_period_s INTEGER NOT NULL DEFAULT 0,
    linked_id INTEGER NOT NULL DEFAULT 0,
    member_count INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    top_message INTEGER NOT NULL DEFAULT 0,
    top_date INTEGER NOT NULL DEFAULT 0,
    read_max_id INTEGER NOT NULL DEFAULT 0,
    message_no INTEGER NOT NULL DEFAULT 0,
    migrated_to INTEGER NOT NULL DEFAULT 0,
    migrated_from INTEGER NOT NULL DEFAULT 0,
    migrated_from_max_id INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    settings BLOB
);

CREATE TABLE members (
    owner_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    status INTEGER NOT NULL,
    rights INTEGER NOT NULL DEFAULT 0,
    banned INTEGER NOT NULL DEFAULT 0,
    until INTEGER NOT NULL DEFAULT 0,
    rank TEXT NOT NULL DEFAULT '',
    inviter_id INTEGER NOT NULL DEFAULT 0,
    by_id INTEGER NOT NULL DEFAULT 0,
    date INTEGER NOT NULL,
    last_post INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_by_status ON members (owner_id, status, date);

CREATE TABLE member_names (
    owner_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, word, user_id)
) WITHOUT ROWID;

CREATE TABLE memberships (
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id)
) WITHOUT ROWID;

CREATE TABLE mentions (
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id, message_id)
) WITHOUT ROWID;

CREATE TABLE post_counts (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    views INTEGER NOT NULL DEFAULT 0,
    forwards INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, message_id)
) WITHOUT ROWID;

CREATE TABLE admin_log (
    owner_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    date INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (owner_id, no)
) WITHOUT ROWID;

CREATE TABLE invite_links (
    owner_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    admin_id INTEGER NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    date INTEGER NOT NULL,
    start_date INTEGER NOT NULL DEFAULT 0,
    expires INTEGER NOT NULL DEFAULT 0,
    usage_limit INTEGER NOT NULL DEFAULT 0,
    usage INTEGER NOT NULL DEFAULT 0,
    requested INTEGER NOT NULL DEFAULT 0,
    request_needed INTEGER NOT NULL DEFAULT 0,
    permanent INTEGER NOT NULL DEFAULT 0,
    revoked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, hash)
) WITHOUT ROWID;

CREATE TABLE invite_hashes ( -- directory
    hash TEXT NOT NULL PRIMARY KEY,
    room_id INTEGER NOT NULL
);

CREATE TABLE importers (
    owner_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    requested INTEGER NOT NULL DEFAULT 0,
    approved_by INTEGER NOT NULL DEFAULT 0,
    about TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (owner_id, hash, user_id)
) WITHOUT ROWID;
CREATE INDEX importers_requested ON importers (owner_id, requested, date);

CREATE INDEX messages_copies ON messages (owner_id, peer_id, twin_id) WHERE peer_id < 0 AND twin_id <> 0;
