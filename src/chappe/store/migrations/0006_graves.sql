-- Accounts that were deleted and whose boxes are still to be emptied, a batch at a time.

CREATE TABLE graves ( -- directory
    user_id INTEGER NOT NULL PRIMARY KEY,
    date INTEGER NOT NULL
);
