-- Neutral SQL. Where a notice says that things are, in the words and the order of who filed it: what its page repeats.

CREATE TABLE notice_addresses ( -- directory
    notice_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    address TEXT NOT NULL,
    item_key TEXT NOT NULL,
    PRIMARY KEY (notice_id, no)
);
