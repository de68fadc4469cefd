"""Source: rfc/5321

SMTP without sockets: tables of words and answers, however the bytes are cut; what must not be taken for an end.
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.net.smtp import Event, Hangup, Letter, Rules, Say, SmtpSession, StartTls

HERE = "legal@chat.example.org"
RULES = Rules(name="chat.example.org", takes=lambda address: address.lower() == HERE, size_bytes=5000, tls=True)
OPENING = b"EHLO there.example\r\nMAIL FROM:<bob@court.example> BODY=8BITMIME\r\nRCPT TO:<legal@chat.example.org>\r\n"


def talks(data: bytes, cuts: tuple[int, ...] = (), answer: int = 250) -> tuple[list[int], list[Letter], list[Event]]:
    """(codes said, letters taken, all events) when these bytes come in these pieces; letters are answered at once."""
    session = SmtpSession(RULES)
    events = session.greet()
    places = sorted({0, *(cut for cut in cuts if 0 < cut < len(data)), len(data)})
    for start, end in pairwise(places):
        fresh = session.receive(data[start:end])
        events += fresh
        while session.waits:
            fresh = session.answered(answer, "2.0.0 Ok")
            events += fresh
    said = b"".join(one.data for one in events if isinstance(one, Say))
    codes = [int(line[:3]) for line in said.split(b"\r\n") if line[3:4] == b" "]
    return codes, [one for one in events if isinstance(one, Letter)], events


def letter(text: bytes) -> bytes:
    """A whole conversation with one letter."""
    return OPENING + b"DATA\r\n" + text + b".\r\nQUIT\r\n"


@given(cuts=st.lists(st.integers(0, 300), max_size=12).map(tuple))
def test_a_letter_comes_whole_however_it_is_cut(cuts: tuple[int, ...]) -> None:
    codes, letters, events = talks(letter(b"Subject: order\r\n\r\n..hidden\r\n.\t\r\nend\r\n"), cuts)
    assert codes == [220, 250, 250, 250, 354, 250, 221]
    assert letters == [
        Letter("there.example", "bob@court.example", (HERE,), b"Subject: order\r\n\r\n.hidden\r\n\t\r\nend\r\n", False)
    ]
    assert isinstance(events[-1], Hangup)


@pytest.mark.parametrize("end", [b"\n.\r\n", b"\n.\n", b"\r.\r\n", b"\r\n.\n", b"\r.\r", b"\n.\r"])
def test_only_the_one_end_is_an_end(end: bytes) -> None:
    """A letter within a letter, as some servers would see it, stays what it is: text."""
    second = b"MAIL FROM:<president@court.example>\r\nRCPT TO:<legal@chat.example.org>\r\nDATA\r\nfalse\r\n"
    inner = b"hello" + end + second
    codes, letters, _ = talks(letter(inner))
    assert codes == [220, 250, 250, 250, 354, 250, 221]
    assert [one.sender for one in letters] == ["bob@court.example"] and b"president" in letters[0].data


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (b"", []),
        (b"MAIL FROM:<a@b>\r\n", [503]),
        (b"EHLO \r\n", [501]),
        (b"HELO there\r\nRCPT TO:<legal@chat.example.org>\r\n", [250, 503]),
        (b"EHLO x\r\nMAIL FROM:a@b\r\n", [250, 501]),
        (b"EHLO x\r\nMAIL FROM: <a@b>\r\n", [250, 250]),
        (b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<legal@chat.example.org>\r\n", [250, 250, 250]),
        (b"EHLO x\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n", [250, 250, 503]),
        (b"EHLO x\r\nMAIL FROM:<a@b> SIZE=5001\r\n", [250, 552]),
        (b"EHLO x\r\nMAIL FROM:<a@b> SIZE=many\r\n", [250, 501]),
        (b"EHLO x\r\nMAIL FROM:<a@b> AUTH=<>\r\n", [250, 555]),
        (b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<bob@elsewhere.example>\r\n", [250, 250, 550]),
        (b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<LEGAL@chat.example.org>\r\n", [250, 250, 250]),
        (b"EHLO x\r\nMAIL FROM:<a@b>\r\nDATA\r\n", [250, 250, 503]),
        (b"EHLO x\r\nMAIL FROM:<a@b>\r\nRSET\r\nMAIL FROM:<a@b>\r\n", [250, 250, 250, 250]),
        (b"EHLO x\nMAIL FROM:<a@b>\r\n", [500, 503]),
        (b"NOOP\r\nVRFY bob\r\nHELP\r\nEXPN all\r\nBDAT 3 LAST\r\nAUTH PLAIN x\r\n", [250, 252, 214, 500, 500, 500]),
        (b"\xff\xfe\r\n" * 12, [500] * 10 + [421]),
        (b"x" * 2048, [421]),
    ],
)
def test_words_and_answers(said: bytes, codes: list[int]) -> None:
    assert talks(said)[0] == [220, *codes]


def test_what_is_too_large_is_refused_and_not_kept() -> None:
    session = SmtpSession(RULES)
    session.greet()
    session.receive(OPENING + b"DATA\r\n")
    for _ in range(1000):
        assert session.receive(b"y" * 70 + b"\r\n") == []
        assert session.held_bytes < 5100
    said = session.receive(b".\r\nNOOP\r\n")
    assert [one.data[:3] for one in said if isinstance(one, Say)] == [b"552", b"250"]


def test_a_letter_of_the_largest_size_is_taken() -> None:
    text = b"y" * 4998 + b"\r\n"
    assert [len(one.data) for one in talks(letter(text))[1]] == [5000]
    assert talks(letter(b"y" + text))[0][-2:] == [552, 221]


def test_nothing_is_read_while_a_letter_waits_to_be_kept() -> None:
    session = SmtpSession(RULES)
    session.greet()
    events = session.receive(letter(b"one\r\n") + b"NOOP\r\n")
    assert isinstance(events[-1], Letter) and session.waits
    assert session.receive(b"NOOP\r\n") == [], "the 250 comes first"
    codes = [one.data[:3] for one in session.answered(451, "4.3.0 Not stored") if isinstance(one, Say)]
    assert codes == [b"451", b"221"]


def test_words_slipped_in_before_tls_do_not_count() -> None:
    codes, letters, events = talks(b"EHLO x\r\nSTARTTLS\r\nMAIL FROM:<forged@court.example>\r\n")
    assert codes == [220, 250, 421] and not letters and not any(isinstance(one, StartTls) for one in events)
    session = SmtpSession(RULES)
    session.receive(b"EHLO x\r\n")
    assert isinstance(session.receive(b"STARTTLS\r\n")[-1], StartTls)
    session.secured()
    assert session.receive(b"MAIL FROM:<a@b>\r\n") == [Say(b"503 5.5.1 EHLO first\r\n")]


def test_many_recipients_and_many_letters_find_an_end() -> None:
    rules = Rules(name="x", takes=lambda address: True, recipients=3)
    session = SmtpSession(rules)
    asked = b"".join(b"RCPT TO:<a%d@x>\r\n" % n for n in range(5))
    said = session.receive(b"EHLO x\r\nMAIL FROM:<a@b>\r\n" + asked)
    assert [one.data[:3] for one in said if isinstance(one, Say)] == [b"250"] * 5 + [b"452"] * 2
    codes, letters, events = talks(OPENING[:20] + (OPENING[20:] + b"DATA\r\nx\r\n.\r\n") * 300)
    assert len(letters) == 200 and codes[-1] == 421 and isinstance(events[-1], Hangup)


WORDS = [b"EHLO x\r\n", b"MAIL FROM:<a@b>\r\n", b"RCPT TO:<legal@chat.example.org>\r\n", b"DATA\r\n", b".\r\n",
         b"RSET\r\n", b"STARTTLS\r\n", b"\r\n", b"\n", b"\r", b"..", b"\x00", b"SIZE=1", b"<", b">"]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=80)), max_size=40), st.data())
def test_whatever_comes_is_answered_and_bounded(parts: list[bytes], data: st.DataObject) -> None:
    session = SmtpSession(RULES)
    session.greet()
    for part in parts:
        events = session.receive(part)
        while session.waits:
            assert isinstance(events[-1], Letter)
            events = session.answered(data.draw(st.sampled_from([250, 451, 554])), "said")
        assert session.held_bytes <= RULES.size_bytes + 2100
        for event in events:
            if isinstance(event, Say):
                assert event.data.endswith(b"\r\n") and event.data[:3].isdigit()
            if isinstance(event, Letter):
                assert event.recipients and len(event.data) <= RULES.size_bytes
