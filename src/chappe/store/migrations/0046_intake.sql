-- Neutral SQL. How orders come in: letters kept before they are answered, the portal's people and their passkeys,
-- certificates that sign for an authority, receipts, words about an order, and the test that each way works.

CREATE TABLE intake_letters ( -- directory
    letter_no INTEGER NOT NULL PRIMARY KEY,
    ref TEXT NOT NULL, -- digest of the letter without what transport writes on it: sent again it is the same
    sha256 TEXT NOT NULL, -- of the letter as it came
    size_bytes INTEGER NOT NULL,
    sender TEXT NOT NULL, -- as the envelope says, which anybody can forge
    recipients TEXT NOT NULL,
    peer TEXT NOT NULL,
    helo TEXT NOT NULL,
    secure INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL, -- waiting, filed, joined, set_aside
    order_id INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '', -- why it was set aside
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL
);
CREATE UNIQUE INDEX intake_letters_by_ref ON intake_letters (ref);
CREATE INDEX intake_letters_waiting ON intake_letters (due, letter_no) WHERE state = 'waiting';
CREATE INDEX intake_letters_by_peer ON intake_letters (peer, received_at);
CREATE INDEX intake_letters_by_order ON intake_letters (order_id) WHERE order_id <> 0;

CREATE TABLE authority_keys ( -- directory
    credential_id BLOB NOT NULL PRIMARY KEY,
    authority_id INTEGER NOT NULL,
    person TEXT NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX authority_keys_by_authority ON authority_keys (authority_id);

CREATE TABLE authority_certificates ( -- directory
    fingerprint TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the public key
    authority_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    certificate BLOB NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX authority_certificates_by_authority ON authority_certificates (authority_id);

CREATE TABLE portal_links ( -- directory
    digest BLOB NOT NULL PRIMARY KEY,
    authority_id INTEGER NOT NULL,
    person TEXT NOT NULL,
    made_by TEXT NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX portal_links_by_end ON portal_links (expires);

CREATE TABLE portal_sessions ( -- directory
    digest BLOB NOT NULL PRIMARY KEY,
    authority_id INTEGER NOT NULL,
    credential_id BLOB NOT NULL,
    person TEXT NOT NULL,
    seen INTEGER NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX portal_sessions_by_end ON portal_sessions (expires);
CREATE INDEX portal_sessions_by_authority ON portal_sessions (authority_id);

CREATE TABLE order_receipts ( -- directory
    order_id INTEGER NOT NULL PRIMARY KEY,
    token BLOB NOT NULL, -- digest of what opens the receipt's page
    entry INTEGER NOT NULL, -- the journal's, whose inclusion in the log is promised
    due INTEGER NOT NULL, -- when it is tried again; 0 once it is made
    tries INTEGER NOT NULL DEFAULT 0,
    made_at INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL DEFAULT '',
    reply_to TEXT NOT NULL DEFAULT '', -- where it is sent; empty where it is shown alone
    reply_ref TEXT NOT NULL DEFAULT '', -- Message-ID of what it answers
    door TEXT NOT NULL DEFAULT '' -- what else it says: unknown, incomplete, …
);
CREATE INDEX order_receipts_due ON order_receipts (due, order_id) WHERE due > 0;
CREATE UNIQUE INDEX order_receipts_by_token ON order_receipts (token);

CREATE TABLE order_messages ( -- directory
    message_no INTEGER NOT NULL PRIMARY KEY,
    order_id INTEGER NOT NULL,
    author TEXT NOT NULL, -- actor: authority:1, operator:2, sender, server
    text TEXT NOT NULL,
    ref TEXT NOT NULL, -- unique within the order: the same words sent again are no further ones
    date INTEGER NOT NULL,
    read_at INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX order_messages_by_ref ON order_messages (order_id, ref);

CREATE TABLE synthetic_orders ( -- directory
    day INTEGER NOT NULL,
    way TEXT NOT NULL, -- portal, mail, drop
    token TEXT NOT NULL,
    sent_at INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL, -- when it must have arrived, with its receipt
    order_id INTEGER NOT NULL DEFAULT 0,
    arrived_at INTEGER NOT NULL DEFAULT 0,
    receipted_at INTEGER NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT '',
    paged_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, way)
);
CREATE UNIQUE INDEX synthetic_orders_by_token ON synthetic_orders (token);
