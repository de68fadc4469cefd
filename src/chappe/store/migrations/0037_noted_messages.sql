-- Which messages a decision changes the look of, in every box that holds one: so that all are found when it ends.

CREATE TABLE noted_for (
    owner_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    decision_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, message_id, decision_id)
) WITHOUT ROWID;
CREATE INDEX noted_for_decision ON noted_for (decision_id);
