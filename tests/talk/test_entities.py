"""Source: api/entities. A text arrives with every mark it was sent with, as far as the reader's layer has it."""

import pytest
from tests.kit.stage import Stage

from chappe import tl
from chappe.tl import functions as f
from chappe.tl import types as t

PLACE = {"offset": 0, "length": 4}
KINDS: list[t.TypeMessageEntity] = [
    *(
        getattr(t, f"MessageEntity{name}")(**PLACE)
        for name in (
            "BankCard", "Blockquote", "Bold", "BotCommand", "Cashtag", "Code", "DiffDelete", "DiffInsert", "Email",
            "Hashtag", "Italic", "Mention", "Phone", "Spoiler", "Strike", "Underline", "Url",
        )
    ),
    t.MessageEntityBlockquote(collapsed=True, **PLACE),
    t.MessageEntityCustomEmoji(document_id=7, **PLACE),
    t.MessageEntityDiffReplace(old_text="said", **PLACE),
    t.MessageEntityFormattedDate(relative=True, date=1_750_000_000, **PLACE),
    t.MessageEntityFormattedDate(short_time=True, long_date=True, day_of_week=True, date=1, **PLACE),
    t.MessageEntityPre(language="python", **PLACE),
    t.MessageEntityTextUrl(url="https://example.org/", **PLACE),
]  # fmt: skip


def test_no_kind_is_left_out() -> None:
    tested = {type(one).NAME for one in KINDS} | {"messageEntityMentionName", "messageEntityUnknown"}
    assert tested == {getattr(t, name).NAME for name in dir(t) if name.startswith("MessageEntity")}


@pytest.mark.parametrize("layer", (tl.LAYERS[0], tl.NEWEST))
async def test_marks_arrive_as_they_were_sent(stage: Stage, layer: int) -> None:
    alice, bob = await stage.person("alice"), await stage.person("bob", layer)
    await alice.says(bob, "so that short forms are understood")
    bob.hears()
    for random_id, kind in enumerate(KINDS, 1000):
        marked = {"message": "text", "entities": [kind], "random_id": random_id}
        await alice.calls(f.messages.SendMessage(peer=alice.sees(bob), **marked))
        [heard] = bob.receives(t.UpdateShortMessage).entities
        assert heard == (t.MessageEntityUnknown(**PLACE) if tl.lacks(kind, layer) else kind)
