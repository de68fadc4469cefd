"""The screens: each asks the deeds for what it shows, and its forms do deeds."""
