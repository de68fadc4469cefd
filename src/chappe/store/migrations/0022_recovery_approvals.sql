-- The word of a second operator, without which no recovery opens where there are several.

ALTER TABLE recoveries ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';
