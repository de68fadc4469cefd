"""The data folder on disk: owner-only, with the keys that lie outside the database.

Shape: `keys/rsa.pem` (2048 bit, PKCS#8), `keys/server.key` (32 bytes: wraps auth keys, makes access hashes),
`keys/proxy.secret` (16 bytes: the MTProxy framing), `keys/push.key` (32 bytes: signs to push services),
`mtproto.pub.pem` (the public half, for clients, PKCS#1).
"""

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

from chappe.base.disk import write_owner_only
from chappe.base.ids import Entropy
from chappe.mtproto.rsa import RsaKey
from chappe.store.backups import RESTORING

DATABASE = "chappe.sqlite"


class DataDirError(Exception):
    """The data folder cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class DataDir:
    """The folder and what was read from it; secrets stay out of its repr."""

    path: Path
    rsa_key: RsaKey = field(repr=False)
    server_secret: bytes = field(repr=False)
    proxy_secret: bytes = field(repr=False)
    push_secret: bytes = field(repr=False)

    @property
    def database(self) -> Path:
        """Where SQLite's file lies."""
        return self.path / DATABASE

    @property
    def blobs(self) -> Path:
        """Where the bytes of files lie."""
        return self.path / "blobs"

    @property
    def tls(self) -> Path:
        """Where the local authority's files lie."""
        return self.path / "tls"


def open_data_dir(path: Path, entropy: Entropy) -> DataDir:
    """The folder exists, only its owner can read it, and it holds every key; those missing are made.

    Errors: DataDirError if it cannot be made, belongs to others, holds a damaged key or lost one it had.
    """
    try:
        require_whole(path, own_database=False)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        for name in ("keys", "blobs", "tls"):
            (path / name).mkdir(mode=0o700, exist_ok=True)
            (path / name).chmod(0o700)
        _require_ours(path)
        key = _rsa_key(path / "keys" / "rsa.pem")
        secret = _secret(path / "keys" / "server.key", 32, entropy)
        proxy = _secret(path / "keys" / "proxy.secret", 16, entropy)
        push = _secret(path / "keys" / "push.key", 32, entropy)
        write_owner_only(path / "mtproto.pub.pem", key.to_pem_pkcs1())
    except OSError as error:
        raise DataDirError(f"data folder {path}: {advice(error)}") from error
    return DataDir(
        path=path,
        rsa_key=key,
        server_secret=secret,
        proxy_secret=proxy,
        push_secret=push,
    )


def require_whole(path: Path, own_database: bool) -> None:
    """A folder that was in use has the keys, and where it is in the folder the database, that it had.

    To make them anew would shut everybody out, or begin an empty server, without a word. Errors: DataDirError.
    """
    if (path / RESTORING).exists():
        raise DataDirError(f"{path}: a restore was broken off; delete the folder and restore the backup again")
    if not (path / "log" / "checkpoint").exists():
        return
    needed = [path / "keys" / "rsa.pem", path / "keys" / "server.key", *([path / DATABASE] if own_database else [])]
    for place in needed:
        if not place.exists():
            other = "; if PostgreSQL has it, say so in `database`" if place.name == DATABASE else ""
            raise DataDirError(f"{place} is missing, and the folder was in use: bring it back from a backup{other}")


def _require_ours(path: Path) -> None:
    """What lies in the folder can be worked with. Errors: PermissionError."""
    for place in path.iterdir():
        wanted = os.R_OK | os.W_OK | (os.X_OK if place.is_dir() else 0)
        if not os.access(place, wanted) and place.exists():
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def advice(error: OSError) -> str:
    """What could not be done with which file, and what to do about it where that is known."""
    where = f"{error.filename}: " if error.filename else ""
    what = "; all of it must belong to who runs the server" if isinstance(error, PermissionError) else ""
    return f"{where}{error.strerror or error}{what}"


def _rsa_key(path: Path) -> RsaKey:
    if not path.exists():
        write_owner_only(path, RsaKey.generate().to_pem())
    try:
        return RsaKey.from_pem(path.read_bytes())
    except ValueError as error:
        raise DataDirError(f"{path} is damaged; bring it back from a backup") from error


def _secret(path: Path, size_bytes: int, entropy: Entropy) -> bytes:
    if not path.exists():
        write_owner_only(path, entropy(size_bytes))
    secret = path.read_bytes()
    if len(secret) != size_bytes:
        raise DataDirError(f"{path} must hold {size_bytes} bytes; bring it back from a backup")
    return secret
