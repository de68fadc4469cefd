-- Neutral SQL. How long what is kept for the law alone is kept, country by country, as the territory profiles of the
-- day say it: rows, so that whatever reads or clears away asks one place.
CREATE TABLE retention_policies ( -- directory
    country TEXT NOT NULL, -- ISO 3166, empty for everywhere else
    what TEXT NOT NULL, -- identity, sign_up, connection, messages, disclosure
    seconds INTEGER NOT NULL,
    basis TEXT NOT NULL,
    PRIMARY KEY (country, what)
);
