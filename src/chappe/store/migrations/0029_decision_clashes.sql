-- What undoing a decision found changed by others, and left as it was.

CREATE TABLE decision_clashes ( -- directory
    decision_id INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    item BLOB NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (decision_id, item_key)
) WITHOUT ROWID;
