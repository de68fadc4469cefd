"""Source: dsa/16(2). What people send to harm a page, its readers or the machine: refused, or harmless."""

import asyncio
import gzip
import io
import re
import struct
import time
import zipfile
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from tests.kit.stage import Person
from tests.talk.test_files import picture
from tests.web.notifying import BASE, CHILD, WHOLE, Files, fault, hands_in, hidden, notifies
from tests.web.press import Hall, Press, alice, bob, press

from chappe.domain import outbox
from chappe.domain.limits import Rate
from chappe.safety import attachments, notices
from chappe.store import Tx
from chappe.web.notice import desk
from chappe.web.notice.places import AT_ONCE, PATIENCE_S
from chappe.web.public import clean

pytestmark = pytest.mark.slow

__all__ = ["alice", "bob", "press"]
MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}</textarea>'
BENT = "\u202egnp.exe\u2066\u2028\u0000\u0007Z" + "\u0301" * 50
DAY_S = 86_400


@pytest.fixture
async def news(press: Press, alice: Person) -> Hall:
    """A public channel."""
    return await press.channel(alice, "the_news")


def bomb_png() -> bytes:
    """Sixty thousand pixels a side, in a few bytes."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def bomb_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(20):
            made.writestr(f"../../{number}", bytes(2_000_000))
    return out.getvalue()


CRAFTED = {
    "bomb.png": bomb_png(),
    "bomb.zip": bomb_zip(),
    "bomb.gz": gzip.compress(bytes(5_000_000)),
    "cut.jpg": picture(400, 300)[:900],
    "lies.jpg": b"\xff\xd8\xff\xe0" + b"\xff" * 5000,
    "page.html": b"<script>alert(document.domain)</script>",
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "tiff.tif": b"II*\x00\x08\x00\x00\x00" + b"\xff" * 400,
    "film.mp4": b"\x00\x00\x00\x18ftypmp42" + b"\xff" * 3000,
    "gif.gif": b"GIF89a\xff\xff\xff\xff\xf7\x00\x00" + b"\x21\xff" * 500,
}


def given(name: str, data: bytes, kind: str = "application/octet-stream") -> Files:
    return [("files", (name, data, kind))]


async def kept(press: Press, notice_id: int = 1) -> list[attachments.Attachment]:
    return await press.stage.reads(lambda rx: attachments.of_notice(rx, notice_id))


@pytest.mark.parametrize("field", ["where", "more", "why", "name", "email", "what"])
async def test_markup_is_shown_as_it_was_written(press: Press, news: Hall, field: str) -> None:
    async with press.visitor() as carol:
        said = WHOLE["where"] + "\n" + MARKUP if field == "where" else MARKUP
        page = await hands_in(carol, "look", **{field: said})
        assert "<script>alert" not in page.text and "<img src=x" not in page.text
        assert field == "what" or ("&lt;img src=x" in page.text and "{{ 7*7 }}" in page.text)
        if field in ("more", "why", "name"):
            token = await notifies(carol, **{field: said})
            standing = (await carol.get(f"/notice/{token}")).text
            assert "<script>alert" not in standing and "<img src=x" not in standing
            if field != "name":
                assert "&lt;script&gt;alert(1)&lt;/script&gt;" in standing


@pytest.mark.parametrize("field", ["where", "more", "why", "name", "email"])
async def test_what_bends_the_text_around_it_is_taken_out(press: Press, news: Hall, field: str) -> None:
    said = f"{WHOLE['where']}\n{BENT}" if field == "where" else f"{BENT} and ten letters more"
    async with press.visitor() as carol:
        page = (await hands_in(carol, "look", **{field: said})).text
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u0000\u0007]", page)
        assert "\u0301" * 4 not in page
    for notice in await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40)):
        assert clean.said(notice.explanation) == notice.explanation


@pytest.mark.parametrize("name", sorted(CRAFTED))
async def test_files_built_to_crash_what_opens_them_are_kept_as_they_are(press: Press, news: Hall, name: str) -> None:
    async with press.visitor() as carol:
        begun = time.monotonic()
        token = await notifies(carol, given(name, CRAFTED[name]))
        assert time.monotonic() - begun < 200
        assert name in (await carol.get(f"/notice/{token}")).text
        assert (await carol.get("/health")).text == "ok\n"
    [file] = await kept(press)
    assert (file.name, file.size_bytes, file.shown_sha256) == (name, len(CRAFTED[name]), None)
    shelf = press.stage.services.blobs
    assert shelf is not None and shelf.read(file.sha256, 0, 2**24) == CRAFTED[name]


async def test_a_picture_is_drawn_anew_to_be_looked_at(press: Press, news: Hall) -> None:
    original = picture(2000, 1000)
    async with press.visitor() as carol:
        await notifies(carol, given("../../etc/seen \u202egnp.jpg", original, "text/html"))
    [file] = await kept(press)
    shelf = press.stage.services.blobs
    assert shelf is not None and file.name == "seen gnp.jpg" and file.mime_type == "image/jpeg"
    assert shelf.read(file.sha256, 0, 2**24) == original and file.shown_sha256 is not None
    drawn = shelf.read(file.shown_sha256, 0, 2**24)
    assert drawn[:2] == b"\xff\xd8" and drawn != original and (file.shown_width, file.shown_height) == (1280, 640)


async def test_files_are_bounded_in_number_and_size_and_stay_through_errors(press: Press, news: Hall) -> None:
    async with press.visitor() as carol:
        page = await hands_in(carol, "look", given("one.txt", b"one"), email="")
        assert page.status_code == 400 and "one.txt" in page.text
        draft = hidden(page.text)["draft"]
        many = [("files", (f"{n}.txt", b"%d" % n, "text/plain")) for n in range(6)]
        page = await hands_in(carol, "look", many, draft=draft)
        assert page.status_code == 400 and "5 files at most" in fault(page.text, "files")
        assert len(re.findall(r'name="drop"', page.text)) == attachments.FILES
        drop = re.findall(r'name="drop" value="(\d+)"', page.text)
        page = await hands_in(carol, "look", draft=draft, drop=drop[1:])
        assert page.status_code == 200 and "one.txt" in page.text and "3.txt" not in page.text
        await carol.post("/notice", data=hidden(page.text) | {"do": "send"})
        assert [file.name for file in await kept(press)] == ["one.txt"]
        large = await hands_in(carol, "look", given("large.bin", bytes(attachments.SIZE_BYTES + 1)))
        assert large.status_code == 400 and "larger than 8\u00a0MB" in fault(large.text, "files")
        empty = await hands_in(carol, "look", given("empty.bin", b""))
        assert "is empty" in fault(empty.text, "files")
        huge = await hands_in(carol, "look", given("huge.bin", bytes(44 * 2**20)))
        assert huge.status_code == 413 and "Please go back and choose smaller files" in huge.text
        assert "default-src 'none'" in huge.headers["content-security-policy"]


async def test_forms_from_one_place_fill_no_disk(press: Press, news: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MEGABYTES", Rate(2, 3600))
    async with press.visitor() as carol, press.visitor(address="192.0.2.9") as bob:
        said = [await hands_in(carol, "look", given("a.txt", bytes([no]) * 9)) for no in range(3)]
        assert [one.status_code for one in said] == [200, 200, 429]
        assert (await hands_in(carol, "look")).status_code == 200, "words are taken all the same"
        assert (await hands_in(bob, "look", given("a.txt", b"x"))).status_code == 200


async def test_nobody_takes_files_of_another_draft(press: Press, news: Hall) -> None:
    async with press.visitor() as carol, press.visitor() as mallory:
        page = await hands_in(carol, "look", given("one.txt", b"one"), email="")
        draft, number = hidden(page.text)["draft"], re.findall(r'name="drop" value="(\d+)"', page.text)
        await hands_in(mallory, "look", drop=number)
        for wrong in ("0" * 32, "", draft.upper(), "../" + draft, draft + "0"):
            assert "one.txt" not in (await hands_in(mallory, "look", draft=wrong)).text
        assert "one.txt" in (await hands_in(carol, "look", draft=draft)).text


async def test_files_of_what_is_never_sent_go_after_a_day(press: Press, news: Hall) -> None:
    async with press.visitor() as carol:
        await hands_in(carol, "look", given("one.txt", b"one"))
        await notifies(carol, given("two.txt", b"two"))
    stage = press.stage
    await stage.writes(lambda tx: attachments.forget_unsent(tx))

    def there(tx: Tx) -> list[str]:
        return [row[0] for row in tx.all("SELECT name FROM notice_files ORDER BY name")]

    assert await stage.writes(there) == ["one.txt", "two.txt"]
    stage.clock.moves(DAY_S + 1)
    await attachments.clearing(stage.store)()
    assert await stage.writes(there) == ["two.txt"]
    held = await stage.reads(lambda rx: rx.all("SELECT sha256 FROM file_blobs WHERE file_id < 0"))
    assert len(held) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"\xff\xfe%%%=&&==", "application/x-www-form-urlencoded"),
        (b"where=" + b"a" * 300_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"why=x" for _ in range(5000)), "application/x-www-form-urlencoded"),
        (b'{"where": 1}', "application/json"),
    ],
)
async def test_a_form_that_is_none_is_refused_in_a_sentence(press: Press, body: bytes, kind: str) -> None:
    async with press.visitor() as carol:
        page = await carol.post("/notice", content=body, headers={"content-type": kind})
        assert page.status_code in (400, 413) and "</html>" in page.text


async def test_another_site_cannot_send_the_form(press: Press, news: Hall) -> None:
    """Nor a page under our own name without TLS, which anybody on the way may have written."""
    async with press.visitor(address="192.0.2.1") as carol:
        for origin in ("https://elsewhere.example", BASE.replace("https", "http")):
            page = await carol.post("/notice", data=WHOLE | {"do": "send"}, headers={"origin": origin})
            assert page.status_code == 403
        assert (await carol.post("/notice", data=WHOLE | {"do": "look"}, headers={"origin": BASE})).status_code == 200
    assert await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40)) == []


async def floods(carol: httpx.AsyncClient, times: int, **fields: str) -> dict[int, int]:
    seen: dict[int, int] = {}
    for number in range(times):
        draft = f"{number:032x}"
        answer = await hands_in(carol, "send", draft=draft, **fields)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) > 0 and "That is a lot at once" in answer.text
    return seen


@pytest.mark.slow
async def test_ten_thousand_notices_in_a_minute_from_one_place(press: Press, news: Hall) -> None:
    async with press.visitor(address="2001:db8::1") as mallory, press.visitor(address="2001:db8:0:1::5") as carol:
        begun = time.monotonic()
        seen = await floods(mallory, 10_000)
        spent_s = time.monotonic() - begun
        assert set(seen) == {303, 429} and seen[303] == notices.PER_PLACE.most, seen
        assert spent_s < 400
        async with press.visitor(address="2001:db8::2") as same_home:
            assert (await hands_in(same_home, "send", draft="f" * 32)).status_code == 429
        assert (await hands_in(carol, "send", draft="e" * 32)).status_code == 303


async def test_forms_with_anothers_address_keep_back_nothing_that_is_theirs(press: Press, news: Hall) -> None:
    def act(tx: Tx) -> list[str]:
        outbox.enqueue(tx, "mail", "bob@example.org", b"a code")
        return [one.kind for one in outbox.take_due(tx, 50)]

    async with press.visitor() as mallory:
        await floods(mallory, 15, email="bob@example.org")
    kinds = await press.stage.writes(act)
    assert (kinds.count("mail"), len(kinds)) == (1, 1 + outbox.Rate().count)


async def test_forms_that_never_end_keep_nobody_from_the_form(press: Press, news: Hall) -> None:
    """A form may come slowly; who needs its place takes one of who holds most, else one that was held for long."""
    here, kind = [], {"content-type": "multipart/form-data; boundary=x"}
    begun: asyncio.Queue[None] = asyncio.Queue()

    async def drips() -> AsyncIterator[bytes]:
        yield b"--x\r\n"
        begun.put_nowait(None)
        await asyncio.Event().wait()

    async def hold(number: int, address: str) -> None:
        """So many forms are read from there."""
        for _ in range(number):
            mallory = press.visitor(address=address)
            here.append(asyncio.create_task(mallory.post("/notice", content=drips(), headers=kind)))
            await begun.get()

    async def leave() -> None:
        for task in here:
            task.cancel()
        await asyncio.gather(*here, return_exceptions=True)
        here.clear()

    async with press.visitor(address="192.0.2.7") as carol:
        await hold(AT_ONCE, "192.0.2.1")
        assert (await hands_in(carol, "look")).status_code == 200
        gone, _ = await asyncio.wait(here, return_when=asyncio.FIRST_COMPLETED)
        assert [one.result().status_code for one in gone] == [429]
        await leave()
        for number in range(AT_ONCE):
            await hold(1, f"2001:db8:{number}::1")
        assert (await hands_in(carol, "look")).status_code == 429
        press.stage.clock.moves(PATIENCE_S)
        assert (await hands_in(carol, "look")).status_code == 200
    await leave()


@pytest.mark.slow
async def test_a_flood_does_not_keep_out_what_is_said_of_children(press: Press, news: Hall) -> None:
    async with press.visitor() as carol:
        seen = await floods(carol, notices.PER_PLACE.most + 5)
        assert seen == {303: notices.PER_PLACE.most, 429: 5}
        assert await notifies(carol, what=CHILD, name="", email="")


async def test_ten_thousand_letters_without_a_space(press: Press, alice: Person) -> None:
    async with press.visitor() as carol:
        page = await hands_in(carol, "look", where=f"{BASE}/" + "a" * 10_000, why="W" * 10_000)
        assert page.status_code == 400 and "…" in fault(page.text, "where")
        assert len(fault(page.text, "where")) < 200
