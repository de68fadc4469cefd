-- Neutral SQL. Of several servers over one database one sends the test order of a day: when it was last taken up.

ALTER TABLE synthetic_orders ADD COLUMN tried_at INTEGER NOT NULL DEFAULT 0;
