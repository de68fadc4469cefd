"""The statements by which reads ask what is in force, and those that take a message's words away and put them back."""

from collections.abc import Sequence
from typing import Any

from chappe.store.protocol import Reader, Row, Tx


def of_keys(rx: Reader, keys: Sequence[str]) -> list[Row]:
    """(item_key, measure, decision_id, until, territories, detail, basis) of what is in force for the items."""
    marks = ", ".join("?" * len(keys))
    return rx.all(
        "SELECT item_key, measure, decision_id, until, territories, detail, basis FROM enforcements"
        f" WHERE item_key IN ({marks}) ORDER BY item_key, measure",
        tuple(keys),
    )


def any_of(rx: Reader, keys: Sequence[str], measure: str) -> bool:
    """True if one of the items is under the measure."""
    marks = ", ".join("?" * len(keys))
    return rx.one(
        f"SELECT 1 FROM enforcements WHERE measure = ? AND item_key IN ({marks}) LIMIT 1", (measure, *keys)
    ) is not None  # fmt: skip


def withheld(rx: Reader, owner_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the box's messages whose words are withheld, also of such as were deleted since."""
    marks = ", ".join("?" * len(ids))
    found = rx.all(f"SELECT message_id FROM withheld WHERE owner_id = ? AND message_id IN ({marks})", (owner_id, *ids))
    return {row[0] for row in found}


def keep(
    tx: Tx, owner_id: int, message_id: int, date: int, media: tuple[int, int, bytes | None], content: bytes
) -> None:
    """What the message says is kept aside. Shape: media = (kind, file id, sha256)."""
    tx.run(
        "INSERT INTO withheld (owner_id, message_id, date, media_kind, media_id, media_hash, size_bytes, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (owner_id, message_id, date, *media, len(content), content),
    )


def rewrite(
    tx: Tx, owner_id: int, message_id: int, media: tuple[int, int, bytes | None], content: bytes
) -> None:
    """The withheld message will have said this."""
    tx.run(
        "UPDATE withheld SET media_kind = ?, media_id = ?, media_hash = ?, size_bytes = ?, content = ?"
        " WHERE owner_id = ? AND message_id = ?",
        (*media, len(content), content, owner_id, message_id),
    )


def kept(rx: Reader, owner_id: int, message_id: int) -> bytes | None:
    """What the withheld message said."""
    row = rx.one("SELECT content FROM withheld WHERE owner_id = ? AND message_id = ?", (owner_id, message_id))
    return row[0] if row else None


def mark_gone(tx: Tx, owner_id: int, ids: Sequence[int]) -> None:
    """The messages were deleted though their words are withheld."""
    marks = ", ".join("?" * len(ids))
    tx.run(f"UPDATE withheld SET gone = ? WHERE owner_id = ? AND message_id IN ({marks})", (tx.now, owner_id, *ids))


def gone(rx: Reader, before: int, limit: int) -> list[tuple[int, int]]:
    """(owner_id, message_id) of messages deleted before the date whose words are still withheld."""
    return rx.all(
        "SELECT owner_id, message_id FROM withheld WHERE gone > 0 AND gone < ? ORDER BY gone LIMIT ?", (before, limit)
    )


def forget(tx: Tx, places: Sequence[tuple[int, int]]) -> None:
    """Nothing of the messages is kept aside; which decisions withheld them is still known."""
    tx.many("DELETE FROM withheld WHERE owner_id = ? AND message_id = ?", places)


def drop(tx: Tx, owner_id: int, message_id: int) -> None:
    """Nothing of the message is kept aside."""
    tx.run("DELETE FROM withheld WHERE owner_id = ? AND message_id = ?", (owner_id, message_id))


def hold(tx: Tx, owner_id: int, message_id: int, decision_id: int) -> None:
    """The decision is a reason why the message is withheld."""
    tx.run(
        "INSERT INTO withheld_for (owner_id, message_id, decision_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (owner_id, message_id, decision_id),
    )


def let_go(tx: Tx, owner_id: int, message_id: int, decision_id: int) -> bool:
    """The decision is no reason any more; True if there is another."""
    tx.run(
        "DELETE FROM withheld_for WHERE owner_id = ? AND message_id = ? AND decision_id = ?",
        (owner_id, message_id, decision_id),
    )
    return tx.one(
        "SELECT 1 FROM withheld_for WHERE owner_id = ? AND message_id = ? LIMIT 1", (owner_id, message_id)
    ) is not None  # fmt: skip


def withholds(rx: Reader, owner_id: int, message_id: int, decision_id: int) -> bool:
    """True if the decision is a reason why the message is withheld."""
    return rx.one(
        "SELECT 1 FROM withheld_for WHERE owner_id = ? AND message_id = ? AND decision_id = ?",
        (owner_id, message_id, decision_id),
    ) is not None  # fmt: skip


def held_by(rx: Reader, decision_id: int, limit: int) -> list[tuple[int, int]]:
    """(owner_id, message_id) of messages that the decision withholds, some of them."""
    return rx.all(
        "SELECT owner_id, message_id FROM withheld_for WHERE decision_id = ? ORDER BY owner_id, message_id LIMIT ?",
        (decision_id, limit),
    )


def note_for(tx: Tx, owner_id: int, message_id: int, decision_id: int) -> None:
    """The decision changes how the message is shown."""
    tx.run(
        "INSERT INTO noted_for (owner_id, message_id, decision_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (owner_id, message_id, decision_id),
    )


def noted_by(rx: Reader, decision_id: int, limit: int) -> list[tuple[int, int]]:
    """(owner_id, message_id) of messages whose look the decision changes, some of them."""
    return rx.all(
        "SELECT owner_id, message_id FROM noted_for WHERE decision_id = ? ORDER BY owner_id, message_id LIMIT ?",
        (decision_id, limit),
    )


def unnote_for(tx: Tx, owner_id: int, message_id: int, decision_id: int) -> None:
    """The decision changes nothing about the message any more."""
    tx.run(
        "DELETE FROM noted_for WHERE owner_id = ? AND message_id = ? AND decision_id = ?",
        (owner_id, message_id, decision_id),
    )


def set_held(tx: Tx, owner_id: int, message_id: int, held: int) -> None:
    """The bits of what stands between the message and its readers."""
    tx.run("UPDATE messages SET held = ? WHERE owner_id = ? AND id = ?", (held, owner_id, message_id))


def set_room_held(tx: Tx, room_id: int, held: int) -> None:
    """The bits of what stands between the room and its visitors."""
    tx.run("UPDATE rooms SET held = ?, version = version + 1 WHERE owner_id = ?", (held, room_id))


def set_account_held(tx: Tx, user_id: int, held: int) -> None:
    """The bits of what stands between the account and others, or what it may do."""
    tx.run("UPDATE accounts SET held = ?, version = version + 1 WHERE owner_id = ?", (held, user_id))


def hold_files(tx: Tx, sha256: bytes) -> None:
    """Nobody is given a file that holds the blob."""
    tx.run("UPDATE files SET held = 1 WHERE file_id IN (SELECT file_id FROM file_blobs WHERE sha256 = ?)", (sha256,))


def free_files(tx: Tx, sha256: bytes) -> None:
    """Files that hold the blob are given out again."""
    tx.run("UPDATE files SET held = 0 WHERE file_id IN (SELECT file_id FROM file_blobs WHERE sha256 = ?)", (sha256,))


def any_held(rx: Reader, file_ids: Sequence[int]) -> bool:
    """True if one of the files is given to nobody."""
    marks = ", ".join("?" * len(file_ids))
    return rx.one(f"SELECT 1 FROM files WHERE file_id IN ({marks}) AND held <> 0 LIMIT 1", tuple(file_ids)) is not None


def hold_file(tx: Tx, file_id: int, held: int) -> None:
    """The file is given to nobody, or is again."""
    tx.run("UPDATE files SET held = ? WHERE file_id = ?", (held, file_id))


def keep_photos_held(tx: Tx, sha256: bytes) -> None:
    """Files with the blob that are profile photos which a decision took off are given to nobody."""
    tx.run(
        "UPDATE files SET held = 1 WHERE file_id IN (SELECT b.file_id FROM file_blobs b JOIN profile_photos p"
        " ON p.file_id = b.file_id WHERE b.sha256 = ? AND p.held <> 0)",
        (sha256,),
    )


def blobs_of(rx: Reader, file_id: int) -> list[bytes]:
    """The blobs that the file holds."""
    return [row[0] for row in rx.all("SELECT sha256 FROM file_blobs WHERE file_id = ?", (file_id,))]


def photo(rx: Reader, owner_id: int, file_id: int) -> tuple[int, bytes] | None:
    """(held, photo) of a profile photo."""
    return rx.one("SELECT held, photo FROM profile_photos WHERE owner_id = ? AND file_id = ?", (owner_id, file_id))


def hold_photo(tx: Tx, owner_id: int, file_id: int, held: int) -> None:
    """The profile photo is taken off by a decision, or not."""
    tx.run("UPDATE profile_photos SET held = ? WHERE owner_id = ? AND file_id = ?", (held, owner_id, file_id))


def neighbours(rx: Reader, sha256: bytes) -> list[bytes]:
    """Other blobs of the files that hold this one."""
    found = rx.all(
        "SELECT DISTINCT b.sha256 FROM file_blobs a JOIN file_blobs b ON b.file_id = a.file_id WHERE a.sha256 = ?"
        " AND b.sha256 <> ?",
        (sha256, sha256),
    )
    return [row[0] for row in found]


def showing(rx: Reader, sha256: bytes, limit: int) -> list[tuple[int, int]]:
    """(owner_id, id) of messages that still show a file which holds the blob, some of them."""
    return rx.all(
        "SELECT m.owner_id, m.id FROM file_blobs f JOIN messages m ON m.media_id = f.file_id AND m.media_id <> 0"
        " WHERE f.sha256 = ? ORDER BY m.owner_id, m.id LIMIT ?",
        (sha256, limit),
    )


def showing_withheld(rx: Reader, sha256: bytes, decision_id: int, limit: int) -> list[tuple[int, int]]:
    """(owner_id, id) of messages withheld for other reasons alone, which showed such a file, some of them."""
    return rx.all(
        "SELECT w.owner_id, w.message_id FROM file_blobs f JOIN withheld w ON w.media_id = f.file_id"
        " AND w.media_id <> 0 WHERE f.sha256 = ? AND NOT EXISTS (SELECT 1 FROM withheld_for h WHERE"
        " h.owner_id = w.owner_id AND h.message_id = w.message_id AND h.decision_id = ?)"
        " ORDER BY w.owner_id, w.message_id LIMIT ?",
        (sha256, decision_id, limit),
    )


def against(rx: Reader, key: str) -> list[tuple[str, int, int, str]]:
    """(measure, date, until, detail) of what is in force for the item."""
    return rx.all("SELECT measure, date, until, detail FROM enforcements WHERE item_key = ?", (key,))


def answered(rx: Reader, owner_id: int, peer_id: int, most: int) -> bool:
    """True if the peer wrote one of the newest messages of the dialog, of so many at most."""
    row = rx.one(
        "SELECT MIN(out) FROM (SELECT out FROM messages WHERE owner_id = ? AND peer_id = ? ORDER BY id DESC LIMIT ?)"
        " AS newest",
        (owner_id, peer_id, most),
    )
    return row is not None and row[0] == 0


def live(rx: Reader, owner_id: int) -> tuple[Any, ...] | None:
    """(held, deleted, how far the territory was left where its owner is, as far as that matters, its bits as a bot)."""
    return rx.one(
        # As long as no country is left so far, nobody's is looked up: this is asked at every letter.
        "SELECT held, deleted, CASE WHEN EXISTS (SELECT 1 FROM territories WHERE step IN ('read_only', 'closed')) THEN"
        # Of a country and of everywhere the further step counts: `closed` stands before `read_only` in the alphabet.
        " (SELECT MIN(t.step) FROM territories t WHERE t.step IN ('read_only', 'closed') AND t.territory IN ('ALL',"
        " (SELECT p.territory FROM person_territories p WHERE p.owner_id = a.owner_id))) END, bot"
        " FROM accounts a WHERE owner_id = ?",
        (owner_id,),
    )
