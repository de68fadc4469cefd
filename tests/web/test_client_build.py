"""The web client builds to the same bytes each time, small enough, and with every text in every language.

Source: requirements/web-client
"""

import json
import re
from pathlib import Path

import pytest
from tools import build_client

MOST_BYTES = 350_000
WEB = build_client.OUT.parent
TEXTS = build_client.SOURCE / "src" / "texts"
PLURAL = re.compile(r"#(zero|one|two|few|many|other)$")


@pytest.mark.slow
def test_twice_built_gives_the_same_bytes_and_a_small_shell(tmp_path: Path) -> None:
    first = _there() or build_client.build(tmp_path / "first")
    second = build_client.build(tmp_path / "second")
    assert _bytes_of(first) == _bytes_of(second)
    assert _shell(first) <= MOST_BYTES


@pytest.mark.parametrize("language", sorted(path.name for path in TEXTS.iterdir() if path.is_dir()))
def test_every_language_has_every_text_and_its_facts(language: str) -> None:
    for area in (TEXTS / "en").glob("*.json"):
        english, theirs = (_texts(folder / area.name) for folder in (TEXTS / "en", TEXTS / language))
        assert {_plain(key) for key in theirs} == {_plain(key) for key in english}, area.name
        facts = {_plain(key): _facts(text) for key, text in english.items() if not key.endswith("#one")}
        for key, text in theirs.items():
            assert _facts(text) <= facts[_plain(key)] | {"n"}, key
            assert text.strip(), key


def test_no_registry_is_named_in_the_lock_file() -> None:
    assert '"resolved"' not in (build_client.SOURCE / "package-lock.json").read_text()


def _there() -> Path | None:
    """The build that the package holds, if no source is newer, as `make client` has it."""
    made, sources = build_client.OUT / "index.html", [build_client.SOURCE, WEB / "static" / "design"]
    files = [path for folder in sources for path in folder.rglob("*") if "node_modules" not in path.parts]
    newest = max(path.stat().st_mtime for path in files if path.is_file())
    return build_client.OUT if made.exists() and made.stat().st_mtime > newest else None


def _shell(folder: Path) -> int:
    """Bytes sent for the first page, as browsers that take gzip get them, without what is loaded on demand."""
    page = (folder / "index.html").read_text()
    named = set(re.findall(r"/app/(assets/[\w.-]+)", page))
    script = next(name for name in named if name.endswith(".js"))
    seen, waiting = set(named), [script]
    while waiting:
        text = (folder / waiting.pop()).read_text()
        for name in re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', text):
            if f"assets/{name}" not in seen:
                seen.add(f"assets/{name}")
                waiting.append(f"assets/{name}")
    wasm = max((path.with_name(path.name + ".gz").stat().st_size for path in folder.glob("assets/*.wasm")), default=0)
    language = max(_sent(path) for path in folder.glob("assets/fr-*.js"))
    return sum(_sent(folder / name) for name in seen) + wasm + language


def _sent(path: Path) -> int:
    packed = path.with_name(path.name + ".gz")
    return (packed if packed.exists() else path).stat().st_size


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _texts(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


def _facts(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def _plain(key: str) -> str:
    return PLURAL.sub("", key)
