-- One row: how far the journal is in the log, which folder and process write it, and what was signed last. The right
-- edge of the tree and a lease by the clock, which its first form had, are not needed: the tiles say the edge, and a
-- writer that finds another's name in the row stops.
DROP TABLE log_state;

CREATE TABLE log_state ( -- directory
    log INTEGER NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL,
    folder TEXT NOT NULL,
    writer TEXT NOT NULL,
    journal_no INTEGER NOT NULL,
    size INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    signed_size INTEGER NOT NULL,
    signed_root BLOB NOT NULL,
    signed_date INTEGER NOT NULL
);

-- The figures of a day as they were published, each correction a new version; a day without a row is a gap.
CREATE TABLE report_days ( -- directory
    day INTEGER NOT NULL,
    version INTEGER NOT NULL,
    date INTEGER NOT NULL,
    first_leaf INTEGER NOT NULL,
    end_leaf INTEGER NOT NULL,
    figures BLOB NOT NULL,
    changes BLOB NOT NULL,
    PRIMARY KEY (day, version)
) WITHOUT ROWID;
