"""Where the log is read from: a web address, a folder with the same names, or one file `checkpoint` in it."""

import gzip
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from chappe_verify.formats import Wrong

TIMEOUT_S = 60
LARGEST = 64 * 1024 * 1024
AT_ONCE = 4
WIDTH = 256
UNKNOWN = (
    "The certificate of {base} is of an authority that this machine does not know, so nothing of the log was read. "
    "If the server has an authority of its own, fetch /ca.pem from it and say SSL_CERT_FILE=ca.pem."
)


class Source(Protocol):
    """Files of a log by their names under its prefix."""

    def get(self, name: str) -> bytes | None:
        """The bytes, or None if there is no such file. Errors: Wrong if it cannot be asked."""
        ...


class Web:
    """A log at a web address."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/") + "/"

    def get(self, name: str) -> bytes | None:
        """The bytes, or None if the server says that there are none. Errors: Wrong."""
        request = urllib.request.Request(self._base + name, headers={"accept-encoding": "gzip"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                data: bytes = answer.read(LARGEST)
                if answer.headers.get("content-encoding") == "gzip":
                    data = gzip.decompress(data)
                return data
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise Wrong(f"{self._base}{name} answers with {error.code}.") from None
        except (OSError, EOFError, ValueError) as error:
            if isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError):
                raise Wrong(UNKNOWN.format(base=self._base)) from None
            raise Wrong(f"{self._base}{name} cannot be read: {error}.") from None


class Folder:
    """A log in a folder."""

    def __init__(self, base: Path) -> None:
        self._base = base

    def get(self, name: str) -> bytes | None:
        """The bytes, or None if there is no such file. Errors: Wrong."""
        try:
            return (self._base / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Wrong(f"{self._base / name} cannot be read: {error.strerror}.") from None


def of(written: str) -> Source:
    """The source that is written so."""
    return Web(written) if written.startswith(("http://", "https://")) else Folder(Path(written))


def bundles(source: Source, size: int) -> Iterator[bytes]:
    """Every bundle of a log of so many leaves, in order; the next ones are fetched meanwhile. Errors: Wrong."""
    names = [(n, min(WIDTH, size - n * WIDTH)) for n in range(-(-size // WIDTH))]
    if isinstance(source, Folder):
        for n, width in names:
            yield bundle(source, n, width)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for first in range(0, len(names), 8 * AT_ONCE):
            some = names[first : first + 8 * AT_ONCE]
            yield from pool.map(lambda name: bundle(source, *name), some)


def bundle(source: Source, n: int, width: int) -> bytes:
    """One bundle, or a wider one that it is the beginning of. Errors: Wrong if it is missing."""
    digits = f"{n:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "tile/entries/" + "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
    found = source.get(name if width == WIDTH else f"{name}.p/{width}")
    if found is None and width < WIDTH:
        found = source.get(name)
    if found is None:
        raise Wrong(f"The leaves {n * WIDTH} to {n * WIDTH + width - 1} are missing: the log's tail is cut.")
    return found
