"""The single door: whatever asks something of the server by law is a case here, with receipt, owner and clock.

Source: requirements/legal-intake, dsa/10(1), tco/3(5)
Every way in (portal, mail, drop, paper, telephone, our own eyes) calls `arrive`, in the transaction in which it keeps
what came. Nothing is refused at this door: what is malformed is a case of kind `unknown` whose original is kept, and
the receipt says what is wrong with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chappe.base.errors import Invalid, NotFound, Refusal, TooMany
from chappe.domain import journal, limits, oncall, operators, rota
from chappe.domain.limits import Rate
from chappe.domain.operators import DESK
from chappe.legal import authorities, envelope, straying, synthetic_orders
from chappe.legal.authorities import Authority
from chappe.legal.orders import missing, of
from chappe.legal.orders.form import EMERGENCY, REMOVAL
from chappe.legal.records import (
    CHANNELS,
    DOUBTED,
    DROP,
    MAIL,
    OWN,
    PORTAL,
    PROVEN,
    SYNTHETIC,
    New,
    Order,
    Target,
)
from chappe.media import PaperResult
from chappe.store import Reader, Tx
from chappe.store.legal import intake as rows
from chappe.store.legal import letters_in
from chappe.store.queries import journal as entries

UNKNOWN, TEST_ORDER = "unknown", "synthetic"
HELD_BELOW = -2 * 10**12
"""Numbers under which originals are held; letters have those above."""
REF, SENDER, NAME = 200, 300, 200
MESSAGE = 20_000
UNREAD = 10
SHOWN_FIELDS, SHOWN_WORDS = 60, 300
"""Fields of a document that the history shows, characters of each."""
UNCLEAR_SECRECY_S = 42 * 86_400
"""So long nobody is told of an order that wants to be secret and does not say until when."""
CALLS_OF_STRANGERS = Rate(10, 3600)
"""Urgent calls in an hour for orders that nothing proves; more of them are one call, until somebody took it."""
SIGNED = "signed:"
"""How the name of a message begins that is what a known key signed: the same by whatever way it comes."""
ENVELOPE = ("external_ref", "country", "territories", "language", "category", "keywords", "legal_basis", "reasons",
            "redress", "urgent", "secrecy_until", "secrecy_basis")  # fmt: skip
"""Fields of an arrival that stand in the envelope itself; others are what the instrument's form asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How the sender is proven. Shape: how is passkey, signature or machine; doubt says what is wrong, or nothing."""

    how: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Something that came in, before it is a case.

    Shape: channel one of `records.CHANNELS`; message_ref names the message within it: the same one is the same case;
    fields by name, as text, of the envelope or of the instrument's form; files (name, sha256 in hex, size), kept as
    they came; received_at 0 for now; reply_to a mail address.
    """

    channel: str
    message_ref: str
    sender: str = ""
    instrument: str = UNKNOWN
    authority_id: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    targets: Sequence[Target] = ()
    files: Sequence[tuple[str, str, int]] = ()
    proof: Proof = Proof()
    actor: str = "server"
    language: str = "en"
    reply_to: str = ""
    reply_ref: str = ""
    received_at: int = 0
    unread: Sequence[str] = ()
    """Names of files in which an order was looked for and that no machine here could read."""
    papers: Sequence["Paper"] = ()
    """XML documents among the files: kept, named in the case with what could be read of them, and read by people."""


@dataclass(frozen=True, slots=True)
class Paper:
    """An XML document. Shape: root as its process names it; fields (path, words) of its leaves; whole: all of them."""

    name: str
    root: str
    fields: tuple[tuple[str, str], ...] = ()
    whole: bool = True


def paper(name: str, read: PaperResult) -> Paper:
    """The XML document of this name, as its process read it."""
    return Paper(name, read.root, read.fields, read.whole)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of it. Shape: again True if this message had come before; flaws are codes the receipt speaks of."""

    order: Order
    again: bool = False
    flaws: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The number every letter quotes."""
        return self.order.number


def arrive(tx: Tx, arrival: Arrival) -> Received:
    """What came is a case: with number, running clock, owner, and a receipt that is due; people are paged.

    The same message again is the same case, and the receipt is sent again; what an authority signed is the same by
    whatever way it comes. Nothing is refused.
    After: as `envelope.begin`; journal order_repeated for what came before; pages as `oncall.page`.
    """
    known = _before(tx, arrival)
    if known is not None:
        return _repeated(tx, known, arrival)
    before, arrival = rows.last_entry(tx), _tested(tx, arrival)
    order, flaws = _begin(tx, arrival)
    entry = _entry_of(tx, order, before)
    _hold(tx, order.order_id, arrival.files)
    order = _authenticated(tx, order, arrival)
    flaws = (*flaws, *_doubts(order, arrival), *_against(tx, order), *_unread(tx, order, arrival))
    if any(one.startswith("contradicts") for one in flaws) and order.authenticity.stands:
        order = envelope.set_authenticity(tx, order, DOUBTED, "contradicts", "server")
    holder = _holder(tx)
    if holder:
        order = envelope.give(tx, "server", order.order_id, holder)
    rows.add_receipt(tx, order.order_id, entry, arrival.reply_to, arrival.reply_ref[:REF], " ".join(flaws))
    if order.instrument == TEST_ORDER:
        synthetic_orders.arrived(tx, arrival.fields.get("token", ""), order.order_id)
    _page(tx, order, arrival)
    tx.announce(Arrived(order.order_id))
    return Received(order, flaws=flaws)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Announced when an order came in: who makes receipts and who takes orders up need not wait."""

    order_id: int


