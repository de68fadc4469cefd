"""contacts.*: one file a topic."""
