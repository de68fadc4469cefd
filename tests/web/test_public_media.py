"""Source: rfc/9110#14, rfc/6266#4. Files of public posts: shown where harmless, else downloads."""

import io
import re
import wave

import pytest
from tests.kit.stage import Person
from tests.talk.test_files import picture
from tests.web.press import Hall, Press, alice, press

from chappe.tl import functions as f
from chappe.tl import types as t

pytestmark = pytest.mark.slow

__all__ = ["alice", "press"]
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"


@pytest.fixture
async def news(press: Press, alice: Person) -> Hall:
    """A public channel."""
    return await press.channel(alice, "the_news")


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(bytes(16000))
    return out.getvalue()


async def test_a_photo_is_shown_in_sizes_and_on_cards_of_other_sites(press: Press, alice: Person, news: Hall) -> None:
    post = await press.photo(alice, news, "Dawn over the hill")
    async with press.visitor() as visitor:
        page = (await visitor.get(f"/@the_news/{post.id}")).text
        image = re.search(r'<img src="(.+?)" srcset="(.+?)".* width="(\d+)" height="(\d+)".* alt="(.+?)"', page)
        assert image and image[5] == "Dawn over the hill" and int(image[3]) / int(image[4]) == pytest.approx(1.5, 0.01)
        card = re.search(r'property="og:image" content="https://chat.example.org:8443([^"]+)"', page)
        assert card and card[1] == image[1]
        for address in (image[1], *re.findall(r"(/\S+\.jpg) \d+w", image[2])):
            answer = await visitor.get(address)
            assert answer.headers["content-type"] == "image/jpeg" and answer.content[:2] == b"\xff\xd8"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "max-age" in answer.headers["cache-control"]
            again = await visitor.get(address, headers={"if-none-match": answer.headers["etag"]})
            assert again.status_code == 304 and not again.content


@pytest.mark.parametrize(
    ("data", "name", "mime"),
    [
        (SVG, "drawing.svg", "image/svg+xml"),
        (HTML, "page.html", "text/html"),
        (PDF, "paper.pdf", "application/pdf"),
        (HTML, "x.xhtml", "application/xhtml+xml"),
        (HTML, "notes.txt", "text/plain; charset=utf-7"),
        (b"alert(1)", "a.js", "text/javascript"),
        (b"<?xml version='1.0'?>", "a.xml", "text/xml"),
        (HTML, "a.mht", "multipart/related"),
    ],
)
async def test_what_could_run_is_a_download_of_no_type(
    press: Press, alice: Person, news: Hall, data: bytes, name: str, mime: str
) -> None:
    post = await press.file(alice, news, data, name, mime)
    async with press.visitor() as visitor:
        page = (await visitor.get(f"/@the_news/{post.id}")).text
        link = re.search(rf'href="(/@the_news/{post.id}/file/[^"]+)"', page)
        assert link
        for address in (link[1], f"/@the_news/{post.id}/play", f"/@the_news/{post.id}/file/anything.html"):
            answer = await visitor.get(address)
            assert answer.content == data
            assert answer.headers["content-type"] == "application/octet-stream", address
            assert answer.headers["content-disposition"].startswith("attachment; ")
            assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("\u202egpj.exe", "gpj.exe"),
        ("../../etc/passwd", "passwd"),
        ('a"b\r\nSet-Cookie: x=1.txt', None),
        ("Z" + "\u0301" * 100 + ".txt", "Z" + "\u0301" * 3 + ".txt"),
        ("W" * 10_000 + ".svg", None),
        ("\u200b\u2066", None),
        ("<img src=x onerror=alert(1)>.png", None),
        ("Été à Lille.pdf", "Été à Lille.pdf"),
    ],
)
async def test_file_names_are_harmless(press: Press, alice: Person, news: Hall, name: str, kept: str | None) -> None:
    post = await press.file(alice, news, b"data", name, "application/octet-stream")
    async with press.visitor() as visitor:
        page = (await visitor.get(f"/@the_news/{post.id}")).text
        shown = re.search(r'<bdi class="title">([^<]*)</bdi>', page)
        assert shown and 0 < len(shown[1]) < 700 and not re.search("[\u202a-\u202e\u2066-\u2069/\r\n]", shown[1])
        if kept is not None:
            assert shown[1] == kept
        link = re.search(rf'href="(/@the_news/{post.id}/file/[^"]+)"', page)
        assert link
        answer = await visitor.get(link[1])
        assert answer.content == b"data" and "set-cookie" not in answer.headers
        assert answer.headers["content-disposition"].isascii()