def say(tx: Tx, order_id: int, author: str, text: str, ref: str, files: Sequence[tuple[str, str, int]] = ()) -> bool:
    """Somebody said this about the order; False if these very words came before.

    Shape: author is authority:N, operator:N, server or sender (whoever wrote the mail, not proven).
    Errors: Invalid order_message_invalid; NotFound order_unknown. After: journal order_message.
    """
    order = envelope.get(tx, order_id)
    if not text.strip() and not files:
        raise Invalid("order_message_invalid")
    if not rows.add_message(tx, order_id, author, text.strip()[:MESSAGE], ref[:REF]):
        return False
    _hold(tx, order_id, files)
    envelope.add_files(tx, order_id, "message", files)
    envelope.stirred(tx, order)
    envelope.add_act(tx, order_id, author if ":" in author else "server", "message", author)
    journal.record(tx, "order_message", author if ":" in author else "server", order.subject, files=len(files))
    if not author.startswith("operator:"):  # also where it is closed: nobody would look there by themselves
        oncall.page(tx, "order", order.subject, order.number, urgent=False)
    return True


@dataclass(frozen=True, slots=True)
class Said:
    """Words about an order. Shape: read_at 0 until the other side read them."""

    message_no: int
    author: str
    text: str
    date: int
    read_at: int


def messages(rx: Reader, order_id: int) -> list[Said]:
    """What was said about the order, the first first."""
    return [Said(*row) for row in rows.messages_of(rx, order_id)]


def of_authority(rx: Reader, authority_id: int, before: int = 0, limit: int = 100) -> list[Order]:
    """Orders in the authority's name, the newest first, below that id (0 for all); forged ones too."""
    return [envelope.get(rx, one) for one in rows.of_authority(rx, authority_id, before, limit)]


def read(tx: Tx, order_id: int, reader: str) -> None:
    """What others than this author wrote was read."""
    rows.read_messages(tx, order_id, reader)


def strayed(tx: Tx, actor: str, number: str) -> None:
    """An authority reached for an order that is not its own. Shape: actor is authority:N; number as it wrote it.

    After: journal order_denied, within the measure of `straying`.
    """
    other = envelope.by_number(tx, number)
    straying.written(tx, "order_denied", actor, actor if other is None else other.subject, "order_unknown")


