-- Neutral SQL. From which addresses a person's devices were in use, and when: what may be asked of us to identify
-- somebody, and no longer than the person's territory lets us keep it. Which exports of their data people began.

CREATE TABLE connections (
    owner_id INTEGER NOT NULL,
    hash INTEGER NOT NULL, -- of the authorization, as its owner sees it
    since INTEGER NOT NULL,
    ip TEXT NOT NULL,
    until INTEGER NOT NULL, -- the last sign of life from this address
    PRIMARY KEY (owner_id, hash, since, ip)
) WITHOUT ROWID;
CREATE INDEX connections_by_ip ON connections (ip, since);
CREATE INDEX connections_by_date ON connections (until);

-- Of accounts that ended: what a territory obliges to keep of them, each part until its own date.
CREATE TABLE kept_identities ( -- directory
    user_id INTEGER NOT NULL PRIMARY KEY,
    phone TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    username TEXT NOT NULL, -- in lower case
    email TEXT NOT NULL,
    made INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    territory TEXT NOT NULL,
    identity_until INTEGER NOT NULL, -- the names and the number
    details_until INTEGER NOT NULL -- the username and the address of mail
);
CREATE INDEX kept_identities_by_phone ON kept_identities (phone) WHERE phone <> '';
CREATE INDEX kept_identities_by_username ON kept_identities (username) WHERE username <> '';
CREATE INDEX kept_identities_by_end ON kept_identities (identity_until);
CREATE INDEX kept_identities_by_details ON kept_identities (details_until);

CREATE TABLE takeouts (
    owner_id INTEGER NOT NULL,
    auth_key_id INTEGER NOT NULL,
    takeout_id INTEGER NOT NULL,
    scope TEXT NOT NULL, -- what was asked for, a space between
    date INTEGER NOT NULL,
    PRIMARY KEY (owner_id, auth_key_id)
);
CREATE INDEX takeouts_by_date ON takeouts (date);
