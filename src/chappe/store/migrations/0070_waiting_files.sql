-- Neutral SQL. Which messages that wait will show a file: it is not collected before.

CREATE INDEX scheduled_by_media ON scheduled (media_hash) WHERE media_hash IS NOT NULL;
