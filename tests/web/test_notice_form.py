"""Source: dsa/16, dsa/16(2), dsa/16(4). Anybody gives notice by a page without a script, with all that the law asks."""

import re
from urllib.parse import unquote

import pytest
from tests.kit.stage import Person
from tests.web.notifying import BASE, CHILD, DRUGS, WHOLE, fault, hands_in, hidden, notifies
from tests.web.press import Hall, Press, alice, bob, press

from chappe.domain import categories
from chappe.domain.outbox import unpack
from chappe.safety import notices
from chappe.tl import functions as f
from chappe.tl import types as t

__all__ = ["alice", "bob", "press"]


@pytest.fixture
async def news(press: Press, alice: Person) -> Hall:
    """A public channel."""
    return await press.channel(alice, "the_news")


async def test_the_form_asks_what_the_law_asks_in_both_languages(press: Press) -> None:
    for language, title in (("en", "Report something"), ("fr", "Signaler un contenu")):
        async with press.visitor(language) as carol:
            page = await carol.get("/notice?where=" + f"{BASE}/@the_news/5")
            assert title in page.text and f">{BASE}/@the_news/5</textarea>" in page.text
            for name in ("where", "more", "what", "why", "name", "email", "files", "faith"):
                assert re.search(rf'<(input|textarea|select)[^>]* name="{name}"', page.text), name
                assert f'for="{name}"' in page.text or name == "faith"
            assert "<script" not in page.text
            for category, keywords in categories.KEYWORDS.items():
                for keyword in (*keywords, *(("OTHER",) if keywords else ())):
                    assert f'<option value="{category}/{keyword}"' in page.text
            assert '<option value="NOT_SPECIFIED_NOTICE"' in page.text


async def test_a_notice_is_looked_over_sent_and_received(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    where = f"{BASE}/@the_news/{post.id}\n{BASE}/@the_news"
    async with press.visitor() as carol:
        checked = await hands_in(carol, "look", where=where, why="<b>Guns</b> are sold & sent by mail.")
        assert "Is this right?" in checked.text and "&lt;b&gt;Guns&lt;/b&gt; are sold &amp; sent" in checked.text
        assert f'href="/@the_news/{post.id}"' in checked.text and "The News" in checked.text
        assert await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40)) == []
        sent = await carol.post("/notice", data=hidden(checked.text) | {"do": "send"})
        page = await carol.get(sent.headers["location"])
        assert page.status_code == 200 and "Your notice has arrived" in page.text and "by e-mail too" in page.text
        assert f"/@the_news/{post.id}" in page.text and "Forbidden goods" in page.text
        assert page.headers["x-robots-tag"] == "noindex" and page.headers["cache-control"] == "no-store"
        again = await carol.post("/notice", data=hidden(checked.text) | {"do": "send"})
        assert again.headers["location"] == sent.headers["location"]
    [notice] = await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40))
    assert (notice.way, notice.category, notice.item_count, notice.precise) == ("form", DRUGS.split("/")[0], 2, True)
    assert notice.explanation == "<b>Guns</b> are sold & sent by mail."
    there = await press.stage.reads(lambda rx: notices.items_of(rx, notice.notice_id))
    assert {located.item.key for located, _ in there} == {f"message:{news.marked}:{post.id}", f"room:{news.marked}"}
    asked = "SELECT address, payload FROM outbox WHERE kind = 'notice_mail'"
    [(address, payload)] = await press.stage.reads(lambda rx: rx.all(asked))
    said = unpack(payload, press.stage.wrapper.unseal)
    assert address == "carol@example.org" and sent.headers["location"].partition("?")[0] in said.text
    assert "Guns" not in said.text, "who gives another's address must not write them letters"


