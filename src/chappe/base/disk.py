"""One way to write a file that matters: whole or not at all, and for its owner's eyes."""

import os
from pathlib import Path


def write_owner_only(path: Path, data: bytes) -> None:
    """The file holds exactly this, durably, readable by its owner alone; never a half of it.

    Errors: OSError.
    """
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
