"""channels.*: supergroups and channels, one file a topic."""
