-- Neutral SQL. Which entry of the journal a notice and a complaint are, so that who filed them can prove that they did.
ALTER TABLE notices ADD COLUMN journal_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE complaints ADD COLUMN journal_no INTEGER NOT NULL DEFAULT 0;
