"""help.*: one file a topic."""
