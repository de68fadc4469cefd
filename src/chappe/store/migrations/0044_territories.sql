-- Where people are, why that is thought, and how far each territory was left. Lists of sanctions and what they met.

CREATE TABLE person_territories (
    owner_id INTEGER NOT NULL PRIMARY KEY,
    territory TEXT NOT NULL,
    reason TEXT NOT NULL,
    declared TEXT NOT NULL,
    seen TEXT NOT NULL,
    date INTEGER NOT NULL
);

CREATE INDEX person_territories_of ON person_territories (territory, owner_id);

CREATE TABLE territories ( -- directory
    territory TEXT NOT NULL PRIMARY KEY,
    step TEXT NOT NULL,
    since INTEGER NOT NULL,
    mark TEXT NOT NULL,
    mark_since INTEGER NOT NULL
);

CREATE TABLE territory_plans ( -- directory
    territory TEXT NOT NULL,
    step TEXT NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (territory, step)
);

CREATE INDEX territory_plans_due ON territory_plans (due);

CREATE TABLE territory_events ( -- directory
    event_id INTEGER NOT NULL PRIMARY KEY,
    territory TEXT NOT NULL,
    date INTEGER NOT NULL,
    what TEXT NOT NULL,
    actor TEXT NOT NULL,
    people INTEGER NOT NULL,
    note TEXT NOT NULL
);

CREATE INDEX territory_events_of ON territory_events (territory, event_id);

CREATE TABLE territory_letters ( -- directory
    event_id INTEGER NOT NULL PRIMARY KEY,
    territory TEXT NOT NULL,
    letter TEXT NOT NULL,
    facts TEXT NOT NULL,
    after INTEGER NOT NULL,
    told INTEGER NOT NULL
);

CREATE TABLE profile_versions ( -- directory
    territory TEXT NOT NULL,
    version INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (territory, version)
);

CREATE TABLE sanctions_lists ( -- directory
    list_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    made TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    date INTEGER NOT NULL,
    actor TEXT NOT NULL,
    entities INTEGER NOT NULL,
    checked INTEGER NOT NULL
);

CREATE TABLE sanctions_names ( -- directory
    list_id INTEGER NOT NULL,
    folded TEXT NOT NULL,
    reference TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    programme TEXT NOT NULL,
    basis TEXT NOT NULL,
    PRIMARY KEY (list_id, folded, reference)
);

CREATE INDEX sanctions_names_folded ON sanctions_names (folded);

CREATE TABLE sanctions_matches ( -- directory
    room_id INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    folded TEXT NOT NULL,
    reference TEXT NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (room_id, list_id, folded, reference)
);
