"""Answers that voters add to a poll: kept beside its votes, so that every forward has them; their places never move.

Source: api/poll, method/messages.addPollAnswer
"""

from collections.abc import Sequence

import msgspec

from chappe.base.errors import Invalid
from chappe.domain.content import MediaPoll, PollAnswer
from chappe.store import Reader, Tx
from chappe.store.queries import polls as rows

MOST = 12
"""Answers of one poll. Source: api/config"""
PLACES = 60
"""Answers that one poll ever had, deleted ones among them."""
DELETE_S = 3600
"""How long who added an answer may delete it; the poll's author always may. Source: api/config"""

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[PollAnswer] = msgspec.msgpack.Decoder(PollAnswer)


def added(rx: Reader, poll: MediaPoll) -> tuple[tuple[int, PollAnswer], ...]:
    """(place, answer) of those that voters added, in their order."""
    if not poll.open_answers:
        return ()
    return tuple(
        (place, msgspec.structs.replace(_decoder.decode(answer), added_by=shown or user, date=date))
        for place, _, user, shown, date, answer in rows.answers(rx, poll.home, poll.poll_id) if answer is not None
    )  # fmt: skip


def add(tx: Tx, poll: MediaPoll, user: int, shown_as: int, answer: PollAnswer) -> PollAnswer:
    """The poll has the answer, under a name that no other has.

    Shape: shown_as is who is named for it, 0 for the person.
    Errors: Invalid poll_answer_invalid when it asks for none, poll_option_duplicate, poll_answers_invalid.
    """
    if not poll.open_answers:
        raise Invalid("poll_answer_invalid")
    ever = rows.answers(tx, poll.home, poll.poll_id)
    living = [*poll.answers, *(one for _, one in added(tx, poll))]
    place = len(poll.answers) + len(ever)
    if len(living) >= MOST or place >= PLACES:
        raise Invalid("poll_answers_invalid")
    if any(one.text.casefold() == answer.text.casefold() for one in living):
        raise Invalid("poll_option_duplicate")
    option = _free({*(one.option for one in poll.answers), *(bytes(row[1]) for row in ever)}, place)
    made = PollAnswer(answer.text, answer.entities, option)
    rows.add_answer(tx, poll.home, poll.poll_id, place, option, user, shown_as, _encode(made))
    return msgspec.structs.replace(made, added_by=shown_as or user, date=tx.now)


def _free(taken: set[bytes], place: int) -> bytes:
    """A name that no answer has or had."""
    names = (f"{sign}{place}".encode() for sign in ("", "a", "b", "c"))
    return next((name for name in names if name not in taken), b"answer" + str(place).encode())


def delete(tx: Tx, poll: MediaPoll, user: int, option: bytes, *, author: bool) -> PollAnswer:
    """The answer that a voter added is gone, and whoever chose it did not.

    Errors: Invalid poll_option_invalid when it is none of those, or not the person's to delete (any more).
    """
    places = {row[0]: (row[2], row[4]) for row in rows.answers(tx, poll.home, poll.poll_id)}
    found: Sequence[tuple[int, PollAnswer]] = [one for one in added(tx, poll) if one[1].option == option]
    for place, answer in found:
        adder, date = places[place]
        if author or (adder == user and tx.now < date + DELETE_S):
            rows.delete_answer(tx, poll.home, poll.poll_id, place)
            return answer
    raise Invalid("poll_option_invalid")
