-- Neutral SQL. The time zone in which somebody on call is told times, as the tz database names it; empty for the server's.

ALTER TABLE oncall_people ADD COLUMN zone TEXT NOT NULL DEFAULT '';
