"""Source: method/upload.getFile

Films play while they load, big files are saved and sent with their progress, and either can be stopped.
"""

import asyncio
import re
from pathlib import Path

from playwright.async_api import expect
from tests.browser.conftest import Lives, SitsDown
from tests.browser.folk import Folk
from tests.browser.messenger import Messenger
from tests.browser.pictures import film

from chappe.tl import types as t

MIB = 1024 * 1024
BIG = 48 * MIB
"""More than a page may hold of it, by far."""
FETCHED = """
() => {
  const client = chappe.link.client.mt
  const call = client.call.bind(client)
  window.fetched = 0
  client.call = async (what, ...rest) => {
    const answer = await call(what, ...rest)
    if (what._ === 'upload.getFile') fetched += answer.bytes.length
    return answer
  }
}
"""
SEEKS = """
(seconds) => new Promise((done) => {
  const video = document.querySelector('.viewer video')
  video.onseeked = () => done()
  video.currentTime = seconds
})
"""


async def friends(sits_down: SitsDown, lives: Lives) -> tuple[Messenger, Folk, t.InputPeerUser]:
    """Alice at the browser, Bob elsewhere, and how Bob's client names her."""
    alice, bob = await sits_down("alice"), await lives("Bob")
    await alice.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await alice.finds_by_number(bob.phone, "Bob")
    await alice.says("send it here")
    return alice, bob, bob.to(await bob.latest_partner())


async def heap_mb(alice: Messenger) -> float:
    """What the page holds, rubbish taken away."""
    session = await alice.context.new_cdp_session(alice.page)
    await session.send("Performance.enable")
    await session.send("HeapProfiler.collectGarbage")
    figures = {one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]}
    await session.detach()
    return float(figures["JSHeapUsedSize"]) / MIB


async def test_a_film_plays_while_it_loads(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    data = film(60, grain=30)
    assert len(data) > 40 * MIB
    said = [t.DocumentAttributeVideo(duration=60.0, w=640, h=360), t.DocumentAttributeFilename(file_name="film.mp4")]
    file = await bob.uploads(data, "film.mp4")
    await bob._sends(me, t.InputMediaUploadedDocument(file=file, mime_type="video/mp4", attributes=said), "the film")
    await alice.reads("the film")
    await alice.page.evaluate(FETCHED)
    await alice.bubble("the film").locator("button.tile").click()
    await alice.page.wait_for_function("() => document.querySelector('.viewer video')?.currentTime > 0.3")
    assert await alice.page.evaluate("fetched") < len(data) / 2
    await alice.page.evaluate(SEEKS, 50)
    await alice.page.wait_for_function("() => document.querySelector('.viewer video').currentTime > 50.3")
    assert await alice.page.evaluate("fetched") < len(data) * 0.75
    await alice.finds_no_barrier()
    await alice.page.keyboard.press("Escape")
    await expect(alice.page.locator(".viewer")).to_have_count(0)
    assert await heap_mb(alice) < 40


async def test_a_big_file_is_saved_as_it_comes(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    data = bytes(range(256)) * (BIG // 256)
    await bob.hands(me, data, "ninety-eight (signs).bin", "application/octet-stream", "all of it")
    line = await alice.reads("all of it")
    before = await heap_mb(alice)
    async with alice.page.expect_download() as begun:
        await line.get_by_role("button", name=re.compile("^Save")).click()
    await expect(line.get_by_role("progressbar")).to_be_visible()
    await alice.page.wait_for_function("() => document.querySelector('.file-line progress')?.value > 0.5")
    assert await heap_mb(alice) < before + 12
    download = await begun.value
    assert download.suggested_filename == "ninety-eight (signs).bin"
    path = await download.path()
    assert path.stat().st_size == BIG
    assert path.read_bytes() == data
    await expect(line.get_by_role("progressbar")).to_have_count(0)


async def test_saving_is_stopped(sits_down: SitsDown, lives: Lives) -> None:
    alice, bob, me = await friends(sits_down, lives)
    await bob.hands(me, bytes(BIG), "empty.bin", "application/octet-stream", "nothing but noughts")
    line = await alice.reads("nothing but noughts")
    alice.watch.expects(r"failed: .*/stream/")
    async with alice.page.expect_download() as begun:
        await line.get_by_role("button", name=re.compile("^Save")).click()
    await line.get_by_role("button", name="Cancel").click()
    await expect(line.get_by_role("button", name=re.compile("^Save"))).to_be_visible()
    async with asyncio.timeout(30):  # the browser is told at once, half as long as it would wait for the page
        assert await (await begun.value).failure() is not None
    await alice.says("not today")


async def test_a_big_file_is_sent_or_stopped(sits_down: SitsDown, lives: Lives, tmp_path: Path) -> None:
    alice, bob, me = await friends(sits_down, lives)
    path = tmp_path / "harvest.bin"
    path.write_bytes(bytes(BIG))
    before = await heap_mb(alice)
    await sends(alice, path)
    await alice.page.wait_for_function("() => document.querySelector('.message progress')?.value > 0.5")
    assert await heap_mb(alice) < before + 12
    await alice.presses("Cancel")
    await expect(alice.conversation.locator(".message progress")).to_have_count(0)
    await alice.says("rather a small one")
    assert [one.message for one in await bob.history(me, 2)] == ["rather a small one", "send it here"]
    await sends(alice, path)
    sent = alice.conversation.locator(".message", has_text="harvest.bin")
    await expect(sent.locator(".ticks")).to_be_visible(timeout=240_000)
    got = (await bob.history(me, 1))[0]
    assert isinstance(got.media, t.MessageMediaDocument)
    assert isinstance(got.media.document, t.Document)
    assert got.media.document.size == BIG


async def sends(alice: Messenger, path: Path) -> None:
    """The file is on its way."""
    await alice.attaches(path)
    await alice.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Send")).click()
    await expect(alice.conversation.locator(".message progress")).to_be_visible()
