"""Source: requirements/public-pages. What people type cannot execute, bend the page, or send a reader elsewhere."""

import re
from html.parser import HTMLParser

import pytest
from markupsafe import Markup
from tests.kit.stage import Person
from tests.web.press import Press, alice, press

from chappe.base.ids import MsgId, PeerId, UserId
from chappe.domain import rooms
from chappe.domain.access import STRANGER, Grant
from chappe.domain.content import Entity, MediaWebPage, Text, WebPage
from chappe.domain.open_rooms import OpenRoom
from chappe.domain.records import Message
from chappe.tl import functions as f
from chappe.tl import types as t
from chappe.web.public import clean, views
from chappe.web.public.markup import plain, rich

pytestmark = pytest.mark.slow

__all__ = ["alice", "press"]
MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}<!--'
BIDI = "\u202eevil\u2066\u2067\u2068 \u202d"
ZALGO = "Z" + "\u0301\u0302\u0303\u0304\u0305" * 60
LONG = "W" * 4000
HOSTILE = [MARKUP, BIDI, ZALGO, LONG, "\x00\x01\x1b[31m", "\ufeff\u2028\u2029", "</textarea><svg/onload=alert(1)>"]


class Elements(HTMLParser):
    """Which elements and attributes a page really has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def require_harmless(html: str) -> None:
    """Nothing on the page runs, loads from elsewhere, or turns the direction of what follows."""
    found = Elements()
    found.feed(html)
    assert not {"script", "iframe", "object", "embed", "style"} & set(found.tags)
    for name, value in found.attributes:
        assert not name.startswith("on") and name != "style", name
        if name in ("href", "src", "action", "srcset"):
            assert not re.match(r"\s*(javascript|data|vbscript|file|blob):", value, re.IGNORECASE), value
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", html)
    assert not re.search("[\u0300-\u036f]{4}", html)


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "zalgo", "long", "controls", "invisible", "textarea"])
async def test_hostile_words_in_every_place(press: Press, alice: Person, text: str) -> None:
    title = text[:100] if clean.name(text, "") else f"a{text}"[:100]
    await alice.calls(f.account.UpdateProfile(first_name=text[:60] if clean.name(text, "") else "a" + text))
    news = await press.channel(alice, "the_news", title)
    await alice.calls(f.messages.EditChatAbout(peer=news.peer(alice), about=text[:250]))
    await press.discussed(alice, news)
    await alice.calls(f.channels.ToggleSignatures(channel=news.to(alice), signatures_enabled=True))
    said = text if text.strip("\x00\x01\ufeff\u2028\u2029") else "a" + text
    post = await news.says(alice, said, no_webpage=True)
    answer = t.TextWithEntities(text=text[:90] or "a", entities=[])
    other = t.TextWithEntities(text="no", entities=[])
    poll = t.Poll(id=0, hash=0, question=t.TextWithEntities(text=text[:200], entities=[]), answers=[
        t.PollAnswer(text=answer, option=b"a"), t.PollAnswer(text=other, option=b"b")
    ])  # fmt: skip
    await press.media(alice, news, t.InputMediaPoll(poll=poll))
    place = t.InputMediaVenue(
        geo_point=t.InputGeoPoint(lat=48.9, long=2.3), title=text[:60], address=text[:60], provider="", venue_id="",
        venue_type="",
    )  # fmt: skip
    await press.media(alice, news, place)
    found = await alice.calls(f.messages.GetDiscussionMessage(peer=news.peer(alice), msg_id=post.id))
    assert found.messages
    async with press.visitor() as visitor:
        addresses = ["/@the_news", f"/@the_news/{post.id}", f"/@the_news/{post.id}?embed=1", "/channels",
                     "/@the_news?q=evil"]  # fmt: skip
        for address in addresses:
            page = await visitor.get(address)
            assert page.status_code == 200, address
            require_harmless(page.text)
        feed = await visitor.get("/@the_news/feed.json")
        for item in feed.json()["items"]:
            require_harmless(item["content_html"].replace("style=", "data-style="))


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_in_the_address(press: Press, alice: Person, text: str) -> None:
    await press.channel(alice, "the_news")
    async with press.visitor() as visitor:
        for params in ({"q": text}, {"before": text}, {"date": text}, {"lang": text}, {"post": text}):
            page = await visitor.get("/@the_news", params=params)
            assert page.status_code == 200
            require_harmless(re.sub(r' value="[^"]*"|class="strong">[^<]*', "", page.text))
            assert "<script>alert" not in page.text


LIES = [
    ("javascript:alert(1)", None),
    ("JaVaScRiPt:alert(1)", None),
    ("java\tscript:alert(1)", None),
    (" javascript:alert(1)", None),
    ("\x01javascript:alert(1)", None),
    ("data:text/html,<script>alert(1)</script>", None),
    ("vbscript:x", None),
    ("file:///etc/passwd", None),
    ("blob:https://x/y", None),
    ("https://good.example\\@evil.example", None),
    ("https://", None),
    ("//evil.example", None),
    ("https://good.example@evil.example/x", "evil.example"),
    ("https://evil.example/https://good.example", "evil.example"),
    ("example.org", "example.org"),
    ("HTTP://Example.ORG/x", "example.org"),
    ("https://\u0440\u0430\u0443\u0440\u0430l.com", "xn--l-7sba6dbr.com"),
    ("https://[::1]:8080/", "[::1]"),
    ("mailto:a@b.example?subject=x", "a@b.example"),
    ("tel:+33123456789", "+33123456789"),
    ("tg://resolve?domain=x", "tg://"),
]


@pytest.mark.parametrize(("address", "place"), LIES)
def test_where_a_link_really_goes(address: str, place: str | None) -> None:
    found = clean.link(address)
    assert (found.place if found else None) == place


@pytest.mark.parametrize(
    ("words", "address", "told"),
    [
        ("https://bank.example/login", "https://evil.example/", "(evil.example)"),
        ("click here", "https://evil.example/", "(evil.example)"),
        ("bank.example", "https://bank.example.evil.example/", "(bank.example.evil.example)"),
        ("https://bank.example@evil.example", "https://bank.example@evil.example", "(evil.example)"),
        ("bank.example/x", "https://bank.example/y", None),
    ],
)
def test_the_place_is_said_where_the_words_say_another(words: str, address: str, told: str | None) -> None:
    html = rich(words, (Entity("TextUrl", 0, len(words), address),))
    assert ('class="to"' in html) == (told is not None)
    if told:
        assert told in html


def test_entities_that_cross_nest_and_lie_outside() -> None:
    crossing = (Entity("Bold", 0, 6), Entity("Italic", 3, 6), Entity("Code", 100, 5), Entity("Bold", -1, 3))
    assert rich("abcdefghi", crossing) == "<strong>abc<em>def</em></strong><em>ghi</em>"
    assert rich("😀 <b>", (Entity("Bold", 0, 2),)) == "<strong>😀</strong> &lt;b&gt;"
    linked = (Entity("TextUrl", 0, 4, "https://a.example"), Entity("Mention", 1, 2), Entity("Bold", 0, 4))
    html = rich("@a b", linked)
    assert html.count("<a ") == 1 and html.startswith("<a ")
    quoted = rich("quote\nafter", (Entity("Blockquote", 0, 5),))
    assert quoted == "<blockquote>quote</blockquote>after"
    assert isinstance(rich("x" * 50, tuple(Entity("Bold", n, 5) for n in range(40))), Markup)


def card(page: WebPage) -> views.Card | None:
    """The card that a post with this page shows."""
    room = rooms.Room(
        PeerId(-1000000001000), rooms.CHANNEL, "News", "", "the_news", None, 0, UserId(1), 0, rooms.Flag(0), 0, 0,
        PeerId(0), 1, 1, 1, 1, 0, PeerId(0), PeerId(0), 0, False,
    )  # fmt: skip
    grant = Grant(STRANGER, room.id, room=room)
    context = views.Context(OpenRoom(grant, room), {}, {}, {})
    content = Text("", media=MediaWebPage(page))
    return views.shown(context, (Message(room.id, MsgId(1), room.id, PeerId(0), False, 1, 0, content),)).card


def test_link_cards_say_where_they_go_and_go_nowhere_else() -> None:
    for lie in ("javascript:alert(1)", "data:text/html,x", "https://"):
        assert card(WebPage(1, lie, "ready", title="Bank")) is None
    shown = card(WebPage(1, "https://evil.example/", "ready", "bank.example", "", "Bank", BIDI + MARKUP, ZALGO * 9))
    assert shown is not None and shown.place == "evil.example" and "\u202e" not in shown.title
    assert not re.search("[\u0300-\u036f]{4}", shown.text)
    assert card(WebPage(1, "https://a.example/", "pending", title="Bank")) is None


def test_names_that_cannot_be_seen_are_replaced() -> None:
    for name in ("", "   ", "\u200b\u200d", "\u3164", "\u202e", "\u00ad\ufe0f"):
        assert clean.name(name, "@room") == "@room"
    assert clean.name("  two\nlines ", "") == "two lines"
    assert clean.name("שלום", "") == "שלום" and clean.name("नमस्ते", "") == "नमस्ते"
    assert len(clean.name("W" * 10_000, "")) == clean.NAME_LENGTH


def test_a_headline_ends_at_a_word() -> None:
    assert plain("one two three four", 12) == "one two…"
    assert plain("short", 12) == "short"
    assert len(plain("W" * 500, 50)) <= 50
