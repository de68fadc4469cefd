-- What concerns one person, for the copy of their data that they may ask for.

CREATE INDEX statements_to_person ON statements (person_id, date);
CREATE INDEX complaints_of_person ON complaints (complainant, complaint_id);
