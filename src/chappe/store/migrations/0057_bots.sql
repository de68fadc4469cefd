-- Bots: accounts that a program speaks for, and a person who answers for each. Bits of `accounts.bot`: 1 it is a bot,
-- 2 it reads all that is said in its groups, 4 it is in no groups; 0 for people. Of a token only a digest is kept.

ALTER TABLE accounts ADD COLUMN bot INTEGER NOT NULL DEFAULT 0;

CREATE TABLE bots ( -- directory
    bot_id INTEGER NOT NULL PRIMARY KEY,
    person_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    token_digest BLOB,
    earlier_digest BLOB,
    description TEXT NOT NULL DEFAULT ''
);
CREATE INDEX bots_by_person ON bots (person_id);

CREATE TABLE bot_commands ( -- directory
    bot_id INTEGER NOT NULL,
    scope TEXT NOT NULL,
    lang_code TEXT NOT NULL,
    commands BLOB NOT NULL,
    PRIMARY KEY (bot_id, scope, lang_code)
) WITHOUT ROWID;
