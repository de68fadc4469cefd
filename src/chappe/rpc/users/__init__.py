"""users.*: one file a topic."""
