-- Neutral SQL: INTEGER, BLOB and TEXT are mapped by each engine; WITHOUT ROWID is SQLite's and dropped elsewhere.
-- owner_id (a marked peer id) is the shard key of every per-box table; tables marked "directory" have none.

CREATE TABLE id_blocks ( -- directory
    kind TEXT NOT NULL PRIMARY KEY,
    next_id INTEGER NOT NULL
);

CREATE TABLE phones ( -- directory
    phone TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL
);

CREATE TABLE usernames ( -- directory
    username TEXT NOT NULL PRIMARY KEY,
    peer_id INTEGER NOT NULL
);

CREATE TABLE auth_keys ( -- directory
    auth_key_id INTEGER NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL,
    date INTEGER NOT NULL,
    expires INTEGER NOT NULL DEFAULT 0,
    perm_auth_key_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    layer INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX auth_keys_by_perm ON auth_keys (perm_auth_key_id);
CREATE INDEX auth_keys_by_expiry ON auth_keys (expires);

CREATE TABLE login_codes ( -- directory
    phone_code_hash TEXT NOT NULL PRIMARY KEY,
    phone TEXT NOT NULL,
    auth_key_id INTEGER NOT NULL,
    code_digest BLOB NOT NULL,
    sealed BLOB NOT NULL,
    channel TEXT NOT NULL,
    date INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    resends INTEGER NOT NULL DEFAULT 0,
    verified INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX login_codes_by_phone ON login_codes (phone);
CREATE INDEX login_codes_by_expiry ON login_codes (expires);

CREATE TABLE limits ( -- directory
    subject TEXT NOT NULL PRIMARY KEY,
    used INTEGER NOT NULL,
    window_start INTEGER NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX limits_by_expiry ON limits (expires);

CREATE TABLE login_tokens ( -- directory
    token BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    auth_key_id INTEGER NOT NULL,
    expires INTEGER NOT NULL
);

CREATE TABLE files ( -- directory
    file_id INTEGER NOT NULL PRIMARY KEY,
    uploader_id INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    date INTEGER NOT NULL,
    description BLOB NOT NULL
);
CREATE INDEX files_by_hash ON files (sha256);

CREATE TABLE file_blobs ( -- directory
    sha256 BLOB NOT NULL,
    file_id INTEGER NOT NULL,
    PRIMARY KEY (sha256, file_id)
) WITHOUT ROWID;
CREATE INDEX file_blobs_by_file ON file_blobs (file_id);

CREATE TABLE events ( -- directory
    shard INTEGER NOT NULL,
    no INTEGER NOT NULL,
    date INTEGER NOT NULL,
    kind TEXT NOT NULL,
    box_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    other_box_id INTEGER NOT NULL,
    other_message_id INTEGER NOT NULL,
    PRIMARY KEY (shard, no)
) WITHOUT ROWID;

CREATE TABLE event_readers ( -- directory
    reader TEXT NOT NULL,
    shard INTEGER NOT NULL,
    no INTEGER NOT NULL,
    PRIMARY KEY (reader, shard)
);

CREATE TABLE journal ( -- directory
    shard INTEGER NOT NULL,
    no INTEGER NOT NULL,
    date INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (shard, no)
) WITHOUT ROWID;

CREATE TABLE accounts (
    owner_id INTEGER NOT NULL PRIMARY KEY,
    phone TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL DEFAULT '',
    username TEXT NOT NULL DEFAULT '',
    about TEXT NOT NULL DEFAULT '',
    birthday TEXT NOT NULL DEFAULT '',
    photo BLOB,
    date INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    last_seen INTEGER NOT NULL DEFAULT 0,
    ttl_days INTEGER NOT NULL DEFAULT 548,
    authorization_ttl_days INTEGER NOT NULL DEFAULT 183,
    version INTEGER NOT NULL DEFAULT 1,
    stored_bytes INTEGER NOT NULL DEFAULT 0,
    settings BLOB
);

CREATE TABLE authorizations (
    owner_id INTEGER NOT NULL,
    auth_key_id INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    api_id INTEGER NOT NULL,
    device_model TEXT NOT NULL,
    platform TEXT NOT NULL,
    system_version TEXT NOT NULL,
    app_version TEXT NOT NULL,
    lang_code TEXT NOT NULL,
    ip TEXT NOT NULL,
    date INTEGER NOT NULL,
    active INTEGER NOT NULL,
    flags INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, auth_key_id)
);

CREATE TABLE boxes (
    owner_id INTEGER NOT NULL PRIMARY KEY,
    pts INTEGER NOT NULL DEFAULT 1,
    qts INTEGER NOT NULL DEFAULT 0,
    last_id INTEGER NOT NULL DEFAULT 0,
    state_no INTEGER NOT NULL DEFAULT 0,
    log_floor INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE messages (
    owner_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL,
    from_id INTEGER NOT NULL,
    out INTEGER NOT NULL,
    date INTEGER NOT NULL,
    twin_id INTEGER NOT NULL,
    edit_date INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0,
    media_unread INTEGER NOT NULL DEFAULT 0,
    grouped_id INTEGER NOT NULL DEFAULT 0,
    media_kind INTEGER NOT NULL DEFAULT 0,
    media_id INTEGER NOT NULL DEFAULT 0,
    media_hash BLOB,
    size_bytes INTEGER NOT NULL,
    reactions BLOB,
    content BLOB NOT NULL,
    PRIMARY KEY (owner_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX messages_by_peer ON messages (owner_id, peer_id, id);
CREATE INDEX messages_by_media ON messages (media_id) WHERE media_id <> 0;
CREATE INDEX messages_by_media_hash ON messages (media_hash) WHERE media_hash IS NOT NULL;
CREATE INDEX messages_pinned ON messages (owner_id, peer_id, id) WHERE pinned <> 0;
CREATE INDEX messages_by_media_kind ON messages (owner_id, peer_id, media_kind, id) WHERE media_kind <> 0;

CREATE TABLE box_log (
    owner_id INTEGER NOT NULL,
    pts INTEGER NOT NULL,
    pts_count INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    data BLOB,
    PRIMARY KEY (owner_id, pts)
) WITHOUT ROWID;

CREATE TABLE box_states (
    owner_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    date INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (owner_id, no)
) WITHOUT ROWID;
CREATE INDEX box_states_by_date ON box_states (owner_id, date);

CREATE TABLE dialogs (
    owner_id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL,
    top_message INTEGER NOT NULL,
    date INTEGER NOT NULL,
    message_count INTEGER NOT NULL DEFAULT 0,
    read_inbox_max_id INTEGER NOT NULL DEFAULT 0,
    read_outbox_max_id INTEGER NOT NULL DEFAULT 0,
    unread_count INTEGER NOT NULL DEFAULT 0,
    unread_reactions INTEGER NOT NULL DEFAULT 0,
    unread_mark INTEGER NOT NULL DEFAULT 0,
    pinned_order INTEGER NOT NULL DEFAULT 0,
    folder_id INTEGER NOT NULL DEFAULT 0,
    ttl_period INTEGER NOT NULL DEFAULT 0,
    draft BLOB,
    PRIMARY KEY (owner_id, peer_id)
) WITHOUT ROWID;

CREATE TABLE sends (
    owner_id INTEGER NOT NULL,
    sender_id INTEGER NOT NULL,
    random_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, sender_id, random_id)
) WITHOUT ROWID;

CREATE TABLE search_words (
    owner_id INTEGER NOT NULL,
    word BLOB NOT NULL, -- UTF-8, so that every engine orders it by bytes
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, word, message_id)
) WITHOUT ROWID;

CREATE TABLE contacts (
    owner_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    phone TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    note BLOB,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, user_id)
) WITHOUT ROWID;

CREATE TABLE contact_of (
    owner_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, user_id)
) WITHOUT ROWID;

CREATE TABLE saved_phones (
    owner_id INTEGER NOT NULL,
    phone TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, phone)
) WITHOUT ROWID;

CREATE TABLE blocked (
    owner_id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, peer_id)
) WITHOUT ROWID;

CREATE TABLE privacy (
    owner_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    rules BLOB NOT NULL,
    PRIMARY KEY (owner_id, key)
) WITHOUT ROWID;

CREATE TABLE notify_settings (
    owner_id INTEGER NOT NULL,
    scope TEXT NOT NULL,
    settings BLOB NOT NULL,
    PRIMARY KEY (owner_id, scope)
) WITHOUT ROWID;

CREATE TABLE profile_photos (
    owner_id INTEGER NOT NULL,
    file_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    photo BLOB NOT NULL,
    PRIMARY KEY (owner_id, file_id)
) WITHOUT ROWID;

CREATE TABLE invites ( -- directory
    token_digest BLOB NOT NULL PRIMARY KEY,
    phone TEXT NOT NULL,
    made_by TEXT NOT NULL,
    date INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
