"""messages.*: one file a topic."""
