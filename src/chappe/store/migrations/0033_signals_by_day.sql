-- An account may be found by the same rule on another day: a signal is one for its rule, item and day.

ALTER TABLE signals ADD COLUMN day INTEGER NOT NULL DEFAULT 0; -- 0 for what is found once, a message or a picture
DROP INDEX signals_once;
CREATE UNIQUE INDEX signals_once ON signals (kind, name, version, mode, item_key, subject, day);
CREATE INDEX media_sightings_by_item ON media_sightings (item_key);

CREATE TABLE rule_modes ( -- directory
    name TEXT NOT NULL PRIMARY KEY,
    mode TEXT NOT NULL, -- what an operator chose instead of what the rule says of itself
    date INTEGER NOT NULL
);
