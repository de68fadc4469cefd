-- Neutral SQL. Who came to be in a country that is being left, and is to be told how far that is.

CREATE TABLE territory_greetings (
    owner_id INTEGER NOT NULL PRIMARY KEY,
    territory TEXT NOT NULL
);
