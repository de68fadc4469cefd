-- Neutral SQL. From when a forgotten password may be taken away, as a signed-in device asked; 0 for not asked.

ALTER TABLE passwords ADD COLUMN reset_date INTEGER NOT NULL DEFAULT 0;
