"""upload.*: one file a topic."""
