-- What somebody began to write in a topic of a forum; drafts of whole dialogs stand with the dialog.

CREATE TABLE topic_drafts (
    owner_id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL,
    topic_id INTEGER NOT NULL,
    draft BLOB NOT NULL,
    PRIMARY KEY (owner_id, peer_id, topic_id)
) WITHOUT ROWID;
