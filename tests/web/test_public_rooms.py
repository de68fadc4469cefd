"""Source: requirements/public-pages. What strangers read of public channels and groups, and what they never learn."""

import asyncio
import re
from xml.etree import ElementTree

import pytest
from tests.kit.stage import Person
from tests.web.press import Press, alice, bob, press, says

from chappe.base.errors import TooMany
from chappe.jobs import Indexing
from chappe.tl import functions as f
from chappe.tl import types as t
from chappe.web.public import kept
from chappe.web.public.kept import Turns

__all__ = ["alice", "bob", "press"]
BASE = "https://chat.example.org:8443"


async def test_a_channel_is_read_without_an_account(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news", about="What happened.")
    for text in ("first light", "second light"):
        await news.says(alice, text)
    async with press.visitor() as visitor:
        page = await visitor.get("/@the_news")
        assert page.status_code == 200
        assert page.text.index("second light") < page.text.index("first light")
        for said in ("The News", "What happened.", "1 subscriber", "1 view", 'href="/app/#/to/the_news"',
                     "tg://resolve?domain=the_news", f'<link rel="canonical" href="{BASE}/@the_news">',
                     'property="og:title" content="The News"', 'href="/@the_news/feed.xml"'):  # fmt: skip
            assert said in page.text, said
        assert "<script" not in page.text and "style=" not in page.text
        assert "noindex" not in page.text and "x-robots-tag" not in page.headers
        assert (await visitor.get("/@THE_News")).status_code == 200
    async with press.visitor("fr") as visitor:
        assert "Ouvrir dans la messagerie" in (await visitor.get("/@the_news")).text


async def test_posts_are_paged_both_ways_and_by_day(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    sent = [(await news.says(alice, f"post number {n:02}")).id for n in range(45)]
    async with press.visitor() as visitor:
        first = (await visitor.get("/@the_news")).text
        assert len(re.findall(r'id="post-', first)) == 20 and "post number 44" in first
        older = re.search(r'rel="next" href="([^"]+)"', first)
        assert older and f"before={sent[25]}" in older[1]
        second = (await visitor.get(older[1].replace("&amp;", "&"))).text
        assert "post number 24" in second and "post number 25" not in second
        newer = re.search(r'rel="prev" href="([^"]+)"', second)
        assert newer
        assert "post number 44" in (await visitor.get(newer[1])).text
        assert "rel=\"next\"" not in (await visitor.get(f"/@the_news?before={sent[3]}")).text
    press.stage.clock.moves(2 * 86_400)
    await news.says(alice, "much later")
    async with press.visitor() as visitor:
        day = (await visitor.get("/@the_news?date=2023-01-01")).text
        assert "much later" not in day
        for wrong in ("before=x", "before=99999999999999", "after=-1", "date=2026-99-99", "date=0001-01-01", "q=%00"):
            assert (await visitor.get(f"/@the_news?{wrong}")).status_code == 200


async def test_words_are_found(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    for text in ("the semaphore turns", "fog over the hill"):
        await news.says(alice, text)
    async with press.visitor() as visitor:
        found = await visitor.get("/@the_news?q=semaphore")
        assert "the semaphore turns" in found.text and "fog over" not in found.text
        assert found.headers["x-robots-tag"].startswith("noindex")
        assert "No post has these words" in (await visitor.get("/@the_news?q=balloon")).text


async def test_a_post_has_a_page_of_its_own_with_neighbours_and_a_card(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    posts = [await news.says(alice, text) for text in ("one", "two & <three>", "four")]
    async with press.visitor() as visitor:
        page = await visitor.get(f"/@the_news/{posts[1].id}")
        assert 'property="og:title" content="two &amp; &lt;three&gt;"' in page.text
        assert f'<link rel="canonical" href="{BASE}/@the_news/{posts[1].id}">' in page.text
        assert f'href="/@the_news/{posts[0].id}"' in page.text and f'href="/@the_news/{posts[2].id}"' in page.text
        assert "mailto:?subject=two%20%26%20%3Cthree%3E" in page.text
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        card = await visitor.get(f"/@the_news/{posts[1].id}?embed=1")
        assert "frame-ancestors *" in card.headers["content-security-policy"]
        assert "script-src" not in card.headers["content-security-policy"]
        assert "<nav aria-label" not in card.text and "two &amp; &lt;three&gt;" in card.text
        for wrong in (0, 9999, 2**40):
            assert (await visitor.get(f"/@the_news/{wrong}")).status_code == 404


async def test_our_own_pages_are_linked_where_the_reader_is(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    text = f"{BASE}/reports/2025-06-15 and https://elsewhere.example/reports"
    marks: list[t.TypeMessageEntity] = [t.MessageEntityUrl(offset=0, length=text.index(" "))]
    marks.append(t.MessageEntityUrl(offset=text.rindex(" ") + 1, length=len(text) - text.rindex(" ") - 1))
    send = f.messages.SendMessage(peer=news.peer(alice), message=text, entities=marks, random_id=5)
    await alice.calls(send)
    async with press.visitor() as visitor:
        page = (await visitor.get("/@the_news")).text
        assert 'href="/reports/2025-06-15"' in page and 'href="https://elsewhere.example/reports"' in page
        assert f"{BASE}/reports/2025-06-15" in (await visitor.get("/@the_news/feed.xml")).text


async def test_addresses_as_clients_make_them_lead_to_the_pages(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    post = await news.says(alice, "look")
    link = await alice.calls(f.channels.ExportMessageLink(channel=news.to(alice), id=post.id))
    path = link.link.removeprefix("http://localhost")
    async with press.visitor() as visitor:
        for address in (path, f"/s/the_news/{post.id}", f"{path}?single"):
            answer = await visitor.get(address)
            assert answer.headers["location"].partition("?")[0] == f"/@the_news/{post.id}", address
        assert (await visitor.get("/the_news")).headers["location"] == "/@the_news"
        closed = await visitor.get(f"/c/{news.id}/{post.id}")
        assert "A message for members" in closed.text
        assert "A message for members" in (await visitor.get("/c/999999/1")).text


async def test_what_is_private_looks_like_what_is_not_there(press: Press, alice: Person, bob: Person) -> None:
    secret = await press.channel(alice, "the_secret")
    await secret.says(alice, "hush")
    await alice.calls(f.account.UpdateUsername(username="alice_in_person"))
    async with press.visitor() as visitor:
        await alice.calls(f.channels.UpdateUsername(channel=secret.to(alice), username=""))
        answers = []
        for name in ("the_secret", "nobody_at_all", "alice_in_person"):
            for address in (f"/@{name}", f"/{name}", f"/@{name}/1", f"/@{name}/feed.xml"):
                answer = await visitor.get(address)
                answers.append((answer.status_code, answer.text.replace(name, "NAME").replace("NAME/1", "NAME")))
        assert len(set(answers)) == 1 and answers[0][0] == 404
        for odd in ("/@a-b", "/@é", "/@" + "x" * 500, "/@../x", "/@the_secret/photo/c.jpg", "/@the_secret/1/play"):
            assert (await visitor.get(odd)).status_code == 404, odd


async def test_a_group_shows_its_name_only_unless_it_says_so(press: Press, alice: Person) -> None:
    square = await press.group(alice, "the_square", about="Come in.")
    post = await square.says(alice, "only for us")
    async with press.visitor() as visitor:
        for address in ("/@the_square", f"/@the_square/{post.id}", "/@the_square?q=us", "/@the_square/12345"):
            page = await visitor.get(address)
            assert page.status_code == 200 and "1 member" in page.text and "only for us" not in page.text, address
        assert f"/app/#/to/the_square/{post.id}" in (await visitor.get(f"/@the_square/{post.id}")).text
        assert (await visitor.get("/@the_square/feed.xml")).status_code == 404
        about = "Come in. #WorldReadable"
        await alice.calls(f.messages.EditChatAbout(peer=square.peer(alice), about=about))
        assert "only for us" in (await visitor.get("/@the_square")).text
        assert "only for us" in (await visitor.get(f"/@the_square/{post.id}")).text


async def test_who_wants_no_index_has_none(press: Press, alice: Person) -> None:
    await press.channel(alice, "the_news")
    quiet = await press.channel(alice, "the_quiet", "Quiet", about="For friends. #noindex")
    post = await quiet.says(alice, "psst #telegraph")
    await Indexing().step(press.stage.store)
    async with press.visitor() as visitor:
        for address in ("/@the_quiet", f"/@the_quiet/{post.id}", "/@the_quiet/feed.xml"):
            assert "noindex" in (await visitor.get(address)).headers["x-robots-tag"], address
        assert '<meta name="robots" content="noindex">' in (await visitor.get("/@the_quiet")).text
        for address in ("/sitemap.xml", "/channels"):
            text = (await visitor.get(address)).text
            assert "/@the_news" in text and "the_quiet" not in text, address
        assert "psst" not in (await visitor.get("/hashtag/telegraph")).text
        robots = (await visitor.get("/robots.txt")).text
        assert f"Sitemap: {BASE}/sitemap.xml" in robots and "Disallow: /operator" in robots


async def test_what_goes_is_gone_at_once_and_leaves_its_date(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    post = await news.says(alice, "to be taken back")
    async with press.visitor() as visitor:
        for address in ("/@the_news", f"/@the_news/{post.id}"):
            assert "to be taken back" in (await visitor.get(address)).text
        await alice.calls(f.channels.DeleteMessages(channel=news.to(alice), id=[post.id]))
        assert "to be taken back" not in (await visitor.get("/@the_news")).text
        gone = await visitor.get(f"/@the_news/{post.id}")
        assert gone.status_code == 410 and "This post was deleted" in gone.text and "taken back" not in gone.text


async def test_what_a_post_said_before_is_shown(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    post = await news.says(alice, "it will rane")
    press.stage.clock.moves(60)
    await alice.calls(f.messages.EditMessage(peer=news.peer(alice), id=post.id, message="it will rain"))
    async with press.visitor() as visitor:
        page = (await visitor.get(f"/@the_news/{post.id}")).text
        assert "Edit history" in page and page.index("it will rain") < page.index("it will rane")


async def test_comments_are_shown_and_their_authors_numbers_never(press: Press, alice: Person, bob: Person) -> None:
    news = await press.channel(alice, "the_news")
    talk = await press.discussed(alice, news)
    everybody = [t.InputPrivacyValueAllowAll()]
    await bob.calls(f.account.SetPrivacy(key=t.InputPrivacyKeyPhoneNumber(), rules=everybody))
    await bob.calls(f.account.UpdateProfile(first_name="Bob", last_name="<b>Bold</b>"))
    post = await news.says(alice, "what do you say?")
    found = await alice.calls(f.messages.GetDiscussionMessage(peer=news.peer(alice), msg_id=post.id))
    answer = t.InputReplyToMessage(reply_to_msg_id=found.messages[0].id)
    await says(bob, talk.peer(bob), "I say <script>alert(1)</script>", reply_to=answer)
    async with press.visitor() as visitor:
        page = (await visitor.get(f"/@the_news/{post.id}")).text
        assert "1 comment" in page and "I say &lt;script&gt;" in page and "Bob &lt;b&gt;Bold&lt;/b&gt;" in page
        assert bob.phone not in page and bob.phone[-7:] not in page and str(bob.id) not in page
        assert "Talk" not in page


async def test_the_map_the_directory_and_hashtags(press: Press, alice: Person) -> None:
    for number in range(3):
        news = await press.channel(alice, f"the_news_{number}", f"News {number}")
        await news.says(alice, f"about #Télégraphe, part {number}")
    await Indexing().step(press.stage.store)
    async with press.visitor() as visitor:
        assert (await visitor.get("/channels")).text.count('class="row"') == 3
        assert "News 1" in (await visitor.get("/channels?q=news")).text
        page = (await visitor.get("/hashtag/t%C3%A9l%C3%A9graphe")).text
        assert "part 0" in page and "part 2" in page and 'href="/@the_news_1"' in page
        await alice.calls(f.channels.UpdateUsername(channel=news.to(alice), username=""))
        page = (await visitor.get("/hashtag/t%C3%A9l%C3%A9graphe")).text
        assert "part 0" in page and "part 2" not in page
        assert "News 2" not in (await visitor.get("/channels")).text
        assert (await visitor.get("/sitemap.xml")).text.count("<lastmod>") == 2
        for odd in ("/hashtag/%20", "/hashtag/a%2Fb", "/hashtag/" + "x" * 500, "/hashtag/%3Cscript%3E"):
            assert (await visitor.get(odd)).status_code == 404


async def test_an_invite_link_names_the_room_to_who_holds_it(press: Press, alice: Person) -> None:
    room = await press.channel(alice, "the_news", "Private News")
    await alice.calls(f.channels.UpdateUsername(channel=room.to(alice), username=""))
    link = (await alice.calls(f.messages.ExportChatInvite(peer=room.peer(alice)))).link
    path = link.removeprefix("http://localhost")
    async with press.visitor() as visitor:
        page = await visitor.get(path)
        assert "Private News" in page.text and f"tg://join?invite={path[2:]}" in page.text
        assert page.headers["x-robots-tag"] == "noindex"
        assert (await visitor.get(path[:-1])).status_code == 404
        assert (await visitor.get("/+" + "a" * 400)).status_code == 404


async def test_pages_are_asked_for_again_without_being_sent(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    await news.says(alice, "steady " * 300)
    async with press.visitor() as visitor:
        first = await visitor.get("/@the_news")
        again = await visitor.get("/@the_news", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304 and first.headers["content-encoding"] == "gzip"
        await news.says(alice, "news")
        changed = await visitor.get("/@the_news", headers={"if-none-match": first.headers["etag"]})
        assert changed.status_code == 200
        poisoned = await visitor.get('/@the_news?utm="><script>&lang=en')
        assert "utm" not in poisoned.text and "utm" not in (await visitor.get("/@the_news")).text


@pytest.mark.parametrize("kind", ["feed.xml", "feed.json"])
async def test_feeds(press: Press, alice: Person, kind: str) -> None:
    news = await press.channel(alice, "the_news", "News & <more>")
    bold = [t.MessageEntityBold(offset=0, length=4)]
    post = await news.says(alice, "bold & <plain> ]]> \x0b end", entities=bold)
    async with press.visitor() as visitor:
        feed = await visitor.get(f"/@the_news/{kind}")
        if kind == "feed.json":
            item = feed.json()["items"][0]
            assert item["url"] == f"{BASE}/@the_news/{post.id}"
            assert "<strong>bold</strong> &amp; &lt;plain&gt;" in item["content_html"]
        else:
            item = ElementTree.fromstring(feed.content).find("channel/item")
            assert item is not None
            assert item.findtext("link") == f"{BASE}/@the_news/{post.id}"
            assert "<strong>bold</strong> &amp; &lt;plain&gt;" in (item.findtext("description") or "")
            assert ElementTree.fromstring(feed.content).findtext("channel/title") == "News & <more>"


async def test_searches_wait_for_their_turn_and_reading_does_not(
    press: Press, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Turns()

    async def searches() -> None:
        async with turns:
            await asyncio.sleep(0)

    ended = await asyncio.gather(*(searches() for _ in range(kept.WAITING + 5)), return_exceptions=True)
    assert [type(one) for one in ended if one is not None] == [TooMany] * 5 and turns.left == kept.WAITING
    news = await press.channel(alice, "the_news")
    await news.says(alice, "semaphore")
    monkeypatch.setattr(kept, "WAITING", 0)
    async with press.visitor() as visitor:
        for address in ("/@the_news?q=semaphore", "/hashtag/semaphore", "/channels?q=news"):
            busy = await visitor.get(address)
            assert busy.status_code == 503 and busy.headers["retry-after"] == "5"
        assert (await visitor.get("/@the_news")).status_code == 200


async def test_the_map_of_posts(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    posts = [await news.says(alice, f"part {number}") for number in range(3)]
    quiet = await press.channel(alice, "the_quiet", "Quiet", about="#noindex")
    await quiet.says(alice, "psst")
    async with press.visitor() as visitor:
        maps = (await visitor.get("/sitemap-posts.xml")).text
        assert f"<loc>{BASE}/@the_news/sitemap.xml</loc>" in maps and "quiet" not in maps
        assert f"Sitemap: {BASE}/sitemap-posts.xml" in (await visitor.get("/robots.txt")).text
        told = ElementTree.fromstring((await visitor.get("/@the_news/sitemap.xml")).content)
        named = [place.text for place in told.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
        assert named == [f"{BASE}/@the_news/{one.id}" for one in reversed(posts)]
        assert "<loc>" not in (await visitor.get("/@the_quiet/sitemap.xml")).text
        assert (await visitor.get("/@nobody_here/sitemap.xml")).status_code == 404


async def test_an_open_poll_shows_how_it_stands(press: Press, alice: Person) -> None:
    news = await press.channel(alice, "the_news")
    for question, how in (("Bread or cake?", {}), ("Which is right?", {"quiz": True})):
        words = [t.TextWithEntities(text=text, entities=[]) for text in (question, "Bread", "Cake")]
        answers = [t.PollAnswer(text=one, option=bytes([place])) for place, one in enumerate(words[1:])]
        poll = t.Poll(id=0, question=words[0], answers=answers, hash=0, **how)
        right = [0] if how else None
        asked = await press.media(alice, news, t.InputMediaPoll(poll=poll, correct_answers=right))
        await alice.calls(f.messages.SendVote(peer=news.peer(alice), msg_id=asked.id, options=[bytes([0])]))
    async with press.visitor() as visitor:
        page = (await visitor.get("/@the_news")).text
        bread = page.partition("Bread or cake?")[2].partition("</section>")[0]
        quiz = page.partition("Which is right?")[2].partition("</section>")[0]
        assert "100%" in bread and "0%" in bread and "when the poll is closed" not in bread
        assert "%" not in quiz and "when the poll is closed" in quiz
