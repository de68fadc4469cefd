-- Neutral SQL. When the registration of an authority ended, and when the contacts of its people were forgotten; 0 for not.

ALTER TABLE authorities ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE authorities ADD COLUMN forgotten_at INTEGER NOT NULL DEFAULT 0;
