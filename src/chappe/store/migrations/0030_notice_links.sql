-- The secret link of a notice, sealed with a key outside the database: whoever noticed is sent it again with the outcome.
ALTER TABLE notices ADD COLUMN token BLOB;
