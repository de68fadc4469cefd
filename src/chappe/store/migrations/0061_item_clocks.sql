-- Neutral SQL. The clock of knowledge runs for each thing that was noticed: a case has several, noticed one by one.

ALTER TABLE case_items ADD COLUMN known_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_items ADD COLUMN acted_at INTEGER NOT NULL DEFAULT 0;
UPDATE case_items SET known_at = (SELECT c.known_at FROM cases c WHERE c.case_id = case_items.case_id),
    acted_at = (SELECT c.acted_at FROM cases c WHERE c.case_id = case_items.case_id);
