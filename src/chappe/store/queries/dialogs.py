"""The statements of the chat list: its lines, their order, drafts, folders, and the owner's choices about them."""

from collections.abc import Sequence

from chappe.base.ids import CHANNEL_MARK
from chappe.store.protocol import Reader, Row, Tx

COLUMNS = (
    "peer_id, top_message, date, message_count, read_inbox_max_id, read_outbox_max_id, unread_count,"
    " unread_reactions, unread_mark, pinned_order, folder_id, ttl_period, draft"
)
_SHOWN = "owner_id = ? AND top_message > 0"


def one(rx: Reader, owner_id: int, peer_id: int) -> Row | None:
    """The line of the peer, also one that no list shows (a draft alone)."""
    return rx.one(f"SELECT {COLUMNS} FROM dialogs WHERE owner_id = ? AND peer_id = ?", (owner_id, peer_id))


def some(rx: Reader, owner_id: int, peers: Sequence[int]) -> list[Row]:
    """The lines of the peers that have one, in no promised order."""
    marks = ", ".join("?" * len(peers))
    return rx.all(f"SELECT {COLUMNS} FROM dialogs WHERE owner_id = ? AND peer_id IN ({marks})", (owner_id, *peers))


def page(rx: Reader, owner_id: int, folder_id: int | None, below: tuple[int, int, int], limit: int) -> list[Row]:
    """Lines that are not pinned, newest first, below (date, top_message, peer_id); folder None means all folders."""
    date, top, peer_id = below
    where, params = _folder(folder_id)
    return rx.all(
        f"SELECT {COLUMNS} FROM dialogs WHERE {_SHOWN} AND peer_id > {-CHANNEL_MARK} AND pinned_order = 0{where}"
        " AND (date < ? OR (date = ? AND (top_message < ? OR (top_message = ? AND peer_id < ?))))"
        " ORDER BY date DESC, top_message DESC, peer_id DESC LIMIT ?",
        (owner_id, *params, date, date, top, top, peer_id, limit),
    )


def of_channels(rx: Reader, owner_id: int, folder_id: int | None) -> list[Row]:
    """Lines of supergroups and channels that are not pinned; their newest posts stand in the rooms' own rows."""
    where, params = _folder(folder_id)
    return rx.all(
        f"SELECT {COLUMNS} FROM dialogs WHERE {_SHOWN} AND peer_id < {-CHANNEL_MARK} AND pinned_order = 0{where}",
        (owner_id, *params),
    )


def pinned(rx: Reader, owner_id: int, folder_id: int | None) -> list[Row]:
    """The pinned lines of a folder, topmost first."""
    where, params = _folder(folder_id)
    return rx.all(
        f"SELECT {COLUMNS} FROM dialogs WHERE {_SHOWN} AND pinned_order > 0{where}"
        " ORDER BY folder_id, pinned_order DESC",
        (owner_id, *params),
    )


def count(rx: Reader, owner_id: int, folder_id: int | None, *, pinned_too: bool) -> int:
    """How many lines the folder shows."""
    where, params = _folder(folder_id)
    row = rx.one(
        f"SELECT COUNT(*) FROM dialogs WHERE {_SHOWN}{where}{'' if pinned_too else ' AND pinned_order = 0'}",
        (owner_id, *params),
    )
    return int(row[0]) if row else 0


def _folder(folder_id: int | None) -> tuple[str, tuple[int, ...]]:
    return ("", ()) if folder_id is None else (" AND folder_id = ?", (folder_id,))


def highest_pin(rx: Reader, owner_id: int, folder_id: int) -> int:
    """The order of the topmost pinned line, 0 when none is."""
    row = rx.one(
        "SELECT COALESCE(MAX(pinned_order), 0) FROM dialogs WHERE owner_id = ? AND folder_id = ?",
        (owner_id, folder_id),
    )
    return int(row[0]) if row else 0


def set_pin(tx: Tx, owner_id: int, peer_id: int, order: int) -> None:
    """The line is pinned with this order, or with 0 not at all."""
    tx.run("UPDATE dialogs SET pinned_order = ? WHERE owner_id = ? AND peer_id = ?", (order, owner_id, peer_id))


def set_folder(tx: Tx, owner_id: int, peer_id: int, folder_id: int) -> None:
    """The line is in the folder, not pinned there."""
    tx.run(
        "UPDATE dialogs SET folder_id = ?, pinned_order = 0 WHERE owner_id = ? AND peer_id = ?",
        (folder_id, owner_id, peer_id),
    )


