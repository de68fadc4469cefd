-- Neutral SQL. One ring may speak of several pages: each of them has a call with the same link.

DROP INDEX page_calls_by_token;
CREATE INDEX page_calls_by_token ON page_calls (token);