async def test_stretches_of_a_file(press: Press, alice: Person, news: Hall) -> None:
    data = bytes(range(256)) * 2000
    post = await press.file(alice, news, data, "numbers.bin", "application/octet-stream")
    address = f"/@the_news/{post.id}/file/numbers.bin"
    size = len(data)
    async with press.visitor() as visitor:
        for asked, (start, end) in {
            "bytes=0-0": (0, 1),
            "bytes=1000-1999": (1000, 2000),
            "bytes=300000-": (300000, size),
            "bytes=-10": (size - 10, size),
            f"bytes=100-{size * 2}": (100, size),
        }.items():
            answer = await visitor.get(address, headers={"range": asked})
            assert answer.status_code == 206 and answer.content == data[start:end], asked
            assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        for asked in ("bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=" + "9" * 30 + "-"):
            answer = await visitor.get(address, headers={"range": asked})
            assert answer.status_code == 200 and answer.content == data, asked
        for asked in (f"bytes={size}-", "bytes=5-2", "bytes=-0"):
            answer = await visitor.get(address, headers={"range": asked})
            assert answer.status_code == 416 and answer.headers["content-range"] == f"bytes */{size}", asked
        old = await visitor.get(address, headers={"range": "bytes=0-0", "if-range": '"other"'})
        assert old.status_code == 200
        head = await visitor.head(address)
        assert head.headers["content-length"] == str(size) and not head.content


async def test_sound_is_played_in_place(press: Press, alice: Person, news: Hall) -> None:
    attribute = t.DocumentAttributeAudio(duration=1, title="Signal", performer="<b>Bob</b>")
    post = await press.file(alice, news, sound(), "s.wav", "audio/wav", attribute)
    async with press.visitor() as visitor:
        page = (await visitor.get(f"/@the_news/{post.id}")).text
        assert f'<audio controls preload="none" src="/@the_news/{post.id}/play">' in page
        assert "&lt;b&gt;Bob&lt;/b&gt; – Signal" in page
        answer = await visitor.get(f"/@the_news/{post.id}/play")
        assert answer.headers["content-type"] == "audio/wav" and answer.headers["content-disposition"] == "inline"


async def test_an_album_is_one_post(press: Press, alice: Person, news: Hall) -> None:
    parts = []
    for number in range(3):
        file = await press.uploaded(alice, picture(600 + number, 400))
        call = f.messages.UploadMedia(peer=news.peer(alice), media=t.InputMediaUploadedPhoto(file=file))
        made = (await alice.calls(call)).photo
        photo = t.InputPhoto(id=made.id, access_hash=made.access_hash, file_reference=made.file_reference)
        parts.append(t.InputSingleMedia(
            media=t.InputMediaPhoto(id=photo), random_id=number + 50, message=f"part {number}" if number == 1 else ""
        ))  # fmt: skip
    sent = await alice.calls(f.messages.SendMultiMedia(peer=news.peer(alice), multi_media=parts))
    ids = [u.message.id for u in sent.updates if hasattr(u, "message")]
    async with press.visitor() as visitor:
        page = (await visitor.get("/@the_news")).text
        assert page.count('<article class="card post"') == 1 and page.count('class="sight"') == 3
        whole = (await visitor.get(f"/@the_news/{ids[2]}")).text
        assert whole.count('class="sight"') == 3
        assert f'content="https://chat.example.org:8443/@the_news/{ids[0]}"' in whole
        assert (await visitor.get(f"/@the_news/{ids[2]}?single")).text.count('class="sight"') == 1


async def test_what_is_protected_or_gone_has_no_bytes(press: Press, alice: Person, news: Hall) -> None:
    post = await press.photo(alice, news, "look")
    page = f"/@the_news/{post.id}"
    async with press.visitor() as visitor:
        found = re.search(r'<img src="([^"]+)" srcset', (await visitor.get(page)).text)
        assert found and (await visitor.get(found[1])).status_code == 200
        await alice.calls(f.messages.ToggleNoForwards(peer=news.peer(alice), enabled=True))
        assert (await visitor.get(found[1])).status_code == 404
        text = (await visitor.get(page)).text
        assert "<img" not in text and "shown in the messenger only" in text
        await alice.calls(f.messages.ToggleNoForwards(peer=news.peer(alice), enabled=False))
        assert (await visitor.get(found[1])).status_code == 200
        await alice.calls(f.channels.DeleteMessages(channel=news.to(alice), id=[post.id]))
        assert (await visitor.get(found[1])).status_code == 404
        for odd in ("photo/zz.jpg", "photo/..%2fx.jpg", "thumb/m.jpg", "card/m.jpg", "exec/m.jpg", "play", "file/x"):
            assert (await visitor.get(f"{page}/{odd}")).status_code == 404, odd


async def test_files_of_a_closed_group_are_closed(press: Press, alice: Person) -> None:
    square = await press.group(alice, "the_square")
    post = await press.photo(alice, square, "among us")
    async with press.visitor() as visitor:
        for size in "smxyw":
            assert (await visitor.get(f"/@the_square/{post.id}/photo/{size}.jpg")).status_code == 404