def _tested(rx: Reader, arrival: Arrival) -> Arrival:
    """A test order is one that we sent ourselves; another that says so is a letter to be looked at."""
    if arrival.instrument != TEST_ORDER:
        return arrival
    if synthetic_orders.waits(rx, arrival.fields.get("token", "")):
        return replace(arrival, proof=Proof(how="machine"), reply_to="")
    return replace(arrival, instrument=f"{TEST_ORDER}?")


def _begin(tx: Tx, arrival: Arrival) -> tuple[Order, tuple[str, ...]]:
    """The case; what no form takes as it is becomes one of kind `unknown`, with what was wrong."""
    authority = _authority(tx, arrival.authority_id)
    new, flaws = _new(arrival, authority, tx.now)
    try:
        return envelope.begin(tx, new, arrival.actor), (*flaws, *_lacks(new))
    except Refusal as refusal:
        plain = New(
            UNKNOWN, new.channel, sender=new.sender, message_ref=new.message_ref, authority_id=new.authority_id,
            country=new.country, language=new.language, files=new.files, received_at=new.received_at,
            fields=(("asked_for", new.instrument[:80]), ("wrong", refusal.reason)),
        )  # fmt: skip
        return envelope.begin(tx, plain, arrival.actor), (*flaws, f"malformed:{refusal.reason}")


def _new(arrival: Arrival, authority: Authority | None, now: int) -> tuple[New, tuple[str, ...]]:
    """The order as it comes in, and what of it cannot be read: that is asked back, and never taken for unsaid."""
    said = {name: value.strip() for name, value in arrival.fields.items() if value.strip()}
    unclear: tuple[str, ...] = ()
    country = authority.country if authority is not None else said.get("country", "")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        country = ""
    instrument = arrival.instrument or UNKNOWN
    rest = tuple((name, value) for name, value in said.items() if name not in ENVELOPE)
    new = New(
        instrument, arrival.channel, sender=_line(arrival.sender, SENDER), message_ref=arrival.message_ref[:REF],
        authority_id=authority.authority_id if authority is not None else 0,
        external_ref=_line(said.get("external_ref", ""), REF), urgent=_flag(said.get("urgent", "")),
        country=country.upper(), territories=_countries(said.get("territories", "")),
        language=(said.get("language") or arrival.language or "en")[:2].lower(),
        category=_word(said.get("category", "")),
        keywords=tuple(filter(None, (_word(one) for one in said.get("keywords", "").split()[:20]))),
        legal_basis=said.get("legal_basis", ""), reasons=said.get("reasons", ""), redress=said.get("redress", ""),
        fields=rest, targets=tuple(arrival.targets),
        files=tuple((_line(name, NAME) or "file", digest, size) for name, digest, size in arrival.files),
        received_at=arrival.received_at, secrecy_until=_date(said.get("secrecy_until", "")),
        secrecy_basis=_line(said.get("secrecy_basis", ""), SENDER),
    )  # fmt: skip
    if said.get("secrecy_until") and not new.secrecy_until:  # nobody is told before it is known until when
        basis = new.secrecy_basis or _line(said["secrecy_until"], SENDER)
        until = (arrival.received_at or now) + UNCLEAR_SECRECY_S
        new, unclear = replace(new, secrecy_until=until, secrecy_basis=basis), (*unclear, "lacks:secrecy_until")
    if said.get("answer_by") and not envelope.own_date(dict(rest)):
        unclear = (*unclear, "lacks:answer_by")
    if authority is None and arrival.channel not in (OWN, SYNTHETIC) and instrument != TEST_ORDER:
        return new, ("unregistered", *unclear)
    return new, unclear


def _lacks(new: New) -> tuple[str, ...]:
    """What the form lacks, so that the receipt can name it at once."""
    lacking = tuple(f"lacks:{one.name}" for one in missing(new) if one.name != "authority")
    return lacking if of(new.instrument).code != UNKNOWN else ()


def _authority(rx: Reader, authority_id: int) -> Authority | None:
    if not authority_id:
        return None
    try:
        return authorities.get(rx, authority_id)
    except NotFound:
        return None


