"""Deeds about letters and disclosures: drafts, what is sent, what two people hand over.

Source: requirements/legal-desk
"""

import msgspec

from chappe.base import Invalid
from chappe.console.deeds import Deeds, Nothing
from chappe.console.desk import views as v
from chappe.console.desk.orders import OneOrder, OrderDone, office_of, role_of
from chappe.console.inside import Inside
from chappe.domain.access import Moderator
from chappe.domain.auth import settled
from chappe.domain.operators import APPROVER, DESK, Operator
from chappe.legal import answers, approvals, authorities, envelope
from chappe.legal.approvals import Disclosure
from chappe.store import Reader, Tx

DEEDS = Deeds()
DIGEST = 32


class DraftedLetter(msgspec.Struct, frozen=True):
    """A letter to be drafted. Shape: answer and reason are codes of the order's instrument; language fr or en."""

    order_id: int
    answer: str
    reason: str = ""
    text: str = ""
    language: str = ""


class OneLetter(msgspec.Struct, frozen=True):
    """Which letter."""

    letter_id: int


class ChangedLetter(msgspec.Struct, frozen=True):
    """A draft, and the words that a person adds to it."""

    letter_id: int
    text: str


class LetterList(msgspec.Struct, frozen=True):
    """Drafts of all orders, oldest first."""

    letters: tuple[v.LetterLine, ...]


class ProposedDisclosure(msgspec.Struct, frozen=True):
    """A disclosure to propose: all that the order reaches. Shape: leave_out: keys of pieces, category after `/`."""

    order_id: int
    note: str = ""
    leave_out: tuple[str, ...] = ()


class DecidedDisclosure(msgspec.Struct, frozen=True):
    """The second person's word. Shape: digest as it was shown to them, in hex."""

    disclosure_id: int
    digest: str = ""
    note: str = ""


class OneDisclosure(msgspec.Struct, frozen=True):
    """Which disclosure."""

    disclosure_id: int


class DisclosureList(msgspec.Struct, frozen=True):
    """What waits for a second person, oldest first."""

    disclosures: tuple[v.DisclosureLine, ...]


@DEEDS.deed("GET", "/api/letters")
async def list_drafts(inside: Inside, me: Operator, asked: Nothing) -> LetterList:
    """Letters that wait to be sent."""

    def query(rx: Reader, who: Moderator) -> LetterList:
        found = answers.drafts(rx)
        return LetterList(tuple(v.letter_line(one, envelope.get(rx, one.order_id).number) for one in found))

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("POST", "/api/orders/{order_id}/letters", to="/orders/letters/{letter_id}")
async def draft_letter(inside: Inside, me: Operator, asked: DraftedLetter) -> v.LetterLine:
    """A letter as its instrument has it, to be looked at before it is sent."""
    office = office_of(inside)

    def act(tx: Tx, who: Moderator) -> v.LetterLine:
        made = answers.draft(
            tx, who, asked.order_id, office, asked.answer, asked.reason, asked.text, asked.language
        )  # fmt: skip
        return v.letter_line(made, envelope.get(tx, asked.order_id).number)

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("POST", "/api/letters/{letter_id}")
async def change_letter(inside: Inside, me: Operator, asked: ChangedLetter) -> v.LetterLine:
    """The draft says these words besides those of its instrument."""
    office = office_of(inside)

    def act(tx: Tx, who: Moderator) -> v.LetterLine:
        made = answers.change(tx, who, asked.letter_id, office, asked.text)
        return v.letter_line(made, envelope.get(tx, made.order_id).number)

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("POST", "/api/letters/{letter_id}/send", to="/orders/{order_id}")
async def send_letter(inside: Inside, me: Operator, asked: OneLetter) -> OrderDone:
    """The letter is the answer: the authority sees it, and the order moves."""
    office = office_of(inside)

    def act(tx: Tx, who: Moderator) -> OrderDone:
        sent = answers.send(tx, who, asked.letter_id, office)
        return OrderDone(sent.order_id, envelope.get(tx, sent.order_id).state)

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("POST", "/api/letters/{letter_id}/drop", to="/orders/{order_id}")
async def drop_letter(inside: Inside, me: Operator, asked: OneLetter) -> OrderDone:
    """The draft is not sent."""

    def act(tx: Tx, who: Moderator) -> OrderDone:
        order_id = answers.get(tx, asked.letter_id).order_id
        answers.drop(tx, who, asked.letter_id)
        return OrderDone(order_id, envelope.get(tx, order_id).state)

    return await inside.as_role(me, DESK, act)


