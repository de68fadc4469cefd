"""photos.*: one file a topic."""
