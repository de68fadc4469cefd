-- Rooms that were deleted and still have members to take out, a batch at a time; a member's words are found by who it is.

CREATE TABLE room_graves ( -- directory
    room_id INTEGER NOT NULL PRIMARY KEY,
    after_id INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX member_names_by_user ON member_names (owner_id, user_id);
CREATE INDEX members_restricted ON members (owner_id, date) WHERE banned <> 0;
CREATE INDEX members_in_order ON members (owner_id, date) WHERE status > 0;

ALTER TABLE members ADD COLUMN send_as INTEGER NOT NULL DEFAULT 0;
