-- Neutral SQL. Several orders of authorities may hide one thing, each in its territory: each holds by itself, and undoing
-- one leaves the others. `slot` is empty for every other restriction, of which one holds for an item and a measure.

CREATE TABLE enforcements_by_slot ( -- directory
    item_key TEXT NOT NULL,
    measure TEXT NOT NULL,
    slot TEXT NOT NULL DEFAULT '',
    decision_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    until INTEGER NOT NULL DEFAULT 0,
    territories TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    basis TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (item_key, measure, slot)
);
INSERT INTO enforcements_by_slot (item_key, measure, decision_id, date, until, territories, detail, basis)
    SELECT item_key, measure, decision_id, date, until, territories, detail, basis FROM enforcements;
DROP TABLE enforcements;
ALTER TABLE enforcements_by_slot RENAME TO enforcements;
CREATE INDEX enforcements_by_decision ON enforcements (decision_id);