@pytest.mark.parametrize(
    ("field", "given", "says"),
    [
        ("where", None, "at least one address"),
        ("where", " \n ", "at least one address"),
        ("where", "not an address", "no address that can be followed"),
        ("where", "javascript:alert(1)", "no address that can be followed"),
        ("where", f"{BASE}/terms", "no address that can be followed"),
        ("where", "https://elsewhere.example/x/5", "not on this server"),
        ("where", "http://[::1", "no address that can be followed"),
        ("where", "the_news", "no address that can be followed"),
        ("where", f"{BASE}/@the_news/999999", "leads to nothing"),
        ("where", f"{BASE}/@the_news/1?comment=7", "leads to nothing"),
        ("where", "\n".join(f"{BASE}/@room_{n}" for n in range(21)), "20 addresses at most"),
        ("what", None, "Choose what it is"),
        ("what", "VIOLENCE/PHISHING", "Choose what it is"),
        ("what", "KEYWORD/x/y", "Choose what it is"),
        ("why", "", "Explain"),
        ("why", "no", "Explain"),
        ("why", "word " * 2000, "4500 characters at most; these are 9999"),
        ("why", "W" * 10_000, "4500 characters at most; these are 10000"),
        ("more", "W" * 401, "400 characters at most"),
        ("name", "", "Your name is needed"),
        ("name", "N" * 121, "120 characters at most"),
        ("email", "", "An e-mail address is needed"),
        ("email", "nowhere", "no e-mail address"),
        ("email", "a@b.c\nBcc: everybody@example.org", "no e-mail address"),
        ("email", "a" * 250 + "@example.org", "no e-mail address"),
        ("faith", None, "does not let us take the notice"),
    ],
)
async def test_what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_is_lost(
    press: Press, news: Hall, field: str, given: str | None, says: str
) -> None:
    async with press.visitor() as carol:
        page = await hands_in(carol, "look", **{field: given})
        assert page.status_code == 400 and says in fault(page.text, field), page.text
        assert f'<a href="#{field}">' in page.text
        kept = WHOLE | {field: given}
        for name in ("where", "why"):
            shown = re.search(rf'<textarea[^>]* name="{name}"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)
            assert shown and shown[1] == (kept[name] or "").strip(), name
        if field != "what":
            assert f'<option value="{DRUGS}" selected' in page.text
        assert ("checked" in page.text) == (field != "faith")
        assert (await carol.post("/notice", data={**kept, "do": "send"} if given else kept)).status_code in (400, 200)
    assert await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40)) == []


async def test_who_reports_the_abuse_of_children_needs_no_name(press: Press, news: Hall) -> None:
    async with press.visitor() as carol:
        token = await notifies(carol, what=CHILD, name="", email="")
        page = await carol.get(f"/notice/{token}?sent=1")
        assert "Your notice has arrived" in page.text and "by e-mail too" not in page.text
    [notice] = await press.stage.reads(lambda rx: notices.between(rx, 0, 2**40))
    assert notice.keyword == "CHILD_SEXUAL_ABUSE_MATERIAL" and notice.precise


async def test_a_notice_is_french_for_who_reads_french(press: Press, news: Hall) -> None:
    async with press.visitor("fr") as carol:
        page = await hands_in(carol, "look", email="non")
        assert "Ce n’est pas une adresse électronique." in fault(page.text, "email")
        english = await carol.post("/notice?lang=en", data=WHOLE | {"do": "change"})
        assert "Report something" in english.text and WHOLE["why"] in english.text
    async with press.visitor("fr") as carol:
        token = await notifies(carol)
        assert "Où il en est" in await _letter(press)
        assert "Il attend d’être lu." in (await carol.get(f"/notice/{token}")).text


async def _letter(press: Press) -> str:
    [(payload,)] = await press.stage.reads(lambda rx: rx.all("SELECT payload FROM outbox WHERE kind = 'notice_mail'"))
    return unpack(payload, press.stage.wrapper.unseal).text


CLOSED = ("/@bob_himself", "/@nobody_there", "/+aaaaaaaaaaaaaaaa", "/c/999/7", "/c/{room}/1", "tg://user?id={bob}",
          "tg://user?id=424242", "/+{invite}", "/app/#/c/{bob}/3")  # fmt: skip


async def test_closed_things_and_nothing_at_all_look_the_same(press: Press, alice: Person, bob: Person) -> None:
    await bob.calls(f.account.UpdateUsername(username="bob_himself"))
    closed = await press.group(alice, "soon_closed")
    await alice.calls(f.channels.UpdateUsername(channel=closed.to(alice), username=""))
    link = (await alice.calls(f.messages.ExportChatInvite(peer=closed.peer(alice)))).link.rpartition("+")[2]
    pages = []
    async with press.visitor() as carol:
        for path in CLOSED:
            said = path.format(room=closed.id, bob=bob.id, invite=link)
            where = said if said.startswith("tg:") else BASE + said
            page = await hands_in(carol, "look", where=where)
            assert page.status_code == 200, page.text
            pages.append(re.sub(r'value="[0-9a-f]{32}"', "", page.text).replace(where.replace("&", "&amp;"), "ADDRESS"))
            token = (await carol.post("/notice", data=hidden(page.text) | {"do": "send"})).headers["location"]
            standing = (await carol.get(token.partition("?")[0])).text
            standing = re.sub(r"[0-9a-f]{32}", "", standing).replace(where, "ADDRESS")
            pages.append(re.sub(r'<dd class="mono">\d+</dd>', "", standing))
    assert len(set(pages[::2])) == 1 and len(set(pages[1::2])) == 1
    there = [
        [located.item for located, _ in await press.stage.reads(lambda rx, n=n: notices.items_of(rx, n))]
        for n in range(1, len(CLOSED) + 1)
    ]
    kinds = [(one[0].kind, one[0].peer_id) for one in there]
    assert kinds[0] == ("account", bob.id) and kinds[7] == ("room", closed.marked) and kinds[1][0] == "link"
    kept = await press.stage.reads(lambda rx: rx.all("SELECT item_key FROM case_evidence"))
    assert {key for (key,) in kept} <= {f"account:{bob.id}"}, "nothing of a closed room is copied on a stranger's word"


