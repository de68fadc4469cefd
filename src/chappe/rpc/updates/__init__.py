"""updates.*: one file a topic."""
