"""Chappe: a Telegram you run yourself, and that can account for itself."""
