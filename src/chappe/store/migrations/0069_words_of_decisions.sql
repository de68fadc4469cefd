-- Neutral SQL. In which language the words of a decision are written, empty where nobody said, and the same in others.

ALTER TABLE decisions ADD COLUMN lang TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN said BLOB;
