-- Neutral SQL. What of a decision in force holds no more, and whose it was: the others of it stay as they are.

CREATE TABLE decision_spared ( -- directory
    decision_id INTEGER NOT NULL,
    item_key TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    item BLOB NOT NULL,
    date INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (decision_id, item_key, person_id)
) WITHOUT ROWID;
