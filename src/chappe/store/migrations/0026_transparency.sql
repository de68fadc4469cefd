-- What of an entry the world sees; NULL for an entry that is nobody's business.
ALTER TABLE journal ADD COLUMN public BLOB;

-- With the salt of an entry its commitment in the log can be proved; without it, it says nothing. Erased by deleting.
CREATE TABLE journal_salts ( -- directory
    shard INTEGER NOT NULL,
    no INTEGER NOT NULL,
    salt BLOB NOT NULL,
    PRIMARY KEY (shard, no)
) WITHOUT ROWID;

CREATE TABLE journal_seals ( -- directory
    shard INTEGER NOT NULL,
    no INTEGER NOT NULL,
    opened_no INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, no)
) WITHOUT ROWID;

CREATE TABLE log_leaves ( -- directory
    leaf_index INTEGER NOT NULL PRIMARY KEY,
    shard INTEGER NOT NULL,
    no INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    leaf BLOB NOT NULL
);
CREATE UNIQUE INDEX log_leaves_by_entry ON log_leaves (shard, no);

-- One row: how far the journal is in the log, who writes it, and what was signed last.
CREATE TABLE log_state ( -- directory
    log INTEGER NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL,
    journal_no INTEGER NOT NULL,
    size INTEGER NOT NULL,
    edge BLOB NOT NULL,
    hour INTEGER NOT NULL,
    signed_size INTEGER NOT NULL,
    signed_root BLOB NOT NULL,
    signed_date INTEGER NOT NULL,
    holder TEXT NOT NULL,
    held_until INTEGER NOT NULL
);