def _authenticated(tx: Tx, order: Order, arrival: Arrival) -> Order:
    """It is noted how the sender is proven; who is registered no more proves nothing."""
    proof, authority = arrival.proof, _authority(tx, arrival.authority_id)
    if proof.how == "machine":
        return envelope.set_authenticity(tx, order, PROVEN, "machine", "server")
    if proof.doubt:
        return envelope.set_authenticity(tx, order, DOUBTED, proof.doubt, "server")
    if proof.how and authority is not None and authority.holds(tx.now):
        return envelope.set_authenticity(tx, order, PROVEN, proof.how, "server")
    if proof.how and authority is not None:
        return envelope.set_authenticity(tx, order, DOUBTED, "authority_not_in_force", "server")
    return order


def _doubts(order: Order, arrival: Arrival) -> tuple[str, ...]:
    if order.authenticity.state == DOUBTED:
        return (f"doubt:{order.authenticity.how}",)
    if arrival.channel == MAIL and not order.authenticity.state and arrival.authority_id:
        return ("unsigned",)
    return ()


def _against(rx: Reader, order: Order) -> tuple[str, ...]:
    """Open orders of the same authority and file number that say something else: which holds is asked back.

    What nothing proves contradicts nothing that is proven: a forged letter must not hold up the order that it imitates.
    Source: requirements/contradictory-orders
    """
    if not order.external_ref or not order.authority_id:
        return ()
    found = []
    for other_id in rows.of_reference(rx, order.external_ref, order.authority_id):
        other = envelope.get(rx, other_id)
        weak = order.authenticity.stands and not other.authenticity.stands
        if other.order_id != order.order_id and other.is_open and not weak and _meaning(other) != _meaning(order):
            found.append(f"contradicts:{other.number}")
    return tuple(found[:3])


def _unread(tx: Tx, order: Order, arrival: Arrival) -> tuple[str, ...]:
    """What no machine here reads is named in the case and in the receipt."""
    for one in arrival.papers:
        name = _line(one.name, NAME)
        envelope.add_act(tx, order.order_id, "server", "xml_kept", f"{name}: {_line(one.root, SENDER) or '?'}")
        act = "xml_unread" if not one.fields else "xml_read" if one.whole else "xml_read_partly"
        envelope.add_act(tx, order.order_id, "server", act, _said_in(name, one.fields))
    found = [f"xml:{_mark(one.name)}" for one in arrival.papers[:UNREAD]]
    return (*found, *(f"unreadable:{_mark(name)}" for name in arrival.unread[:UNREAD]))


def _said_in(name: str, fields: Sequence[tuple[str, str]]) -> str:
    """A document's fields as the history shows them, one a line; what they mean a person says."""
    lines = [f"{path} = {_line(words, SHOWN_WORDS)}" for path, words in fields[:SHOWN_FIELDS]]
    more = [f"… +{len(fields) - SHOWN_FIELDS}"] if len(fields) > SHOWN_FIELDS else []
    return "\n".join([name, *lines, *more])


def _mark(name: str) -> str:
    """A name as a code of a flaw bears it."""
    return "_".join(_line(name, 80).split()) or "?"


def _hold(tx: Tx, order_id: int, files: Sequence[tuple[str, str, int]]) -> None:
    """The originals are not swept away."""
    for _, digest, _ in files:
        letters_in.hold(tx, bytes.fromhex(digest), HELD_BELOW - order_id)


def _meaning(order: Order) -> tuple[object, ...]:
    asked = sorted((one.kind, one.text, one.category, one.since, one.until) for one in order.targets)
    return order.instrument, tuple(asked), order.territories


def _before(rx: Reader, arrival: Arrival) -> Order | None:
    """The case that the same message is already; one that bears a known signature, by whatever way it came."""
    ways = CHANNELS if arrival.message_ref.startswith(SIGNED) else (arrival.channel,)
    found = (envelope.by_message(rx, channel, arrival.message_ref) for channel in ways)
    return next((one for one in found if one is not None), None)


