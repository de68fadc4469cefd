"""How long an order stays secret: as long as it says, and no longer than its law or the profile of its country allows.

Source: dsa/10(5), tco/11, requirements/legal-telling
Where national law sets no end there is one all the same, of the territory profile: then people are told, unless an
authority that may prolonged it before, by an act with its ground. Whoever works orders is told in time.
"""

from dataclasses import dataclass

from chappe.base.errors import Invalid
from chappe.domain import journal, retention
from chappe.legal import clocks
from chappe.legal.orders import INSTRUMENTS, of
from chappe.legal.orders.form import AT_EXECUTION
from chappe.legal.records import Order
from chappe.store import Reader, Tx
from chappe.store.legal import orders as rows

SOON_S = 14 * 86_400
"""So long before its end it is said that a secrecy ends; of a short one in its last quarter."""
AT_ONCE = 200


def first(rx: Reader, instrument: str, country: str) -> int:
    """How long after its receipt such an order stays secret at most; 0 where we tell nobody anyway."""
    found = of(instrument)
    if found.tells != AT_EXECUTION:
        return 0
    return found.longest_secrecy_s or retention.secrecy(rx, country).seconds


def cut(rx: Reader, until: int, instrument: str, country: str, received: int, allowed: int = 0) -> int:
    """The date until which it may stay secret of what was asked. Shape: allowed is what was granted already."""
    longest = first(rx, instrument, country)
    return min(until, max(received + longest, allowed)) if longest else until


def prolonged_by(rx: Reader, order: Order) -> tuple[str, ...]:
    """Kinds of authority whose act prolongs the secrecy of the order; none where its own law says how long."""
    found = of(order.instrument)
    by_profile = found.tells == AT_EXECUTION and not found.longest_secrecy_s
    return retention.secrecy(rx, order.country).prolonged_by if by_profile else ()


def require(rx: Reader, order: Order, until: int, basis: str, by: str) -> bool:
    """It may be secret until then; True if that prolongs it. Shape: by is the kind of authority whose act that is.

    Source: tco/11. Errors: Invalid order_secrecy_invalid: no ground, in the past, or longer than the instrument allows
    once and once more, or the profile from now on; order_secrecy_prolonger: not by an authority that may.
    """
    longest = of(order.instrument).longest_secrecy_s
    if until < rx.now or not basis.strip() or (longest and until > order.received_at + 2 * longest):
        raise Invalid("order_secrecy_invalid")
    kinds = prolonged_by(rx, order)
    term = first(rx, order.instrument, order.country)
    if not kinds or until <= max(order.received_at + term, order.secrecy_until):
        return False
    if until > rx.now + term:
        raise Invalid("order_secrecy_invalid")
    if by not in kinds:
        raise Invalid("order_secrecy_prolonger")
    return True


def watch(tx: Tx, order_id: int, instrument: str, until: int) -> None:
    """Its end is a date that rings; where people are told by us then, so is some time before."""
    if until <= tx.now:
        return
    rows.set_alarm(tx, order_id, clocks.SECRECY, until)
    if of(instrument).tells == AT_EXECUTION:
        rows.set_alarm(tx, order_id, clocks.SECRECY_SOON, until - min(SOON_S, (until - tx.now) // 4))


@dataclass(frozen=True, slots=True)
class Beyond:
    """An order whose secrecy lies further ahead than the profile of its country allows from now on."""

    order_id: int
    instrument: str
    until: int
    allowed: int


def beyond(rx: Reader) -> list[Beyond]:
    """All of them: ordered before there was a bound, or before their profile set a nearer one."""
    bounded = [code for code, one in INSTRUMENTS.items() if one.tells == AT_EXECUTION and not one.longest_secrecy_s]
    allowed: dict[str, int] = {}
    found = []
    for order_id, instrument, country, until in rows.secret_beyond(rx, rx.now, bounded):
        if country not in allowed:
            allowed[country] = rx.now + first(rx, instrument, country)
        if until > allowed[country]:
            found.append(Beyond(order_id, instrument, until, allowed[country]))
    return found


def cut_down(tx: Tx) -> int:
    """Some of them are brought nearer, never to an end at once; how many. After: journal order_secrecy_set for each."""
    found = beyond(tx)[:AT_ONCE]
    for one in found:
        rows.change(tx, one.order_id, {"secrecy_until": one.allowed})
        watch(tx, one.order_id, one.instrument, one.allowed)
        rows.add_act(tx, one.order_id, "server", "secrecy_cut", str(one.until))
        journal.record(tx, "order_secrecy_set", "server", f"order:{one.order_id}", until=one.allowed)
    return len(found)
