-- Secret chats: who has one with whom, what waits for a device, and files nobody here can read.
-- No key to any of it is kept: halves of the exchange are public, the rest is ciphertext.

CREATE TABLE secret_chats (
    owner_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL, -- 0 when the chat has ended
    auth_key_id INTEGER NOT NULL, -- the one device it is on; 0 until it was accepted
    peer_key_id INTEGER NOT NULL, -- the other side's device
    asked INTEGER NOT NULL, -- 1 on the side that asked for the chat
    state INTEGER NOT NULL,
    date INTEGER NOT NULL, -- when it was asked for; when it ended
    half BLOB, -- the other side's public half
    fingerprint INTEGER NOT NULL DEFAULT 0,
    history_deleted INTEGER NOT NULL DEFAULT 0,
    read_max INTEGER NOT NULL DEFAULT 0, -- the other side read what was sent up to this date,
    read_date INTEGER NOT NULL DEFAULT 0, -- and did so then
    PRIMARY KEY (owner_id, chat_id)
) WITHOUT ROWID;
CREATE INDEX secret_chats_by_device ON secret_chats (owner_id, auth_key_id);
CREATE INDEX secret_chats_not_open ON secret_chats (date) WHERE state <> 2;

CREATE TABLE secret_devices (
    owner_id INTEGER NOT NULL,
    auth_key_id INTEGER NOT NULL,
    qts INTEGER NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 0,
    waiting_bytes INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_id, auth_key_id)
) WITHOUT ROWID;

CREATE TABLE secret_queue (
    owner_id INTEGER NOT NULL,
    auth_key_id INTEGER NOT NULL,
    qts INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    random_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    service INTEGER NOT NULL,
    file_id INTEGER NOT NULL DEFAULT 0,
    file_bytes INTEGER NOT NULL DEFAULT 0,
    file_fingerprint INTEGER NOT NULL DEFAULT 0,
    data BLOB NOT NULL,
    PRIMARY KEY (owner_id, auth_key_id, qts)
) WITHOUT ROWID;

CREATE TABLE secret_wakes (
    owner_id INTEGER NOT NULL,
    auth_key_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, auth_key_id, chat_id)
) WITHOUT ROWID;

CREATE TABLE secret_files ( -- directory
    file_id INTEGER NOT NULL PRIMARY KEY,
    uploader_id INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    date INTEGER NOT NULL,
    expires INTEGER NOT NULL -- kept until then, even if nobody is to fetch it
);
CREATE INDEX secret_files_by_expiry ON secret_files (expires);

CREATE TABLE secret_fetches ( -- directory
    file_id INTEGER NOT NULL,
    holder_id INTEGER NOT NULL, -- who may fetch it,
    chat_id INTEGER NOT NULL,
    expires INTEGER NOT NULL, -- and until when it is kept for that
    PRIMARY KEY (file_id, holder_id, chat_id)
) WITHOUT ROWID;
CREATE INDEX secret_fetches_by_chat ON secret_fetches (holder_id, chat_id);
