"""Source: mtproto/serialize. Bytes and values, case by case, in both directions and cut everywhere.

The key exchange rows are the published example; the layer 229 rows were read and written alike by Telethon 1.45.
"""

import zlib

import pytest

from chappe import tl
from chappe.base.errors import ProtocolError
from chappe.tl import functions as f
from chappe.tl import service as s
from chappe.tl import types as t

NONCE = bytes.fromhex("3e0549828cca27e966b301a48fece2fc")
MESSAGE = t.Message(
    id=7,
    peer_id=t.PeerUser(user_id=5),
    from_id=t.PeerUser(user_id=6),
    out=True,
    date=1700000000,
    message="Hi ☃",
    entities=[t.MessageEntityBold(offset=0, length=2)],
)
MESSAGE_TAIL = (
    "82010000 00000000 07000000 22175159 0600000000000000 22175159 0500000000000000"
    "00f15365 06486920 e2988300 15c4b51c 01000000 c90b61bd 00000000 02000000"
)
ALICE = t.User(
    id=5, access_hash=9, first_name="Alice", contact=True, status=t.UserStatusOnline(expires=1700000300)
)
ALICE_TAIL = "43080000 00000000 0500000000000000 0900000000000000 05416c6963650000 4939b9ed 2cf25365"
INLINE = t.ReplyInlineMarkup(
    rows=[
        t.KeyboardInlineButtonRow(
            buttons=[t.KeyboardInlineButton(text="Go", type=t.InlineButtonTypeCallback(data=b"\x01"))]
        )
    ]
)
KEYBOARD = t.ReplyKeyboardMarkup(
    rows=[t.KeyboardButtonRow(buttons=[t.KeyboardButton(text="Me", type=t.ButtonTypeRequestPhone())])], resize=True
)

CASES = [
    (229, s.ReqPqMulti(nonce=NONCE), "f18e7ebe 3e0549828cca27e966b301a48fece2fc"),
    (
        229,
        s.ResPQ(
            nonce=NONCE,
            server_nonce=bytes.fromhex("a5cf4d33f4a11ea877ba4aa573907330"),
            pq=bytes.fromhex("17ed48941a08f981"),
            server_public_key_fingerprints=[-4344800451088585951],
        ),
        "63241605 3e0549828cca27e966b301a48fece2fc a5cf4d33f4a11ea877ba4aa573907330"
        "0817ed48941a08f981000000 15c4b51c 01000000 216be86c022bb4c3",
    ),
    (
        229,
        s.FutureSalts(req_msg_id=1, now=2, salts=[s.FutureSalt(valid_since=3, valid_until=4, salt=5)]),
        "950850ae 0100000000000000 02000000 01000000 03000000 04000000 0500000000000000",
    ),
    (229, s.Pong(msg_id=1, ping_id=-1), "c5737734 0100000000000000 ffffffffffffffff"),
    (
        229,
        f.messages.SendMessage(peer=t.InputPeerSelf(), message="hi", random_id=-2, silent=True),
        "628ff4fe 20000000 c97ea07d 02686900 feffffffffffffff",
    ),
    (
        229,
        t.UpdateShortSentMessage(out=True, id=3, pts=4, pts_count=1, date=1700000000),
        "01e11590 02000000 03000000 04000000 01000000 00f15365",
    ),
    (220, MESSAGE, "cf762fb9" + MESSAGE_TAIL),
    (221, MESSAGE, "e990b49c" + MESSAGE_TAIL),
    (223, MESSAGE, "8264e53a" + MESSAGE_TAIL),
    (227, MESSAGE, "d3b90076" + MESSAGE_TAIL),
    (229, MESSAGE, "d3b90076" + MESSAGE_TAIL),
    (220, ALICE, "88437731" + ALICE_TAIL),
    (227, ALICE, "88437731" + ALICE_TAIL),
    (228, ALICE, "83ccb8b1" + ALICE_TAIL),
    (229, ALICE, "83ccb8b1" + ALICE_TAIL),
    (
        220,
        INLINE,
        "5402a348 15c4b51c01000000 838b6077 15c4b51c01000000 6bdbbb35 00000000 02476f00 01010000",
    ),
    (
        228,
        INLINE,
        "5402a348 15c4b51c01000000 838b6077 15c4b51c01000000 60c92be6 00000000 02476f00 01010000",
    ),
    (
        229,
        INLINE,
        "7057b1b2 00000000 15c4b51c01000000 f60a4219 15c4b51c01000000"
        "22a3c111 00000000 02476f00 38bc5529 00000000 01010000",
    ),
    (
        228,
        KEYBOARD,
        "d199dd85 01000000 15c4b51c01000000 838b6077 15c4b51c01000000 8ffd7e41 00000000 024d6500",
    ),
]


