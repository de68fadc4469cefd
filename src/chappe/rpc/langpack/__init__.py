"""langpack.*: one file a topic."""
