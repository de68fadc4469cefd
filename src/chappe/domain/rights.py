"""Rights of administrators and restrictions of members, by TL's own names, as bits of one number.

Source: api/rights
Shape: bit n is the n-th name; the order is stored and never changes, new names are added at the end.
"""

from collections.abc import Iterable
from functools import lru_cache

ADMIN = (
    "change_info", "post_messages", "edit_messages", "delete_messages", "ban_users", "invite_users", "pin_messages",
    "add_admins", "anonymous", "manage_call", "other", "manage_topics", "post_stories", "edit_stories",
    "delete_stories", "manage_direct_messages", "manage_ranks", "manage_linked_peers", "manage_welcome_messages",
)  # fmt: skip
BANNED = (
    "view_messages", "send_messages", "send_media", "send_stickers", "send_gifs", "send_games", "send_inline",
    "embed_links", "send_polls", "change_info", "invite_users", "pin_messages", "manage_topics", "send_photos",
    "send_videos", "send_roundvideos", "send_audios", "send_voices", "send_docs", "send_plain", "edit_rank",
    "send_reactions", "manage_linked_peers",
)  # fmt: skip

_ADMIN_BIT = {name: 1 << i for i, name in enumerate(ADMIN)}
_BANNED_BIT = {name: 1 << i for i, name in enumerate(BANNED)}


def admin(*names: str) -> int:
    """The bits of these rights."""
    return sum(_ADMIN_BIT[name] for name in names)


def banned(*names: str) -> int:
    """The bits of these restrictions."""
    return sum(_BANNED_BIT[name] for name in names)


def admin_names(bits: int) -> list[str]:
    """The rights that the bits grant."""
    return [name for name in ADMIN if bits & _ADMIN_BIT[name]]


@lru_cache
def banned_names(bits: int) -> tuple[str, ...]:
    """What the bits forbid. Asked at each view of a room, mostly of the same bits."""
    return tuple(name for name in BANNED if bits & _BANNED_BIT[name])


def admin_of(names: Iterable[str]) -> int:
    """The bits of the rights that are known."""
    return sum(_ADMIN_BIT.get(name, 0) for name in names)


def banned_of(names: Iterable[str]) -> int:
    """The bits of the restrictions that are known."""
    return sum(_BANNED_BIT.get(name, 0) for name in names)


CREATOR = (1 << len(ADMIN)) - 1 - admin("anonymous")
"""What the creator of a room may do: everything."""
VIEW = banned("view_messages")
SEND = banned("send_messages")
MEDIA = {
    "photo": banned("send_media", "send_photos"),
    "video": banned("send_media", "send_videos"),
    "round": banned("send_media", "send_roundvideos"),
    "audio": banned("send_media", "send_audios"),
    "voice": banned("send_media", "send_voices"),
    "document": banned("send_media", "send_docs"),
    "gif": banned("send_gifs"),
    "sticker": banned("send_stickers"),
    "poll": banned("send_polls"),
}
"""What must not be forbidden for a message of a kind."""