@pytest.mark.parametrize(("layer", "value", "text"), CASES)
def test_value_and_bytes(layer: int, value: tl.TLObject, text: str) -> None:
    data = bytes.fromhex(text)
    assert tl.encode(value, layer) == data
    assert tl.decode(data) == value
    assert tl.decode(memoryview(data)) == value
    assert tl.decode_at(b"abc" + data + b"rest", 3) == (value, 3 + len(data))


@pytest.mark.parametrize(("layer", "value", "text"), CASES)
def test_cut_anywhere_is_a_protocol_error(layer: int, value: tl.TLObject, text: str) -> None:
    data = bytes.fromhex(text)
    for end in range(len(data)):
        with pytest.raises(ProtocolError):
            tl.decode(data[:end])
    with pytest.raises(ProtocolError):
        tl.decode(data + b"\0")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 252, 253, 254, 255, 256, 257, 70_000])
def test_strings_of_every_length_form(size: int) -> None:
    data = tl.encode(s.RpcError(error_code=1, error_message="x" * size))
    head = bytes([size]) if size < 254 else (size << 8 | 254).to_bytes(4, "little")
    body = head + b"x" * size
    assert data == bytes.fromhex("19ca4421 01000000") + body + b"\0" * (-len(body) % 4)
    assert tl.decode(data) == s.RpcError(error_code=1, error_message="x" * size)


@pytest.mark.parametrize(
    ("method", "value", "text"),
    [
        (f.account.UpdateStatus, True, "b5757299"),
        (f.account.UpdateStatus, False, "379779bc"),
        (f.contacts.GetContactIDs, [1, -1], "15c4b51c 02000000 01000000 ffffffff"),
        (f.users.GetUsers, [t.UserEmpty(id=3)], "15c4b51c 01000000 7a4bbcd3 0300000000000000"),
        (f.users.GetUsers, [], "15c4b51c 00000000"),
        (f.help.GetNearestDc, t.NearestDc(country="FR", this_dc=2, nearest_dc=1), "75171a8e0246520002000000 01000000"),
    ],
)
def test_results(method: type[tl.TLObject], value: object, text: str) -> None:
    data = bytes.fromhex(text)
    assert tl.encode_result(method, value) == data
    assert tl.decode_result(method, data) == value
    assert tl.decode_result(method, tl.gzip(data)) == value


def test_an_encoded_value_stands_wherever_an_object_may() -> None:
    body = tl.Encoded(tl.encode(MESSAGE, 220))
    update = t.UpdateNewMessage(message=body, pts=1, pts_count=1)
    assert tl.encode(update, 220) == tl.encode(t.UpdateNewMessage(message=MESSAGE, pts=1, pts_count=1), 220)
    assert tl.encode(body, 220) == tl.encode_result(f.messages.SendMessage, body, 220) == body.body


@pytest.mark.parametrize("wbits", [31, 15])
def test_packed_objects_are_unpacked_inside_wrappers(wbits: int) -> None:
    query = tl.encode(f.account.GetPassword())
    stream = zlib.compressobj(wbits=wbits)
    packed = stream.compress(query) + stream.flush()
    inner = bytes.fromhex("a1cf7230") + bytes([len(packed)]) + packed + b"\0" * (-(len(packed) + 1) % 4)
    wrapped = tl.encode(f.InvokeWithLayer(layer=229, query=tl.Encoded(inner)))
    assert tl.decode(wrapped) == f.InvokeWithLayer(layer=229, query=f.account.GetPassword())


