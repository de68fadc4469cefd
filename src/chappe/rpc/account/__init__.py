"""account.*: one file a topic."""
