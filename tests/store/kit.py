"""What several store tests need: a disk that is full."""

import contextlib
import resource
from collections.abc import Iterator


@contextlib.contextmanager
def no_file_above(size_bytes: int) -> Iterator[None]:
    """No file may grow beyond this size: what a full disk looks like to a program."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
