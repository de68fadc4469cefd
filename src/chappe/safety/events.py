"""What rules look at: typed events, each with its fields, their types and meanings; nothing else can be referred to.

Source: requirements/rules
What was said is in no event but `message` and `media`, and these are made of public surfaces alone: channels and
groups with a public name. Of private chats and closed groups there are counts of acts, never words.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

import re2
from cel_expr_python import cel

Value = bool | int | str
Facts = dict[str, Value]
Type = Literal["bool", "int", "string"]
_TYPES = {"bool": cel.Type.BOOL, "int": cel.Type.INT, "string": cel.Type.STRING}
_USUAL: dict[str, Value] = {"bool": False, "int": 0, "string": ""}
FAR = 256
"""The distance of what is like nothing."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event."""

    name: str
    type: Type
    meaning: str
    usual: Value | None = None


_WHO = (
    Field("account_age_s", "int", "how long ago the person who acts signed up"),
    Field("tight", "bool", "true while the growth guard has limits tightened"),
)
_ROOM = (
    Field("member_count", "int", "members of the room"),
    Field("room_age_s", "int", "how long ago the room was made"),
)
EVENTS: dict[str, tuple[Field, ...]] = {
    "message": (
        *_WHO,
        *_ROOM,
        Field("own_room", "bool", "true in channels, where administrators alone speak, and for the owner of a group"),
        Field("text", "string", "what is said, as it was written"),
        Field("folded", "string", "the same in small plain letters, without marks that part letters"),
        Field("links", "int", "links in the text"),
        Field("mentions", "int", "names of others in the text"),
        Field("has_media", "bool", "true if a photo, film or file comes with it"),
        Field("forwarded", "bool", "true if it was said elsewhere before"),
        Field("posts_10m", "int", "what the person said in public rooms in ten minutes, this included"),
        Field("same_10m", "int", "how often of these it was the same text, this included"),
        Field("rooms_10m", "int", "in how many rooms that was"),
    ),
    "first_contact": (
        *_WHO,
        Field("saved", "bool", "true if who is written to has the person among their contacts"),
        Field("contacts_10m", "int", "strangers the person wrote to first in ten minutes, this one included"),
        Field("contacts_day", "int", "the same in a day"),
    ),
    "join": (
        *_WHO,
        *_ROOM,
        Field("joins_10m", "int", "rooms the person came into in ten minutes, this one included"),
        Field("joins_day", "int", "the same in a day"),
        Field("room_joins_10m", "int", "people who came into the room in ten minutes, this one included"),
    ),
    "invite": (
        *_WHO,
        *_ROOM,
        Field("invites_10m", "int", "people whom the person brought into rooms in ten minutes, this one included"),
        Field("invites_day", "int", "the same in a day"),
        Field("room_invites_10m", "int", "people brought into the room in ten minutes, this one included"),
    ),
    "make_room": (
        *_WHO,
        Field("kind", "string", "group, supergroup or channel"),
        Field("rooms_day", "int", "rooms the person made in a day, this one included"),
    ),
    "sign_up": (
        Field("tight", "bool", "true while the growth guard has limits tightened"),
        Field("sign_ups_10m", "int", "accounts made on this server in ten minutes, this one included"),
    ),
    "media": (
        *_ROOM,
        Field("quality", "int", "how much is to be seen in the picture, 0 to 100"),
        Field("removed_distance", "int", f"bits in which it differs from the nearest removed picture, {FAR} for none",
              FAR),
    ),
}
"""Event → its fields."""
ASKED = ("message", "first_contact", "join", "invite", "make_room", "sign_up")
"""Events of which a rule may speak before the act is done."""
_TEMPLATES: dict[str, Facts] = {
    event: {field.name: _USUAL[field.type] if field.usual is None else field.usual for field in fields}
    for event, fields in EVENTS.items()
}


@lru_cache(maxsize=1024)
def pattern(text: str) -> Any:
    """The pattern, compiled once; RE2 takes time in proportion to the text, whatever both say.

    Errors: ValueError.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error as error:
        raise ValueError(f"{text[:80]} is no pattern") from error


def _finds(text: str, sought: str) -> bool:
    return pattern(sought).search(text) is not None


FINDS = cel.CelExtension(
    "chappe",
    [cel.FunctionDecl("finds", [cel.Overload(
        "string_finds_string", return_type=cel.Type.BOOL, parameters=[cel.Type.STRING, cel.Type.STRING],
        is_member=True, impl=_finds,
    )])],
)  # fmt: skip
"""`text.finds('pattern')`: as CEL's `matches`, which compiles its pattern anew at each message."""


@cache
def environment(event: str) -> cel.Env:
    """What expressions about the event are checked against."""
    return cel.NewEnv(variables={field.name: _TYPES[field.type] for field in EVENTS[event]}, extensions=[FINDS])


def facts(event: str, **given: Value) -> Facts:
    """A whole event: what is not given has its usual value.

    Errors: KeyError for a field the event lacks, TypeError for a value of another type; they are the caller's mistake.
    """
    whole = dict(_TEMPLATES[event])
    for name, value in given.items():
        if type(value) is not type(whole[name]):
            raise TypeError(f"{event}.{name} is no {type(value).__name__}")
        whole[name] = value
    return whole
