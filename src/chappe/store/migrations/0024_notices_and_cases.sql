-- Neutral SQL. Notices of what may be wrong, the cases they are joined in, the queues in which cases wait.
-- Nothing here belongs to a box: an item is named by its key, and what it was is copied into the case at intake.

CREATE TABLE notifiers ( -- directory
    notifier_id INTEGER NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL, -- user:1, flagger:2, mail:digest; empty for who gave no name
    name TEXT NOT NULL DEFAULT '',
    email BLOB, -- sealed with a key outside the database
    date INTEGER NOT NULL,
    filed INTEGER NOT NULL DEFAULT 0,
    founded INTEGER NOT NULL DEFAULT 0,
    unfounded INTEGER NOT NULL DEFAULT 0,
    warned_at INTEGER NOT NULL DEFAULT 0,
    limited_until INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX notifiers_by_subject ON notifiers (subject) WHERE subject <> '';

CREATE TABLE notices ( -- directory
    notice_id INTEGER NOT NULL PRIMARY KEY,
    token_digest BLOB NOT NULL,
    notifier_id INTEGER NOT NULL,
    way TEXT NOT NULL, -- menu, button, form, flagger
    category TEXT NOT NULL,
    keyword TEXT NOT NULL,
    explanation TEXT NOT NULL,
    lang TEXT NOT NULL,
    country TEXT NOT NULL,
    precise INTEGER NOT NULL,
    item_count INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    outcome TEXT NOT NULL DEFAULT '', -- when all its cases are decided
    decided_at INTEGER NOT NULL DEFAULT 0,
    told_at INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX notices_by_token ON notices (token_digest);
CREATE INDEX notices_by_notifier ON notices (notifier_id, notice_id);
CREATE INDEX notices_by_date ON notices (received_at);

CREATE TABLE notice_items ( -- directory
    notice_id INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    PRIMARY KEY (notice_id, item_key)
);
CREATE INDEX notice_items_by_case ON notice_items (case_id, notice_id);

CREATE TABLE cases ( -- directory
    case_id INTEGER NOT NULL PRIMARY KEY,
    state TEXT NOT NULL, -- received, in_review, decided, closed, reopened
    is_open INTEGER NOT NULL, -- 1 until it is decided, and again when it is reopened
    source TEXT NOT NULL,
    category TEXT NOT NULL,
    keyword TEXT NOT NULL,
    child_safety INTEGER NOT NULL,
    flagged INTEGER NOT NULL DEFAULT 0, -- 1 if a trusted flagger noticed it
    lang TEXT NOT NULL,
    surface TEXT NOT NULL, -- public or closed
    author_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    reach INTEGER NOT NULL,
    place INTEGER NOT NULL, -- the lowest is seen to first
    due INTEGER NOT NULL,
    notice_count INTEGER NOT NULL,
    item_count INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    known_at INTEGER NOT NULL DEFAULT 0,
    acted_at INTEGER NOT NULL DEFAULT 0,
    decided_at INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '',
    claimed_by INTEGER NOT NULL DEFAULT 0,
    claimed_until INTEGER NOT NULL DEFAULT 0,
    decided_by TEXT NOT NULL DEFAULT '',
    follow INTEGER NOT NULL DEFAULT 0 -- notices of it up to this one have heard of its decision
);
CREATE INDEX cases_open ON cases (child_safety, place, case_id) WHERE is_open = 1;
CREATE INDEX cases_done ON cases (decided_at, case_id) WHERE is_open = 0;
CREATE INDEX cases_done_of_category ON cases (category, decided_at, case_id) WHERE is_open = 0;
CREATE INDEX cases_by_author ON cases (author_id, case_id) WHERE author_id <> 0;
CREATE INDEX cases_by_room ON cases (room_id, case_id) WHERE room_id <> 0;
CREATE INDEX cases_to_follow ON cases (case_id) WHERE state = 'decided';

CREATE TABLE case_items ( -- directory
    case_id INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    item BLOB NOT NULL,
    author_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    PRIMARY KEY (case_id, item_key)
);
CREATE UNIQUE INDEX case_items_open ON case_items (item_key) WHERE is_open = 1;
CREATE INDEX case_items_by_item ON case_items (item_key, case_id);
CREATE INDEX case_items_by_hash ON case_items (sha256, case_id) WHERE sha256 <> '';

CREATE TABLE case_evidence ( -- directory
    case_id INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    digest BLOB NOT NULL,
    date INTEGER NOT NULL,
    evidence BLOB NOT NULL,
    PRIMARY KEY (case_id, item_key, digest)
);

CREATE TABLE case_files ( -- directory
    file_id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    PRIMARY KEY (file_id, case_id)
);

CREATE TABLE case_acts ( -- directory
    case_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    date INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (case_id, no)
);

CREATE TABLE queues ( -- directory
    queue_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    search BLOB NOT NULL
);
CREATE UNIQUE INDEX queues_by_name ON queues (name);

CREATE TABLE report_telling ( -- directory
    room_id INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    notice_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (room_id, item_key)
);
CREATE INDEX report_telling_waiting ON report_telling (date) WHERE told = 0;