def test_a_result_is_left_to_who_knows_the_method() -> None:
    body = tl.encode_result(f.contacts.GetContactIDs, [1, 2])
    sent = tl.encode(s.RpcResult(req_msg_id=5, result=tl.Encoded(body)))
    assert sent == bytes.fromhex("016d5cf3 0500000000000000") + body
    assert tl.decode(sent) == s.RpcResult(req_msg_id=5, result=tl.Encoded(body))
    assert tl.decode_result(f.contacts.GetContactIDs, tl.decode(sent).result.body) == [1, 2]


def test_containers() -> None:
    messages = [(1, 2, b"abcd"), (-3, 5, b"efghijkl")]
    data = tl.join_container(messages)
    assert [(msg_id, seqno, bytes(body)) for msg_id, seqno, body in tl.split_container(data)] == messages
    for end in range(len(data)):
        with pytest.raises(ProtocolError):
            tl.split_container(data[:end])


def test_old_ids_of_moved_methods_are_aliases() -> None:
    old = bytes.fromhex("b91e83b0")  # channels.getForumTopicsByID
    channel = tl.encode(t.InputChannel(channel_id=4, access_hash=5))
    data = old + channel + bytes.fromhex("15c4b51c 01000000 09000000")
    assert tl.decode(data) == f.messages.GetForumTopicsByID(
        peer=t.InputPeerChannel(channel_id=4, access_hash=5), topics=[9]
    )


def test_what_an_old_layer_lacks_has_a_stand_in_or_a_name() -> None:
    new = t.MessageService(
        id=1, peer_id=t.PeerUser(user_id=1), date=0, action=t.MessageActionChatJoinedViaCommunity(community_id=3)
    )
    assert tl.lacks(new.action, 228) and not tl.lacks(new, 228) and not tl.lacks(new.action, 229)
    assert tl.decode(tl.encode(new, 228)).action == t.MessageActionEmpty()
    update = t.UpdateWebBrowserSettings(open_external_browser=True)
    assert tl.lacks(update, 223) and tl.lacks(t.UpdateWebBrowserSettings, 220)
    with pytest.raises(tl.Lacking):
        tl.encode(update, 220)
    joined = t.messages.ChatInviteJoinResultOk(updates=t.UpdatesTooLong())
    assert tl.encode_result(f.channels.JoinChannel, joined, 223) == tl.encode(t.UpdatesTooLong())


def test_values_are_plain_and_readable() -> None:
    assert repr(t.PeerUser(user_id=5)) == "peerUser(user_id=5)"
    assert t.PeerUser(user_id=5) == t.PeerUser(user_id=5) != t.PeerChat(chat_id=5)
    assert ALICE.replace(first_name="Bob").first_name == "Bob" and ALICE.first_name == "Alice"
    assert f.messages.SendMessage.NAME == "messages.sendMessage" and f.messages.SendMessage.RESULT == "Updates"
    assert f.messages.SendMessage.ID == 0xFEF48F62 and "random_id" in f.messages.SendMessage.FIELDS
    with pytest.raises(TypeError):
        t.PeerUser()  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        t.NoSuchThing  # noqa: B018
    assert tl.function("messages.sendMessage") is f.messages.SendMessage
    assert "messages.sendMessage" in tl.function_names(220)
    assert "messages.createForumTopic" in tl.function_names(229)
    assert "channels.createForumTopic" not in tl.function_names(229)


def test_two_fields_of_one_flag_go_out_together() -> None:
    poll = t.Poll(id=1, question=t.TextWithEntities(text="?", entities=[]), answers=[], hash=0)
    half = t.InputMediaPoll(poll=poll, solution="because")
    assert tl.decode(tl.encode(half)) == half.replace(solution_entities=[])


@pytest.mark.parametrize("result", ["messages.Dialogs", "Updates", "Vector<User>", "Bool", "help.AppConfig"])
def test_empty_values(result: str) -> None:
    value = tl.empty(result)
    assert value in ([], False) or tl.decode(tl.encode(value)) == value


@pytest.mark.slow
def test_every_result_type_of_the_newest_layer_has_an_empty_value_or_says_so() -> None:
    for name in tl.function_names(tl.NEWEST):
        method = tl.function(name)
        try:
            value = tl.empty(method.RESULT)
        except LookupError:
            assert method.RESULT == "X", name
            continue
        for layer in tl.LAYERS:
            if not tl.lacks(method, layer):
                assert tl.encode_result(method, value, layer)
