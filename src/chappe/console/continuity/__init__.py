"""Continuity in the console: signs of life, the rule of absence, taking over, kits and drills."""
