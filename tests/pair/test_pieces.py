"""Large packets in pieces: the same bytes, in order, and no turn that does more than its share.

Source: mtproto/description#encrypted-message
"""

from itertools import count
from random import Random

import pytest
from tests.pair.line import House, Line, greeting

from chappe import tl
from chappe.base.errors import ProtocolError
from chappe.mtproto.client import Answer
from chappe.mtproto.crypto import AuthKey, open_sealed, seal
from chappe.mtproto.pieces import LARGE_BYTES, PIECE_BYTES, Opening, Sealing
from chappe.tl import functions as f
from chappe.tl import types as t

SIZES = (48, PIECE_BYTES - 16, PIECE_BYTES, PIECE_BYTES + 16, 4 * PIECE_BYTES + 32)
CHANCE = Random(7)


@pytest.mark.parametrize("size", SIZES)
def test_pieces_make_the_same_packet(size: int) -> None:
    key = AuthKey(CHANCE.randbytes(256))
    plain = CHANCE.randbytes(size)
    whole = seal(key.id_bytes, key.to_client, plain)

    sealing = Sealing(key.id_bytes, key.to_client, plain)
    opening = Opening(key.to_client, whole + CHANCE.randbytes(7))
    assert next(packet for _ in count() if (packet := sealing.step()) is not None) == whole
    opened = next(found for _ in count() if (found := opening.step()) is not None)

    assert opened == open_sealed(key.to_client, whole)


def test_a_changed_packet_is_refused_at_its_end() -> None:
    key = AuthKey(CHANCE.randbytes(256))
    packet = bytearray(seal(key.id_bytes, key.to_server, bytes(PIECE_BYTES * 2)))
    packet[-1] ^= 1
    opening = Opening(key.to_server, bytes(packet))
    assert opening.step() is opening.step() is None
    with pytest.raises(ProtocolError):
        opening.step()


def part(number: int) -> f.upload.SaveFilePart:
    return f.upload.SaveFilePart(file_id=1, file_part=number, bytes=bytes([number]) * (LARGE_BYTES * 4))


def ready(house: House) -> Line:
    """A line whose key is known and whose session is made; from now on a turn does nothing unasked."""
    line = house.signed()
    line.client.send(f.help.GetConfig(), house.now)
    line.pump()
    line.calls.clear()
    line.answering = None
    house.server.take_ready()
    house.server.pieces = 0
    return line


def turn(line: Line) -> None:
    """One turn of the server's loop, with one piece to spend."""
    server = line.house.server
    assert line.conn in server.take_ready()
    server.pieces = 1
    line._happened(line.conn.read_on(line.house.now))
    line.down(line.conn.take_output())


def test_calls_behind_a_large_one_wait_for_it() -> None:
    house = House()
    line = ready(house)
    for query in (part(1), part(2), f.help.GetConfig()):
        line.client.send(query, house.now)
        line.up(line.client.take_output())
    turns = 0
    while line.conn.unread:
        turn(line)
        turns += 1
    assert [type(call.query) for call in line.calls] == [f.upload.SaveFilePart, f.upload.SaveFilePart, f.help.GetConfig]
    assert turns == 2 * (-(-LARGE_BYTES * 4 // PIECE_BYTES) + 1)


def test_what_follows_a_large_answer_comes_after_it() -> None:
    house = House()
    line = ready(house)
    asked = [line.client.send(f.help.GetConfig(), house.now) for _ in range(2)]
    line.up(line.client.take_output())
    file = t.upload.File(type=t.storage.FileUnknown(), mtime=0, bytes=CHANCE.randbytes(LARGE_BYTES * 4))
    line.session.answer(asked[0], tl.encode(file, tl.NEWEST), house.now, compress=False)
    assert line.conn.take_output() == b""
    line.session.answer(asked[1], greeting(line.calls[1]), house.now)
    while line.conn in house.server.ready:
        turn(line)
    answers = line.of(Answer)[-2:]
    assert [answer.msg_id for answer in answers] == asked
    assert answers[0].value == file


def test_a_connection_that_ends_says_the_rest_at_once() -> None:
    house = House()
    line = ready(house)
    asked = line.client.send(f.help.GetConfig(), house.now)
    line.up(line.client.take_output())
    line.session.answer(asked, CHANCE.randbytes(LARGE_BYTES * 4), house.now, compress=False)
    assert line.conn.take_output() == b""
    line.down(line.conn.take_output(whole=True))
    assert line.of(Answer)[-1].msg_id == asked
