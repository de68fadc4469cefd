"""The failure of this room."""


class RecoveryError(Exception):
    """The sheets, the sealed file or the keys cannot be used; the text says which, why, and what to do."""
