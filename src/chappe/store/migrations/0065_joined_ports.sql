-- Neutral SQL. The ports of one device at one address stand in one row for a day, each with its own first and last use,
-- in place of a row for each new connection. Rows of before have none, and their port in its column.

ALTER TABLE connections ADD COLUMN ports BLOB;
