-- The leaves of a day, for its report; and what was measured, not counted, at the end of a day.
CREATE INDEX log_leaves_by_hour ON log_leaves (hour, leaf_index);

CREATE TABLE report_measured ( -- directory
    day INTEGER NOT NULL PRIMARY KEY,
    date INTEGER NOT NULL
);
