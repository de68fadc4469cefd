-- Neutral SQL. A link to a new passkey that colleagues gave opens only after a wait, in which its person may refuse it.

ALTER TABLE operator_links ADD COLUMN ready INTEGER NOT NULL DEFAULT 0;
