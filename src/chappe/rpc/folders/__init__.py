"""folders.*: one file a topic."""
