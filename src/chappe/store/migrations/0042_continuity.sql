-- Neutral SQL. What keeps the service going when who runs it cannot: signs of life, the rule of absence, takeovers,
-- recovery kits and drills. Nothing here belongs to a box; no key and no share of one is ever stored.

CREATE TABLE continuity_rules ( -- directory
    rule_no INTEGER NOT NULL PRIMARY KEY,
    hours INTEGER NOT NULL, -- without a sign of life of any owner, until the successors may take over
    quorum INTEGER NOT NULL, -- of them, who must say so
    state TEXT NOT NULL, -- proposed, in_force, replaced, withdrawn
    proposed_by INTEGER NOT NULL,
    date INTEGER NOT NULL,
    ready INTEGER NOT NULL, -- not in force before
    ended INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE continuity_successors ( -- directory
    rule_no INTEGER NOT NULL,
    operator_id INTEGER NOT NULL,
    PRIMARY KEY (rule_no, operator_id)
) WITHOUT ROWID;

CREATE TABLE continuity_words ( -- directory
    subject TEXT NOT NULL, -- rule:1, takeover:1, act:1
    operator_id INTEGER NOT NULL,
    date INTEGER NOT NULL,
    PRIMARY KEY (subject, operator_id)
) WITHOUT ROWID;

CREATE TABLE continuity_signs ( -- directory
    operator_id INTEGER NOT NULL PRIMARY KEY,
    date INTEGER NOT NULL,
    way TEXT NOT NULL -- sign_in, button
);

CREATE TABLE continuity_watch ( -- directory
    watch_no INTEGER NOT NULL PRIMARY KEY, -- 1
    due INTEGER NOT NULL, -- when the next step of the rule in force is due
    step INTEGER NOT NULL, -- warnings that were given
    since INTEGER NOT NULL -- the sign of life it is reckoned from
);

CREATE TABLE continuity_takeovers ( -- directory
    takeover_no INTEGER NOT NULL PRIMARY KEY,
    rule_no INTEGER NOT NULL,
    state TEXT NOT NULL, -- open: the successors may; held: they do; returned, settled: over
    absent_since INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    began INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE continuity_acts ( -- directory
    act_no INTEGER NOT NULL PRIMARY KEY,
    takeover_no INTEGER NOT NULL,
    kind TEXT NOT NULL, -- give_role, take_role, add_operator, make_owner, say
    operator_id INTEGER NOT NULL DEFAULT 0,
    detail TEXT NOT NULL,
    state TEXT NOT NULL, -- waiting, done, dropped
    proposed_by INTEGER NOT NULL,
    date INTEGER NOT NULL,
    ready INTEGER NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX continuity_acts_by_takeover ON continuity_acts (takeover_no);

CREATE TABLE recovery_kits ( -- directory
    generation INTEGER NOT NULL PRIMARY KEY,
    needed INTEGER NOT NULL,
    trustees INTEGER NOT NULL,
    recipient TEXT NOT NULL, -- what backups are encrypted to; its other half is in the kits alone
    digest TEXT NOT NULL, -- of the keys that were sealed
    made_by TEXT NOT NULL,
    date INTEGER NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE recovery_drills ( -- directory
    drill_no INTEGER NOT NULL PRIMARY KEY,
    record TEXT NOT NULL, -- as it was signed with the key that came out of the kits
    generation INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    performed INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    date INTEGER NOT NULL
);
CREATE UNIQUE INDEX recovery_drills_by_record ON recovery_drills (record);
