"""Builds the wheel of the newest commit twice, in two folders with nothing in common, and compares the two.

Source: requirements/reproducible
Time zone, language, seed of hashes and length of the folder's name differ; the date of files is that of the
commit (`SOURCE_DATE_EPOCH`). Only what is the same byte by byte is put into `dist`, with its digest: anybody who runs
this on the same commit comes to the same file, and so knows that nothing else is in it.
"""

import argparse
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
LONGEST_S = 1800
UMASK = 0o022
"""Rights of files stand in a wheel, so they are the same for everybody who builds it."""


class ReleaseError(Exception):
    """There is no release; the text says why."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where and how one of the two is built."""

    folder: str
    environ: Mapping[str, str]


TWO = (
    Surroundings("a", {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
    Surroundings(
        "another place with a longer name", {"TZ": "Pacific/Chatham", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}
    ),
)


def release(out: Path, client: bool = True, commit: str = "HEAD") -> Path:
    """The wheel, in `out` beside `SHA256SUMS`; the same from both places. Errors: ReleaseError."""
    commit = _git("rev-parse", f"{commit}^{{commit}}").decode().strip()  # what it is called may be moved meanwhile
    date = _git("log", "-1", "--format=%ct", commit).decode().strip()
    sources = _git("archive", "--format=tar", commit)
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        made = [_build(Path(place), one, sources, date, client) for one in TWO]
        first, second = (one.read_bytes() for one in made)
        if first != second:
            raise ReleaseError("the two builds differ:\n  " + "\n  ".join(differences(first, second)))
        out.mkdir(exist_ok=True)
        kept = out / made[0].name
        shutil.copyfile(made[0], kept)
    digest = hashlib.sha256(first).hexdigest()
    (out / "SHA256SUMS").write_text(f"{digest}  {kept.name}\n", "ascii")
    return kept


def differences(first: bytes, second: bytes) -> list[str]:
    """Where two wheels differ, a line each."""
    one, other = (zipfile.ZipFile(io.BytesIO(data)) for data in (first, second))
    names = [{info.filename: info for info in wheel.infolist()} for wheel in (one, other)]
    out = [f"only one has {name}" for name in sorted(names[0].keys() ^ names[1].keys())]
    for name in sorted(names[0].keys() & names[1].keys()):
        left, right = names[0][name], names[1][name]
        if one.read(left) != other.read(right):
            out.append(f"{name} has other contents")
        elif (left.date_time, left.external_attr) != (right.date_time, right.external_attr):
            out.append(f"{name} has another date or other rights")
    return out or ["the order of their files, or how they are packed"]


def _build(place: Path, how: Surroundings, sources: bytes, date: str, client: bool) -> Path:
    """A wheel built in a folder of its own."""
    folder = place / how.folder
    with tarfile.open(fileobj=io.BytesIO(sources)) as tar:
        tar.extractall(folder)  # of our own commit: the filters of tarfile are not in every Python 3.11
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    environ = {**os.environ, **how.environ, "SOURCE_DATE_EPOCH": date, "PYTHONDONTWRITEBYTECODE": "1"}
    if client:
        _lend_packages(folder)
        _run([sys.executable, "-m", "tools.build_client"], folder, environ)
    wheels = place / f"{how.folder}.out"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    _run([*pip, "--no-deps", "--no-build-isolation", "--no-index", "-w", str(wheels), "."], folder, environ)
    (wheel,) = wheels.glob("*.whl")
    return wheel


def _lend_packages(folder: Path) -> None:
    """The client's packages are those of the lock file; where they are installed for it, they are taken from there."""
    ours, theirs = HOUSE / "web-client", folder / "web-client"
    same = (ours / "package-lock.json").read_bytes() == (theirs / "package-lock.json").read_bytes()
    if same and (ours / "node_modules" / ".package-lock.json").exists():
        shutil.copytree(ours / "node_modules", theirs / "node_modules", symlinks=True)


def _run(command: list[str], folder: Path, environ: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environ, umask=UMASK, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=LONGEST_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ReleaseError(f"`{' '.join(command)}` failed:\n{done.stdout.decode(errors='replace')[-3000:]}")


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=HOUSE, capture_output=True, check=False)
    if done.returncode:
        raise ReleaseError(f"`git {' '.join(words)}` failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def main(words: list[str]) -> int:
    """The command; 0 if there is a release."""
    parser = argparse.ArgumentParser(description="Build the wheel twice, and compare.")
    parser.add_argument("--out", type=Path, default=HOUSE / "dist")
    parser.add_argument("--commit", default="HEAD", help="what is released")
    parser.add_argument("--without-client", action="store_true", help="leave the web client out, to be quick")
    given = parser.parse_args(words)
    try:
        made = release(given.out, not given.without_client, given.commit)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    print((given.out / "SHA256SUMS").read_text("ascii").strip())
    print(f"Both builds are the same, byte by byte: {made}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
