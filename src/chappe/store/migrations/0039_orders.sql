-- Neutral SQL. Authorities, what they order, and what became of each order.
-- Nothing here belongs to a box: a target is kept as it was written and, once found, by its key.

CREATE TABLE authorities ( -- directory
    authority_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, -- the name as it is searched
    country TEXT NOT NULL,
    kind TEXT NOT NULL, -- court, judge, prosecutor, police, …
    state TEXT NOT NULL, -- pending, verified, suspended, ended, refused
    person TEXT NOT NULL DEFAULT '',
    post TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    mail_domain TEXT NOT NULL DEFAULT '', -- sealed mail of this domain is theirs
    phone TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL,
    mandates TEXT NOT NULL DEFAULT '', -- instruments they may use, by a word each
    age_key TEXT NOT NULL DEFAULT '',
    registered_at INTEGER NOT NULL,
    registered_by TEXT NOT NULL, -- actor: operator:1, or server for their own form
    checks TEXT NOT NULL DEFAULT '', -- mail_domain, letter, call_back
    verified_at INTEGER NOT NULL DEFAULT 0,
    verified_by INTEGER NOT NULL DEFAULT 0, -- the operator who vouches, never one who approves
    valid_until INTEGER NOT NULL DEFAULT 0,
    warned_at INTEGER NOT NULL DEFAULT 0, -- when the desk was told that it runs out
    first_contact_at INTEGER NOT NULL DEFAULT 0, -- when they explained procedure and deadlines
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX authorities_by_name ON authorities (name_key, authority_id);
CREATE INDEX authorities_by_domain ON authorities (mail_domain) WHERE mail_domain <> '';
CREATE INDEX authorities_by_email ON authorities (email) WHERE email <> '';
CREATE INDEX authorities_running_out ON authorities (valid_until) WHERE state = 'verified';

CREATE TABLE orders ( -- directory
    order_id INTEGER NOT NULL PRIMARY KEY,
    year INTEGER NOT NULL,
    year_no INTEGER NOT NULL,
    instrument TEXT NOT NULL,
    authority_id INTEGER NOT NULL,
    sender TEXT NOT NULL, -- as it named itself: an address, a name
    external_ref TEXT NOT NULL,
    channel TEXT NOT NULL, -- portal, mail, drop, paper, phone, own, synthetic
    message_ref TEXT NOT NULL, -- unique within the channel: the same message comes once
    urgent INTEGER NOT NULL,
    state TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', -- code of a refusal
    country TEXT NOT NULL,
    territories TEXT NOT NULL,
    language TEXT NOT NULL,
    category TEXT NOT NULL,
    keywords TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    reasons TEXT NOT NULL,
    redress TEXT NOT NULL,
    fields BLOB NOT NULL, -- what else the form of the instrument asks
    received_at INTEGER NOT NULL,
    ack_at INTEGER NOT NULL DEFAULT 0,
    effect_at INTEGER NOT NULL DEFAULT 0,
    replied_at INTEGER NOT NULL DEFAULT 0,
    informed_at INTEGER NOT NULL DEFAULT 0,
    closed_at INTEGER NOT NULL DEFAULT 0,
    reviewed_at INTEGER NOT NULL DEFAULT 0, -- when a person looked at what took effect first
    reviewed_by INTEGER NOT NULL DEFAULT 0,
    deadline_at INTEGER NOT NULL DEFAULT 0, -- 0: no date, or the clock is stopped
    deadline_rule TEXT NOT NULL DEFAULT '',
    stopped_at INTEGER NOT NULL DEFAULT 0,
    left_s INTEGER NOT NULL DEFAULT 0, -- what was left when the clock stopped
    place INTEGER NOT NULL, -- the lowest is worked first
    holder_id INTEGER NOT NULL DEFAULT 0, -- the operator whose order it is
    secrecy_until INTEGER NOT NULL DEFAULT 0,
    secrecy_basis TEXT NOT NULL DEFAULT '',
    auth_state TEXT NOT NULL DEFAULT '', -- proven, confirmed, doubted, refused
    auth_how TEXT NOT NULL DEFAULT '',
    auth_by TEXT NOT NULL DEFAULT '',
    auth_at INTEGER NOT NULL DEFAULT 0,
    people INTEGER NOT NULL DEFAULT 0, -- people whom its effect reached
    sealed INTEGER NOT NULL DEFAULT 0, -- 1 while its leaves are sealed
    words TEXT NOT NULL -- all that the search looks through
);
CREATE UNIQUE INDEX orders_by_number ON orders (year, year_no);
CREATE UNIQUE INDEX orders_by_message ON orders (channel, message_ref) WHERE message_ref <> '';
CREATE INDEX orders_open ON orders (place, order_id) WHERE is_open = 1;
CREATE INDEX orders_open_of_holder ON orders (holder_id, place, order_id) WHERE is_open = 1;
CREATE INDEX orders_open_by_instrument ON orders (instrument, place, order_id) WHERE is_open = 1;
CREATE INDEX orders_open_by_country ON orders (country, place, order_id) WHERE is_open = 1;
CREATE INDEX orders_by_state ON orders (state, place, order_id);
CREATE INDEX orders_by_deadline ON orders (deadline_at, order_id) WHERE deadline_at > 0 AND is_open = 1;
CREATE INDEX orders_by_authority ON orders (authority_id, order_id);
CREATE INDEX orders_by_reference ON orders (external_ref, order_id) WHERE external_ref <> '';
CREATE INDEX orders_by_receipt ON orders (received_at, order_id);
CREATE INDEX orders_done ON orders (closed_at, order_id) WHERE is_open = 0;
CREATE INDEX orders_secret ON orders (secrecy_until) WHERE sealed = 1;

CREATE TABLE order_targets ( -- directory
    order_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    kind TEXT NOT NULL, -- username, link, message_link, phone, ip, user_id, text
    text TEXT NOT NULL,
    category TEXT NOT NULL, -- subscriber, identification, traffic, content; empty where nothing is asked for
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    matched TEXT NOT NULL DEFAULT '', -- keys of what it was found to be
    PRIMARY KEY (order_id, no)
);
CREATE INDEX order_targets_by_text ON order_targets (text, order_id);

CREATE TABLE order_files ( -- directory
    order_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    origin TEXT NOT NULL, -- original, message, answer
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (order_id, no)
);
CREATE INDEX order_files_by_hash ON order_files (sha256);

CREATE TABLE order_acts ( -- directory
    order_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    date INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (order_id, no)
);

CREATE TABLE order_stops ( -- directory
    order_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL, -- 0 while it stands
    reason TEXT NOT NULL,
    PRIMARY KEY (order_id, no)
);

CREATE TABLE order_checks ( -- directory
    order_id INTEGER NOT NULL,
    check_code TEXT NOT NULL,
    answer TEXT NOT NULL, -- yes, no, unclear
    note TEXT NOT NULL,
    operator_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (order_id, check_code)
);

CREATE TABLE order_letters ( -- directory
    letter_id INTEGER NOT NULL PRIMARY KEY,
    order_id INTEGER NOT NULL,
    answer TEXT NOT NULL, -- which of the permitted answers it gives
    reason TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body BLOB NOT NULL, -- the letter as data: headings, paragraphs, tables
    state TEXT NOT NULL, -- draft, sent, dropped
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    sent_by TEXT NOT NULL DEFAULT '',
    sent_at INTEGER NOT NULL DEFAULT 0,
    read_at INTEGER NOT NULL DEFAULT 0 -- when the authority opened it in the portal
);
CREATE INDEX order_letters_by_order ON order_letters (order_id, letter_id);
CREATE INDEX order_drafts ON order_letters (made_at, letter_id) WHERE state = 'draft';

CREATE TABLE order_decisions ( -- directory
    order_id INTEGER NOT NULL,
    decision_id INTEGER NOT NULL,
    undone_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, decision_id)
);
CREATE INDEX order_decisions_by_decision ON order_decisions (decision_id);

CREATE TABLE order_leaves ( -- directory
    order_id INTEGER NOT NULL,
    journal_no INTEGER NOT NULL, -- a sealed entry, to be opened when the secrecy ends
    PRIMARY KEY (order_id, journal_no)
);

CREATE TABLE order_alarms ( -- directory
    order_id INTEGER NOT NULL,
    kind TEXT NOT NULL, -- half, soon, late, hold_ends, …
    due INTEGER NOT NULL,
    rung_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, kind)
);
CREATE INDEX order_alarms_due ON order_alarms (due, order_id) WHERE rung_at = 0;

ALTER TABLE decisions ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0; -- 1 while nobody whom it hits may be told
