"""A copy of the tdjson package in which Telegram's RSA keys are replaced by this server's: "data-patched" TDLib.

TDLib compiles its keys in and offers no way to add one. A PKCS#1 PEM of a 2048-bit key with e = 65537 always has the
same length, so the library's data can be replaced in place; its code and its addresses are left alone.
"""

import importlib
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

KEY = re.compile(rb"-----BEGIN RSA PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END RSA PUBLIC KEY-----")
OWN_KEYS = 2  # test and production; a third, of another length, is for the download of a fallback configuration


class PatchError(Exception):
    """This build of TDLib is not laid out as expected."""


def make_copy(installed: Path, target: Path, pem: str) -> None:
    """`target` holds the package and libraries of `installed` (a site-packages folder), both keys replaced."""
    for name in ("tdjson", "tdjson.libs"):
        shutil.copytree(installed / name, target / name)
    library = next((target / "tdjson.libs").glob("libtdjson*"))
    library.write_bytes(with_key(library.read_bytes(), pem.strip().encode()))


def with_key(data: bytes, pem: bytes) -> bytes:
    found = [key for key in KEY.findall(data) if len(key) == len(pem)]
    if len(found) != OWN_KEYS or any(data.count(key) != 1 for key in found):
        raise PatchError(f"expected {OWN_KEYS} keys of {len(pem)} bytes in TDLib, found {len(found)}")
    for key in found:
        data = data.replace(key, pem)
    return data


def import_tdjson(folder: Path) -> ModuleType:
    """The module of that copy, not of the environment."""
    sys.path.insert(0, str(folder))
    return importlib.import_module("tdjson")
