-- Neutral SQL. Pages that nobody took are found without looking at all that were told once and are over.

DROP INDEX pages_by_ack;
CREATE INDEX pages_open ON pages (acked_at, over_at, page_id);
