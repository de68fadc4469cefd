-- Who is reached when something cannot wait, when it is whose turn, and whom each page was sent to until somebody took it.

CREATE TABLE oncall_people ( -- directory
    operator_id INTEGER NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL DEFAULT 0, -- the account whose chat with the server is written to; 0 for none
    mail TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    lang_code TEXT NOT NULL DEFAULT 'en',
    place INTEGER NOT NULL, -- the order in which people are asked when it is nobody's turn
    calendar BLOB, -- digest of what opens their calendar
    date INTEGER NOT NULL
);
CREATE INDEX oncall_people_by_user ON oncall_people (user_id);

CREATE TABLE oncall_shifts ( -- directory
    shift_id INTEGER NOT NULL PRIMARY KEY,
    operator_id INTEGER NOT NULL,
    place INTEGER NOT NULL, -- 0 who is asked first, 1 who is asked next
    start INTEGER NOT NULL,
    until INTEGER NOT NULL,
    begun INTEGER NOT NULL DEFAULT 0, -- when they were told that it began
    made_by INTEGER NOT NULL,
    date INTEGER NOT NULL
);
CREATE INDEX oncall_shifts_by_end ON oncall_shifts (until, start);
CREATE INDEX oncall_shifts_to_begin ON oncall_shifts (begun, start);

CREATE TABLE oncall_handovers ( -- directory
    handover_id INTEGER NOT NULL PRIMARY KEY,
    shift_id INTEGER NOT NULL,
    from_id INTEGER NOT NULL,
    to_id INTEGER NOT NULL,
    note TEXT NOT NULL,
    date INTEGER NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0,
    taken INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX oncall_handovers_waiting ON oncall_handovers (answered, to_id);

CREATE TABLE pages ( -- directory
    page_id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    urgent INTEGER NOT NULL,
    lasting INTEGER NOT NULL,
    date INTEGER NOT NULL,
    due INTEGER NOT NULL, -- when the next call is made; 0 for never
    rung INTEGER NOT NULL DEFAULT 0, -- how many calls were made
    acked_at INTEGER NOT NULL DEFAULT 0,
    acked_by TEXT NOT NULL DEFAULT '',
    acked_how TEXT NOT NULL DEFAULT '',
    over_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX pages_by_due ON pages (due, page_id);
CREATE INDEX pages_by_matter ON pages (kind, subject, over_at);
CREATE INDEX pages_by_ack ON pages (acked_at, page_id);

CREATE TABLE page_calls ( -- directory
    page_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    operator_id INTEGER NOT NULL, -- 0 for one of the settings' list
    way TEXT NOT NULL, -- chat, mail, sms, voice
    round INTEGER NOT NULL,
    date INTEGER NOT NULL,
    outbox_id INTEGER NOT NULL,
    token BLOB NOT NULL, -- digest of what takes the page by a link
    failure TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (page_id, no)
) WITHOUT ROWID;
CREATE UNIQUE INDEX page_calls_by_token ON page_calls (token);

CREATE TABLE oncall_drills ( -- directory
    drill_id INTEGER NOT NULL PRIMARY KEY,
    due INTEGER NOT NULL,
    page_id INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0,
    seconds INTEGER NOT NULL DEFAULT -1 -- until it was taken; -1 where nobody took it
);

-- What a caller said in an emergency, kept while it is being said: it began when the telephone was picked up.
CREATE TABLE hotline_calls ( -- directory
    call_id INTEGER NOT NULL PRIMARY KEY,
    operator_id INTEGER NOT NULL,
    began INTEGER NOT NULL,
    said BLOB NOT NULL,
    filed_at INTEGER NOT NULL DEFAULT 0,
    came_to TEXT NOT NULL DEFAULT '' -- what it became: `order:12`, or why it became nothing
);
CREATE INDEX hotline_calls_open ON hotline_calls (filed_at, call_id);
