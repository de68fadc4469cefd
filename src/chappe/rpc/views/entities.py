"""Text entities between TL and content, both ways. Source: api/entities"""

from collections.abc import Sequence
from typing import Any

from chappe.domain.content import Entity
from chappe.tl import types as t

PLAIN = (
    "Mention", "Hashtag", "BotCommand", "Url", "Email", "Bold", "Italic", "Code", "Underline", "Strike", "Phone",
    "Cashtag", "BankCard", "Spoiler", "DiffInsert", "DiffDelete",
)  # fmt: skip
"""Kinds that carry nothing but their place."""
DATED = ("relative", "short_time", "long_time", "short_date", "long_date", "day_of_week")
"""How a date in a text may be shown."""


def entity_view(entity: Entity) -> t.TypeMessageEntity:
    """The TL form of an entity."""
    place = {"offset": entity.offset, "length": entity.length}
    match entity.kind:
        case "Pre":
            return t.MessageEntityPre(language=entity.value, **place)
        case "TextUrl":
            return t.MessageEntityTextUrl(url=entity.value, **place)
        case "MentionName":
            return t.MessageEntityMentionName(user_id=entity.number, **place)
        case "CustomEmoji":
            return t.MessageEntityCustomEmoji(document_id=entity.number, **place)
        case "Blockquote":
            return t.MessageEntityBlockquote(collapsed=entity.flag, **place)
        case "DiffReplace":
            return t.MessageEntityDiffReplace(old_text=entity.value, **place)
        case "FormattedDate":
            how: dict[str, Any] = {**place, **dict.fromkeys(entity.value.split(), True)}
            return t.MessageEntityFormattedDate(date=entity.number, **how)
        case kind if kind in PLAIN:
            made: t.TypeMessageEntity = getattr(t, f"MessageEntity{kind}")(**place)
            return made
        case _:
            return t.MessageEntityUnknown(**place)


def entities_view(entities: Sequence[Entity]) -> list[t.TypeMessageEntity] | None:
    """The TL forms, None when there are none (the field is optional)."""
    return [entity_view(e) for e in entities] if entities else None
