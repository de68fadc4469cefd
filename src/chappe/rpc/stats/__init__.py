"""stats.*: one file a topic."""
