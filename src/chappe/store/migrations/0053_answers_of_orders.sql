-- Neutral SQL. What answers to authorities need to be exact: ports beside addresses, who wrote a post in whose place a
-- room speaks, the other ways by which an order came; what closed cases lose; and which country is the server's own.

-- Behind one address there may be many people: the port tells them apart, where it was seen (0 where it was not).
ALTER TABLE connections RENAME TO connections_before_ports;
CREATE TABLE connections (
    owner_id INTEGER NOT NULL,
    hash INTEGER NOT NULL, -- of the authorization, as its owner sees it
    since INTEGER NOT NULL,
    ip TEXT NOT NULL,
    port INTEGER NOT NULL, -- of the far end
    until INTEGER NOT NULL, -- the last sign of life from this address and port
    PRIMARY KEY (owner_id, hash, since, ip, port)
) WITHOUT ROWID;
INSERT INTO connections (owner_id, hash, since, ip, port, until)
    SELECT owner_id, hash, since, ip, 0, until FROM connections_before_ports;
DROP TABLE connections_before_ports;
CREATE INDEX connections_by_ip ON connections (ip, since);
CREATE INDEX connections_by_date ON connections (until);

-- Posts in which a room speaks in the place of the person who wrote them.
CREATE TABLE spoken_posts (
    owner_id INTEGER NOT NULL, -- who wrote it
    room_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (owner_id, room_id, message_id)
) WITHOUT ROWID;
CREATE INDEX spoken_posts_by_post ON spoken_posts (room_id, message_id);

-- The same order again, by the same or by another way.
CREATE TABLE order_arrivals ( -- directory
    order_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    channel TEXT NOT NULL,
    message_ref TEXT NOT NULL,
    sender TEXT NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (order_id, no)
) WITHOUT ROWID;
CREATE INDEX order_arrivals_by_channel ON order_arrivals (channel, order_id);

-- When what a closed case says of people was erased.
ALTER TABLE orders ADD COLUMN purged_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_to_purge ON orders (closed_at) WHERE is_open = 0 AND purged_at = 0;
CREATE INDEX intake_letters_aside ON intake_letters (received_at) WHERE state = 'set_aside';

-- The country where who runs the server is established: people of whom nothing says where they are count as there.
CREATE TABLE home_country ( -- directory
    one INTEGER NOT NULL PRIMARY KEY,
    country TEXT NOT NULL
);