def set_unread_mark(tx: Tx, owner_id: int, peer_id: int, mark: int) -> None:
    """The line bears the mark, or not."""
    tx.run("UPDATE dialogs SET unread_mark = ? WHERE owner_id = ? AND peer_id = ?", (mark, owner_id, peer_id))


def in_folder(rx: Reader, owner_id: int, folder_id: int) -> list[int]:
    """The peers of the dialogs in the folder."""
    rows = rx.all("SELECT peer_id FROM dialogs WHERE owner_id = ? AND folder_id = ?", (owner_id, folder_id))
    return [row[0] for row in rows]


def unread_marks(rx: Reader, owner_id: int) -> list[tuple[int]]:
    """(peer_id,) of the lines marked as unread."""
    return rx.all(f"SELECT peer_id FROM dialogs WHERE {_SHOWN} AND unread_mark <> 0 ORDER BY peer_id", (owner_id,))


def set_inbox(tx: Tx, owner_id: int, peer_id: int, max_id: int, unread: int) -> None:
    """The owner has read up to max_id; so many are still unread."""
    tx.run(
        "UPDATE dialogs SET read_inbox_max_id = ?, unread_count = ? WHERE owner_id = ? AND peer_id = ?",
        (max_id, unread, owner_id, peer_id),
    )


def set_outbox(tx: Tx, owner_id: int, peer_id: int, max_id: int) -> bool:
    """True if the peer's reading reached further than before."""
    touched = tx.run(
        "UPDATE dialogs SET read_outbox_max_id = ? WHERE owner_id = ? AND peer_id = ? AND read_outbox_max_id < ?",
        (max_id, owner_id, peer_id, max_id),
    )
    return touched > 0


def shrink(
    tx: Tx, owner_id: int, peer_id: int, fewer: int, fewer_unread: int, fewer_reactions: int, top: tuple[int, int]
) -> None:
    """The line after messages went. Shape: top = (id, date) of the newest that is left, (0, 0) for none."""
    tx.run(
        "UPDATE dialogs SET message_count = message_count - ?, unread_count = unread_count - ?,"
        " unread_reactions = unread_reactions - ?, top_message = ?, date = ? WHERE owner_id = ? AND peer_id = ?",
        (fewer, fewer_unread, fewer_reactions, top[0], top[1], owner_id, peer_id),
    )


def add_unread_reactions(tx: Tx, owner_id: int, peer_id: int, more: int) -> None:
    """So many more reactions wait to be seen (less when negative)."""
    tx.run(
        "UPDATE dialogs SET unread_reactions = unread_reactions + ? WHERE owner_id = ? AND peer_id = ?",
        (more, owner_id, peer_id),
    )


def set_draft(tx: Tx, owner_id: int, peer_id: int, draft: bytes | None) -> None:
    """The peer has this draft; a line that no list shows is made when there is none."""
    tx.run(
        "INSERT INTO dialogs (owner_id, peer_id, top_message, date, draft) VALUES (?, ?, 0, 0, ?)"
        " ON CONFLICT (owner_id, peer_id) DO UPDATE SET draft = excluded.draft",
        (owner_id, peer_id, draft),
    )


def drafts(rx: Reader, owner_id: int) -> list[tuple[int, bytes]]:
    """(peer_id, draft) of every draft."""
    return rx.all("SELECT peer_id, draft FROM dialogs WHERE owner_id = ? AND draft IS NOT NULL", (owner_id,))


def set_topic_draft(tx: Tx, owner_id: int, peer_id: int, topic_id: int, draft: bytes | None) -> None:
    """The topic of the forum has this draft of the owner's, or none."""
    if draft is None:
        tx.run(
            "DELETE FROM topic_drafts WHERE owner_id = ? AND peer_id = ? AND topic_id = ?",
            (owner_id, peer_id, topic_id),
        )
    else:
        tx.run(
            "INSERT INTO topic_drafts (owner_id, peer_id, topic_id, draft) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (owner_id, peer_id, topic_id) DO UPDATE SET draft = excluded.draft",
            (owner_id, peer_id, topic_id, draft),
        )


def topic_drafts(rx: Reader, owner_id: int, peer_id: int = 0) -> list[tuple[int, int, bytes]]:
    """(forum, topic, draft) of the owner's drafts in topics, of one forum or of all."""
    return rx.all(
        "SELECT peer_id, topic_id, draft FROM topic_drafts WHERE owner_id = ? AND (peer_id = ? OR ? = 0)"
        " ORDER BY peer_id, topic_id",
        (owner_id, peer_id, peer_id),
    )


