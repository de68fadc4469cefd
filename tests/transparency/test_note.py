"""Signed notes against a published one, and what is refused. Source: tlog/signed-note"""

import pytest

from chappe.transparency import note
from chappe.transparency.note import NoteError, Signer

# The example of Go's golang.org/x/mod/sumdb/note.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ALICE, BOB = Signer("example.org/log", b"a" * 32), Signer("example.org/log", b"b" * 32)


def test_a_published_note_is_opened() -> None:
    text, keys = note.opened(PUBLISHED, [note.verifier(PUBLISHED_KEY)])
    assert text == PUBLISHED.split("\n\n")[0] + "\n"
    assert [str(key) for key in keys] == [PUBLISHED_KEY]


def test_two_keys_sign_one_text() -> None:
    made = note.sign("one\n\ntwo\n", [ALICE, BOB])
    assert note.opened(made, [BOB.verifier])[1] == [BOB.verifier]
    assert note.opened(made, [ALICE.verifier, BOB.verifier])[0] == "one\n\ntwo\n"
    assert made == note.sign("one\n\ntwo\n", [ALICE, BOB])


@pytest.mark.parametrize("at", [0, 40, 120, 150, 190])
def test_a_changed_note_is_refused(at: int) -> None:
    broken = PUBLISHED[:at] + chr(ord(PUBLISHED[at]) ^ 1) + PUBLISHED[at + 1 :]
    with pytest.raises(NoteError):
        note.opened(broken, [note.verifier(PUBLISHED_KEY)])


SIGNATURE = PUBLISHED.split("\n\n")[1]


@pytest.mark.parametrize(
    "text", ["", "x", "x\n", "x\n\n", "x\n\n— a b\n", "\n\n" + SIGNATURE, PUBLISHED[:-1], PUBLISHED + "y\n"]
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        note.opened(text, [note.verifier(PUBLISHED_KEY)])


def test_a_stranger_is_nobody() -> None:
    with pytest.raises(NoteError, match="no known key"):
        note.opened(note.sign("x\n", [BOB]), [ALICE.verifier])


@pytest.mark.parametrize(
    "wrong", ["", "a+b+c", PUBLISHED_KEY[:-4], PUBLISHED_KEY.replace("c74f", "c74e"), "a b" + PUBLISHED_KEY]
)
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(NoteError):
        note.verifier(wrong)


def test_no_secret_in_the_repr() -> None:
    assert "aaaa" not in repr(ALICE)


@pytest.mark.parametrize("text", ["no end", "", "tab\there\n", "\n"])
def test_texts_that_no_note_may_have(text: str) -> None:
    with pytest.raises(NoteError):
        note.sign(text, [ALICE])
