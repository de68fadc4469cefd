-- Neutral SQL. Who answered for a bot that was deleted, for as long as its owner's country keeps names; 0 for people.

ALTER TABLE kept_identities ADD COLUMN person_id INTEGER NOT NULL DEFAULT 0;
