-- When the author deleted a message whose words are withheld: from then on they wait for their time alone.
ALTER TABLE withheld ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
CREATE INDEX withheld_gone ON withheld (gone) WHERE gone <> 0;

-- Who is suspended cannot open the chat with the server: they are written to, with a link of their own to the statement.
CREATE TABLE statement_letters ( -- directory
    decision_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    token_digest BLOB,
    PRIMARY KEY (decision_id, person_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX statement_letters_by_token ON statement_letters (token_digest) WHERE token_digest IS NOT NULL;
CREATE INDEX statement_letters_waiting ON statement_letters (decision_id) WHERE token_digest IS NULL;