def topic_draft(rx: Reader, owner_id: int, peer_id: int, topic_id: int) -> bytes | None:
    """The owner's draft in the topic."""
    row = rx.one(
        "SELECT draft FROM topic_drafts WHERE owner_id = ? AND peer_id = ? AND topic_id = ?",
        (owner_id, peer_id, topic_id),
    )
    return row[0] if row else None


def set_ttl(tx: Tx, owner_id: int, peer_id: int, period_s: int) -> None:
    """New messages of the dialog live so long; 0 for ever."""
    tx.run(
        "INSERT INTO dialogs (owner_id, peer_id, top_message, date, ttl_period) VALUES (?, ?, 0, 0, ?)"
        " ON CONFLICT (owner_id, peer_id) DO UPDATE SET ttl_period = excluded.ttl_period",
        (owner_id, peer_id, period_s),
    )


def hide_bar(tx: Tx, owner_id: int, peer_id: int) -> None:
    """The action bar of the dialog was closed by its owner."""
    tx.run(
        "INSERT INTO dialogs (owner_id, peer_id, top_message, date, bar_hidden) VALUES (?, ?, 0, 0, 1)"
        " ON CONFLICT (owner_id, peer_id) DO UPDATE SET bar_hidden = 1",
        (owner_id, peer_id),
    )


def bar(rx: Reader, owner_id: int, peer_id: int) -> tuple[int, int] | None:
    """(bar_hidden, message_count) of the dialog."""
    return rx.one(
        "SELECT bar_hidden, message_count FROM dialogs WHERE owner_id = ? AND peer_id = ?", (owner_id, peer_id)
    )


def add_read_date(tx: Tx, owner_id: int, peer_id: int, max_id: int, date: int) -> None:
    """The peer read the owner's messages up to max_id at the date."""
    tx.run(
        "INSERT INTO read_dates (owner_id, peer_id, max_id, date) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (owner_id, peer_id, max_id, date),
    )


def read_date(rx: Reader, owner_id: int, peer_id: int, message_id: int) -> int | None:
    """When the peer read the owner's message."""
    row = rx.one(
        "SELECT date FROM read_dates WHERE owner_id = ? AND peer_id = ? AND max_id >= ? ORDER BY max_id LIMIT 1",
        (owner_id, peer_id, message_id),
    )
    return row[0] if row else None


def old_read_dates(rx: Reader, before: int, limit: int) -> list[tuple[int, int, int]]:
    """(owner_id, peer_id, max_id) of read dates older than that."""
    return rx.all("SELECT owner_id, peer_id, max_id FROM read_dates WHERE date < ? LIMIT ?", (before, limit))


def forget_read_dates(tx: Tx, rows: Sequence[tuple[int, int, int]]) -> None:
    """These read dates are forgotten."""
    tx.many("DELETE FROM read_dates WHERE owner_id = ? AND peer_id = ? AND max_id = ?", rows)


def preference(rx: Reader, owner_id: int, name: str) -> bytes | None:
    """What the owner chose under the name."""
    row = rx.one("SELECT value FROM preferences WHERE owner_id = ? AND name = ?", (owner_id, name))
    return row[0] if row else None


def set_preference(tx: Tx, owner_id: int, name: str, value: bytes) -> None:
    """The owner chose this."""
    tx.run(
        "INSERT INTO preferences (owner_id, name, value) VALUES (?, ?, ?)"
        " ON CONFLICT (owner_id, name) DO UPDATE SET value = excluded.value",
        (owner_id, name, value),
    )


def filters(rx: Reader, owner_id: int) -> list[tuple[int, int, bytes]]:
    """(filter_id, position, data) of the owner's chat folders in their order."""
    return rx.all(
        "SELECT filter_id, position, data FROM dialog_filters WHERE owner_id = ? ORDER BY position, filter_id",
        (owner_id,),
    )


def put_filter(tx: Tx, owner_id: int, filter_id: int, position: int, data: bytes) -> None:
    """The chat folder is this; one that exists keeps its position."""
    tx.run(
        "INSERT INTO dialog_filters (owner_id, filter_id, position, data) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner_id, filter_id) DO UPDATE SET data = excluded.data",
        (owner_id, filter_id, position, data),
    )


def place_filter(tx: Tx, owner_id: int, filter_id: int, position: int) -> None:
    """The chat folder stands at the position."""
    tx.run(
        "UPDATE dialog_filters SET position = ? WHERE owner_id = ? AND filter_id = ?", (position, owner_id, filter_id)
    )


def drop_filter(tx: Tx, owner_id: int, filter_id: int) -> bool:
    """True if there was such a chat folder; it is gone."""
    return tx.run("DELETE FROM dialog_filters WHERE owner_id = ? AND filter_id = ?", (owner_id, filter_id)) > 0
