"""The statements about bots in rooms."""

from chappe.store.protocol import Reader, Row, Tx


def put(tx: Tx, room_id: int, bot_id: int) -> None:
    """The bot is in the room."""
    tx.run(
        "INSERT INTO room_bots (owner_id, bot_id) VALUES (?, ?) ON CONFLICT (owner_id, bot_id) DO NOTHING",
        (room_id, bot_id),
    )


def remove(tx: Tx, room_id: int, bot_id: int) -> None:
    """The bot is not in the room."""
    tx.run("DELETE FROM room_bots WHERE owner_id = ? AND bot_id = ?", (room_id, bot_id))


def of_room(rx: Reader, room_id: int) -> list[Row]:
    """(bot, its status there, its bits, its username) of the bots in the room."""
    return rx.all(
        "SELECT r.bot_id, m.status, a.bot, a.username FROM room_bots r JOIN accounts a ON a.owner_id = r.bot_id"
        " JOIN members m ON m.owner_id = r.owner_id AND m.user_id = r.bot_id"
        " WHERE r.owner_id = ? AND m.status > 0 ORDER BY r.bot_id",
        (room_id,),
    )
