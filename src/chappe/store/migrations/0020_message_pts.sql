-- A message bears the pts with which it came into its box; those of before have theirs in box_log.

ALTER TABLE messages ADD COLUMN pts INTEGER NOT NULL DEFAULT 0;