@DEEDS.deed("GET", "/api/disclosures")
async def list_disclosures(inside: Inside, me: Operator, asked: Nothing) -> DisclosureList:
    """What waits for a second person."""

    def query(rx: Reader, who: Moderator) -> DisclosureList:
        return DisclosureList(tuple(_line(rx, who, one) for one in approvals.waiting(rx)))

    return await inside.seen_as(me, role_of(me), query)


@DEEDS.deed("GET", "/api/orders/{order_id}/reach")
async def reach_of_order(inside: Inside, me: Operator, asked: OneOrder) -> DisclosureList:
    """What the order would reach now, were it proposed: never more than its instrument allows."""
    office = office_of(inside)

    def query(rx: Reader, who: Moderator) -> DisclosureList:
        one = envelope.get(rx, asked.order_id)
        scope = approvals.widest(rx, one, office)
        pieces = v.piece_lines(scope)
        line = v.DisclosureLine(
            0, one.order_id, one.number, "", "", scope.digest.hex(), pieces, 0, 0, "", 0, 0, "", 0, 0, 0, 0, False
        )
        return DisclosureList((line,))

    return await inside.seen_as(me, DESK, query)


@DEEDS.deed("POST", "/api/orders/{order_id}/disclosures")
async def propose_disclosure(inside: Inside, me: Operator, asked: ProposedDisclosure) -> v.DisclosureLine:
    """What the order reaches is proposed to a second person; nothing leaves before they approve exactly that."""
    office = office_of(inside)

    def act(tx: Tx, who: Moderator) -> object:
        narrower = None
        if asked.leave_out:
            wide = approvals.widest(tx, envelope.get(tx, asked.order_id), office)
            kept = tuple(one for one in wide.pieces if f"{one.key}/{one.category}" not in asked.leave_out)
            narrower = msgspec.structs.replace(wide, pieces=kept)
        return approvals.propose(
            tx, who, asked.order_id, office, narrower, asked.note
        )  # fmt: skip

    return await _shown(inside, me, settled(await inside.as_role(me, DESK, act)))


@DEEDS.deed("POST", "/api/disclosures/{disclosure_id}/approve")
async def approve_disclosure(inside: Inside, me: Operator, asked: DecidedDisclosure) -> v.DisclosureLine:
    """The second person stands behind exactly what was shown; the package is made."""
    office = office_of(inside)
    try:
        digest = bytes.fromhex(asked.digest)
    except ValueError:
        raise Invalid("disclosure_changed") from None
    if len(digest) != DIGEST:
        raise Invalid("disclosure_changed")

    def act(tx: Tx, who: Moderator) -> object:
        return approvals.approve(tx, who, asked.disclosure_id, digest, office, asked.note)

    return await _shown(inside, me, settled(await inside.as_role(me, APPROVER, act)))


@DEEDS.deed("POST", "/api/disclosures/{disclosure_id}/refuse")
async def refuse_disclosure(inside: Inside, me: Operator, asked: DecidedDisclosure) -> v.DisclosureLine:
    """The second person does not stand behind it, and says why; nothing is handed over."""

    def act(tx: Tx, who: Moderator) -> object:
        return approvals.refuse(tx, who, asked.disclosure_id, asked.note)

    return await _shown(inside, me, settled(await inside.as_role(me, APPROVER, act)))


@DEEDS.deed("POST", "/api/disclosures/{disclosure_id}/withdraw")
async def withdraw_disclosure(inside: Inside, me: Operator, asked: OneDisclosure) -> v.DisclosureLine:
    """Who proposed it takes it back before anybody decided."""

    def act(tx: Tx, who: Moderator) -> object:
        return approvals.withdraw(tx, who, asked.disclosure_id)

    return await _shown(inside, me, settled(await inside.as_role(me, DESK, act)))


async def _shown(inside: Inside, me: Operator, made: object) -> v.DisclosureLine:
    assert isinstance(made, Disclosure)
    return await inside.seen_as(me, role_of(me), lambda rx, who: _line(rx, who, made))


def _line(rx: Reader, who: Moderator, one: Disclosure) -> v.DisclosureLine:
    order = envelope.get(rx, one.order_id)
    name = authorities.get(rx, one.authority_id).name
    return v.disclosure_line(one, order.number, name, may_decide=approvals.may_decide(rx, who, one))
