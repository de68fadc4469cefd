-- Neutral SQL. How long orders by the law of a country stay secret where that law sets no end, and which kinds of
-- authority prolong it, as the territory profiles of the day say.
CREATE TABLE secrecy_terms ( -- directory
    country TEXT NOT NULL PRIMARY KEY, -- ISO 3166, empty for everywhere else
    seconds INTEGER NOT NULL,
    prolonged_by TEXT NOT NULL -- kinds, with spaces between
);
