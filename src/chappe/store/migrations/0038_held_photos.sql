-- A profile photo that a decision removed: 1, and 2 when it was the one that a room showed.

ALTER TABLE profile_photos ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