def _repeated(tx: Tx, order: Order, arrival: Arrival) -> Received:
    """The same message came before: nothing is doubled, the receipt goes out again, and that is written down."""
    journal.record(tx, "order_repeated", arrival.actor, order.subject, channel=arrival.channel)
    envelope.add_act(tx, order.order_id, arrival.actor, "repeated", arrival.channel)
    if arrival.channel != order.channel and not rows.came_by(tx, order.order_id, arrival.channel):
        rows.add_arrival(tx, order.order_id, arrival.channel, arrival.message_ref, _line(arrival.sender, SENDER))
        _hold(tx, order.order_id, arrival.files)
        envelope.add_files(tx, order.order_id, "message", arrival.files)
        envelope.stirred(tx, order)
    row = rows.receipt(tx, order.order_id)
    if row is None:
        return Received(order, again=True)
    authority = _authority(tx, order.authority_id) if arrival.proof.how else None
    if arrival.reply_to and not row[6] and authority is not None and authority.profile.email:
        # It came by a way without letters first: now there is one, to the address that we know and no other.
        rows.set_reply(tx, order.order_id, authority.profile.email, arrival.reply_ref[:REF])
        row = rows.receipt(tx, order.order_id) or row
        _send_again(tx, order)
    elif arrival.reply_to and row[6] == arrival.reply_to:
        _send_again(tx, order)
    return Received(order, again=True, flaws=tuple(str(row[8]).split()))


def _send_again(tx: Tx, order: Order) -> None:
    rows.send_again(tx, order.order_id)
    tx.announce(Arrived(order.order_id))


def _holder(rx: Reader) -> int:
    """Whose the order is: who is on call and works orders, else any who does, else the first owner; 0 for nobody."""
    everyone = [one for one in operators.everyone(rx) if not one.trial]
    desk = {one.operator_id for one in everyone if one.may(DESK)}
    turns = [one.operator_id for one in rota.on_shift(rx) if one.operator_id in desk]
    named = [one.operator_id for one in everyone if DESK in one.roles]
    owners = [one.operator_id for one in everyone if one.role == operators.OWNER]
    found = [*turns, *named, *owners]
    return found[0] if found else 0


def _page(tx: Tx, order: Order, arrival: Arrival) -> None:
    """Who is on call hears of it at once if life, or an hour, depends on it, else without being woken."""
    instrument = of(order.instrument)
    if order.channel == SYNTHETIC or instrument.family == "test":
        return
    if instrument.family == EMERGENCY or order.urgent:
        kind, urgent = "alert" if order.channel == OWN else "emergency", True
    elif instrument.family == REMOVAL and 0 < instrument.clock.within_s <= 3600:
        kind, urgent = "removal", True
    else:  # nothing here can tell whether an XML certificate asks for an answer within hours; who files a form says it
        kind, urgent = "order", bool(arrival.papers) and order.channel != PORTAL
    subject = order.subject
    if urgent and not order.authenticity.stands and order.channel in (MAIL, DROP, PORTAL):
        try:
            limits.take(tx, "pages:unproven", CALLS_OF_STRANGERS)
        except TooMany:  # people are called all the same, for all of them at once
            subject = "orders:unproven"
    oncall.page(tx, kind, subject, order.number, urgent=urgent)


def _entry_of(rx: Reader, order: Order, before: int) -> int:
    """The journal's entry that says the order came: the one whose inclusion in the log is promised."""
    for no, _, kind, _, subject, _ in entries.after(rx, journal.SHARD, before, 50):
        if kind == "order_received" and subject == order.subject:
            return int(no)
    return 0


def _line(text: str, most: int) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:most]


def _word(text: str) -> str:
    return text if len(text) <= 64 and text.isascii() and text.replace("_", "").isalnum() else ""


def _flag(text: str) -> bool:
    return text.strip().lower() in ("1", "on", "yes", "true", "oui")


def _date(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def _countries(text: str) -> tuple[str, ...]:
    found = [one.strip(",;.").upper() for one in text.replace(",", " ").split()]
    return tuple(dict.fromkeys(one for one in found if len(one) == 2 and one.isascii() and one.isalpha()))
