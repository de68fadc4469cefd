"""auth.*: one file a topic."""
