"""`make screenshots`: pictures of the main screens, over a town filled by real acts, in `docs/screenshots`.

`python -m tests.browser.screenshots NAME…` draws only the named scenes. The names of the files are those of the
scenes and looks; a picture is written anew only when it looks different.
"""

import argparse
import asyncio
import io
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops
from playwright.async_api import Browser
from tests.browser.launch import base, chromium
from tests.browser.looks import DARK, LIGHT, PHONE, RTL, Look
from tests.browser.town import CHANNEL, Town, settle
from tests.browser.visitor import Visitor
from tests.clients.prepare import PrepareError
from tests.kit.server_process import ServerProcess, serving

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
QUALITY = 82
NIGHT_PHONE = Look("phone-dark", scheme="dark", width=390, height=844, phone=True)
Walk = Callable[[Visitor, Town], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A screen: the way to it, and the looks it is drawn in."""

    name: str
    walk: Walk
    looks: Sequence[Look]


def at(path: str) -> Walk:
    """The scene is a page."""

    async def walk(visitor: Visitor, town: Town) -> None:
        await visitor.goes(path)

    return walk


SCENES = (
    Scene("start", at("/"), (LIGHT, DARK, PHONE, RTL)),
    Scene("design", at("/design"), (LIGHT, DARK, PHONE, RTL)),
    Scene("channel-page", at(f"/{CHANNEL}"), (LIGHT, DARK, PHONE, RTL)),
)


async def draw(browser: Browser, server: ServerProcess, town: Town, scene: Scene, look: Look) -> str:
    """The picture is in its place; what is to be said about it."""
    visitor = await Visitor.comes(browser, base(server), "alice", look)
    try:
        await scene.walk(visitor, town)
        await visitor.page.wait_for_timeout(300)
        seen = await visitor.page.screenshot(animations="disabled", caret="hide")
    finally:
        troubles = await visitor.leaves()
    target = FOLDER / f"{scene.name}-{look.name}.webp"
    return "; ".join([_kept(seen, target), *troubles])


def _kept(seen: bytes, target: Path) -> str:
    picture = Image.open(io.BytesIO(seen)).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=6)
    if target.exists() and _same(Image.open(target), Image.open(out)):
        return "as before"
    FOLDER.mkdir(parents=True, exist_ok=True)
    target.write_bytes(out.getvalue())
    return f"{len(out.getvalue()) // 1024} KiB"


def _same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and not ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox()


async def _opens_for_real(server: ServerProcess, town: Town) -> None:
    """The town goes on without test mode, whose banner no visitor of a real server sees."""
    town.leaves()
    await server.stop()
    server.settings["test_mode"] = False
    await server.start()
    for one in town.everybody:
        await one.wire.connects()


async def main(names: Sequence[str]) -> int:
    """The exit code: 1 when a browser complained or a scene could not be reached."""
    failed = 0
    facts = {"server_name": "Chappe", "operator_name": "The friends of the line", "data_location": "A cellar in Lille",
             "operator_contact": "hello@example.org"}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder) / "data", tls="auto", **facts) as server, chromium() as browser:
            town = await settle(server)
            await _opens_for_real(server, town)
            for scene in SCENES:
                for look in scene.looks if not names or scene.name in names else ():
                    try:
                        said = await draw(browser, server, town, scene, look)
                    except Exception as error:  # noqa: BLE001 (the other scenes are drawn all the same)
                        said = f"not drawn: {str(error).splitlines()[0]}"
                    print(f"{scene.name}-{look.name}: {said}", flush=True)
                    failed += not said.startswith(("as before", *"0123456789")) or ";" in said
            town.leaves()
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SCENE", help=", ".join(scene.name for scene in SCENES))
    try:
        sys.exit(asyncio.run(main(parser.parse_args().names)))
    except PrepareError as error:
        sys.exit(str(error))
