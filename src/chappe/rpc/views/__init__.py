"""Records of the domain as TL values of the newest layer; pure, one renderer a record."""
