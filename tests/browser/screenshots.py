"""`make screenshots`: pictures of the main screens, over a town filled by real acts, in `docs/screenshots`.

`python -m tests.browser.screenshots NAME…` draws only the named scenes. The names of the files are those of the
scenes and looks; a picture is written anew only when it looks different.
"""

import argparse
import asyncio
import io
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops
from playwright.async_api import Browser
from tests.browser.launch import base, chromium
from tests.browser.looks import DARK, LIGHT, PHONE, RTL, Look
from tests.browser.messenger import APP, Messenger
from tests.browser.town import CHANNEL, Town, settle
from tests.browser.visitor import Visitor
from tests.clients.prepare import PrepareError
from tests.kit.server_process import ServerProcess, serving

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
QUALITY = 75
ALICE = "9996671000"
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


def chat(name: str = "") -> Walk:
    """The scene is the messenger with a chat open, or with none."""

    async def walk(visitor: Visitor, town: Town) -> None:
        alice = _at_messenger(visitor)
        await alice.goes(APP)
        await alice.row("Gardeners").wait_for()
        if name:
            await alice.opens(name)
            await alice.conversation.locator(".message").last.wait_for()
            await _in_peace(alice)

    return walk


def about(name: str, section: str) -> Walk:
    """The scene is what the messenger says about a room."""
    open_it = chat(name)

    async def walk(visitor: Visitor, town: Town) -> None:
        await open_it(visitor, town)
        key = visitor.page.url.rpartition("/")[2]
        await _at_messenger(visitor).goes_to(f"info/{key}{section}")
        await _in_peace(visitor)

    return walk


async def comments(visitor: Visitor, town: Town) -> None:
    """The scene is what is said under a post."""
    await chat("The Semaphore")(visitor, town)
    button = visitor.page.get_by_role("button", name=re.compile(r"^2 comments"))
    await button.scroll_into_view_if_needed()
    await button.click()
    await _in_peace(visitor)


async def _in_peace(visitor: Visitor) -> None:
    """Nothing loads any more."""
    await visitor.page.wait_for_timeout(700)
    await visitor.page.wait_for_function("() => !document.querySelector('.spinner')")
    await visitor.page.wait_for_function("() => [...document.images].every((one) => one.complete)")


def _at_messenger(visitor: Visitor) -> Messenger:
    assert isinstance(visitor, Messenger)
    return visitor


SCENES = (
    Scene("start", at("/"), (LIGHT, DARK, PHONE)),
    Scene("design", at("/design"), (LIGHT, DARK)),
    Scene("channel-page", at(f"/@{CHANNEL}"), (LIGHT, DARK, PHONE, RTL)),
    Scene("post-page", at(f"/@{CHANNEL}/3"), (LIGHT, PHONE)),
    Scene("sign-in", at("/app/"), (LIGHT, PHONE)),
    Scene("chats", chat(), (LIGHT, PHONE, NIGHT_PHONE)),
    Scene("talk", chat("Bob at the Quay"), (LIGHT, DARK, PHONE, NIGHT_PHONE, RTL)),
    Scene("group", chat("Gardeners"), (LIGHT, DARK, PHONE, RTL)),
    Scene("channel", chat("The Semaphore"), (LIGHT, DARK, PHONE, RTL)),
    Scene("comments", comments, (LIGHT, PHONE)),
    Scene("members", about("Gardeners", "/members"), (LIGHT, PHONE)),
    Scene("about", about("The Semaphore", ""), (LIGHT, PHONE)),
    Scene("statistics", about("The Semaphore", "/statistics"), (LIGHT,)),
    Scene("settings", at("/app/#/settings"), (LIGHT, DARK, PHONE)),
    Scene("french", chat("Gardeners"), (LIGHT.says("fr"),)),
)
SIGNED_IN = frozenset({"chats", "talk", "group", "channel", "comments", "members", "about", "statistics", "settings",
                       "french"})  # fmt: skip


async def draw(
    browser: Browser, server: ServerProcess, town: Town, signed_in: Path, scene: Scene, look: Look
) -> str:  # fmt: skip
    """The picture is in its place; what is to be said about it."""
    state = signed_in if scene.name in SIGNED_IN else None
    visitor = await Messenger.comes(browser, base(server), "alice", look, storage_state=state)
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


async def _signs_in(browser: Browser, server: ServerProcess, signed_in: Path) -> None:
    """Alice is signed in at a browser whose cookies and databases the pictures then share."""
    alice = await Messenger.comes(browser, base(server), "alice")
    assert isinstance(alice, Messenger)
    await alice.signs_in(ALICE)
    await alice.row("Gardeners").wait_for()
    await alice.page.wait_for_timeout(2500)
    await alice.context.storage_state(path=signed_in, indexed_db=True)
    await alice.leaves()


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
            signed_in = Path(folder) / "alice.json"
            await _signs_in(browser, server, signed_in)
            await _opens_for_real(server, town)
            for scene in SCENES:
                for look in scene.looks if not names or scene.name in names else ():
                    try:
                        said = await draw(browser, server, town, signed_in, scene, look)
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
