-- Neutral SQL. Complaints about decisions and about refusals of notices; trusted flaggers and their keys; files that
-- came with a notice. Tokens and keys are kept as digests; nothing here belongs to a box.

CREATE TABLE complaints ( -- directory
    complaint_id INTEGER NOT NULL PRIMARY KEY,
    about TEXT NOT NULL, -- the measure objected to, or notice, or flagger_notice for a refusal
    decision_id INTEGER NOT NULL DEFAULT 0,
    notice_id INTEGER NOT NULL DEFAULT 0,
    complainant TEXT NOT NULL, -- as in the journal
    category TEXT NOT NULL,
    basis TEXT NOT NULL,
    lang TEXT NOT NULL,
    said TEXT NOT NULL,
    filed_at INTEGER NOT NULL,
    first_by TEXT NOT NULL, -- who decided first, as in the journal, several with a space between
    state TEXT NOT NULL, -- submitted, assigned, decided
    assigned_to INTEGER NOT NULL DEFAULT 0,
    assigned_at INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '',
    reasons TEXT NOT NULL DEFAULT '',
    decided_by INTEGER NOT NULL DEFAULT 0,
    decided_at INTEGER NOT NULL DEFAULT 0,
    new_decision_id INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX complaints_of_decisions ON complaints (decision_id, complainant) WHERE decision_id <> 0;
CREATE UNIQUE INDEX complaints_of_notices ON complaints (notice_id) WHERE notice_id <> 0;
CREATE INDEX complaints_waiting ON complaints (complaint_id) WHERE decided_at = 0;

CREATE TABLE flaggers ( -- directory
    flagger_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    country TEXT NOT NULL, -- of the coordinator that gave the status
    categories TEXT NOT NULL, -- of expertise, a space between
    date INTEGER NOT NULL,
    until INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0,
    made_by TEXT NOT NULL
);

CREATE TABLE flagger_keys ( -- directory
    key_id INTEGER NOT NULL PRIMARY KEY,
    key_digest BLOB NOT NULL,
    flagger_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    date INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    revoked INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX flagger_keys_by_digest ON flagger_keys (key_digest);
CREATE INDEX flagger_keys_by_flagger ON flagger_keys (flagger_id);

CREATE TABLE flagger_notices ( -- directory
    flagger_id INTEGER NOT NULL,
    notice_id INTEGER NOT NULL,
    reference TEXT NOT NULL, -- the flagger's own number, or nothing
    idempotency_key TEXT NOT NULL,
    asked_digest BLOB NOT NULL,
    link TEXT NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (flagger_id, notice_id)
);
CREATE UNIQUE INDEX flagger_notices_by_key ON flagger_notices (flagger_id, idempotency_key);

-- Of a notice that is being written (its own token's digest), or of one that was sent (notice_id).
CREATE TABLE notice_files ( -- directory
    file_no INTEGER NOT NULL PRIMARY KEY,
    draft_digest BLOB,
    notice_id INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    shown_sha256 BLOB, -- a picture as the media process drew it anew
    shown_width INTEGER NOT NULL DEFAULT 0,
    shown_height INTEGER NOT NULL DEFAULT 0,
    date INTEGER NOT NULL
);
CREATE INDEX notice_files_by_draft ON notice_files (draft_digest) WHERE draft_digest IS NOT NULL;
CREATE INDEX notice_files_by_notice ON notice_files (notice_id) WHERE notice_id <> 0;
CREATE INDEX notice_files_by_blob ON notice_files (sha256);
CREATE INDEX notice_files_by_shown ON notice_files (shown_sha256) WHERE shown_sha256 IS NOT NULL;
CREATE INDEX notice_files_unsent ON notice_files (date) WHERE notice_id = 0;