async def test_every_form_of_address_leads_to_the_same_thing(press: Press, alice: Person, news: Hall) -> None:
    post = await news.says(alice, "cheap weapons here")
    forms = (
        f"{BASE}/@the_news/{post.id}", f"{BASE}/the_news/{post.id}", f"{BASE}/s/the_news/{post.id}",
        f"chat.example.org:8443/@the_news/{post.id}", f"tg://resolve?domain=the_news&post={post.id}",
        f"{BASE}/app/#/to/the_news/{post.id}", f"@the_news/{post.id}", f"http://localhost:8443/the_news/{post.id}?lang=fr",
        f"{BASE}/@THE_NEWS/{post.id}#post-{post.id}",
    )  # fmt: skip
    async with press.visitor() as carol:
        for number, where in enumerate(forms, 1):
            await notifies(carol, where=where)
            [(located, _)] = await press.stage.reads(lambda rx, n=number: notices.items_of(rx, n))
            assert located.item.key == f"message:{news.marked}:{post.id}", where


async def test_a_comment_can_be_noticed(press: Press, alice: Person, bob: Person, news: Hall) -> None:
    group = await press.discussed(alice, news)
    post = await news.says(alice, "the news")
    copy = max((m for m in (await group.history(alice)).messages if isinstance(m, t.Message)), key=lambda m: m.id)
    said = await group.says(
        alice, "awful", reply_to=t.InputReplyToMessage(reply_to_msg_id=copy.id)
    )
    async with press.visitor() as carol:
        for where in (f"{BASE}/@the_news/{post.id}?comment={said.id}", f"{BASE}/@the_news/{post.id}#comment-{said.id}"):
            page = await hands_in(carol, "look", where=where)
            assert f"#comment-{said.id}" in page.text
        await notifies(carol, where=where)
    [(located, _)] = await press.stage.reads(lambda rx: notices.items_of(rx, 1))
    assert located.item.key == f"message:{group.marked}:{said.id}"


async def test_every_page_leads_to_the_form_and_public_ones_fill_in_where(
    press: Press, alice: Person, bob: Person, news: Hall
) -> None:
    group = await press.discussed(alice, news)
    post = await news.says(alice, "the news")
    copy = max((m for m in (await group.history(alice)).messages if isinstance(m, t.Message)), key=lambda m: m.id)
    said = await group.says(alice, "awful", reply_to=t.InputReplyToMessage(reply_to_msg_id=copy.id))
    await press.group(bob, "the_square")
    async with press.visitor() as carol:
        for page in ("/", "/channels", "/terms"):
            assert '<a href="/notice">' in (await carol.get(page)).text, page
        assert re.search(r'id="report">.*?<a href="/notice">', (await carol.get("/")).text, re.DOTALL)
        for page, words, place in (
            ("/@the_news", "Report this channel", "/@the_news"),
            ("/@the_square", "Report this group", "/@the_square"),
            (f"/@the_news/{post.id}", "Report this post", f"/@the_news/{post.id}"),
            (f"/@the_news/{post.id}", "Report this comment", f"/@the_news/{post.id}?comment={said.id}"),
        ):
            text = (await carol.get(page)).text
            links = [unquote(link) for link in re.findall(r'href="/notice\?where=([^"]+)"', text)]
            assert words in text and BASE + place in links, page
            form = await carol.get("/notice", params={"where": BASE + place})
            assert f">{BASE}{place}</textarea>" in form.text and form.headers["x-robots-tag"] == "noindex"
            assert (await hands_in(carol, "look", where=BASE + place)).status_code == 200


async def test_who_is_limited_is_told_beside_the_address(press: Press, news: Hall) -> None:
    async with press.visitor() as carol:
        await notifies(carol)
        until = int(press.stage.clock.now()) + 86_400
        await press.stage.writes(lambda tx: tx.run("UPDATE notifiers SET limited_until = ?", (until,)))
        page = await hands_in(carol, "send", why="It offers what nobody may sell, again.")
        assert page.status_code == 403 and "not taken for now" in fault(page.text, "email")
        assert "It offers what nobody may sell, again." in page.text
        assert await notifies(carol, what=CHILD)
