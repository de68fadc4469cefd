"""The legal desk in plays: an office, authorities that were vouched for, orders as they come in."""

from dataclasses import replace
from typing import Any

from tests.kit.moderation import somebody
from tests.kit.stage import Stage

from chappe.domain.access import Moderator
from chappe.legal import authorities, envelope, screening
from chappe.legal.authorities import Authority, Profile
from chappe.legal.office import Office
from chappe.legal.orders import INSTRUMENTS, of
from chappe.legal.records import MAIL, PROVEN, New, Order, Target
from chappe.legal.working import Working
from chappe.store import Tx

AGE_KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
YEAR_S = 365 * 86_400
FULL = {
    "issued_at": "1790000000", "signed_by": "The judge", "material": "incites", "offence": "drugs",
    "danger": "A threat.",
    "persons": "Somebody.", "call_back": "+33 1 00 00 00 00", "questions": "How many?", "right": "access",
    "wish": "Please look.", "treaty": "A treaty", "central_authority": "The ministry", "offence_three_years": "1",
    "enforcing_notified": "1",
}  # fmt: skip
"""Every field that some form asks."""


class Bench:
    """The desk of a stage: who works there, and what arrives."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.office = Office(
            stage.rpc.services.wrapper, "https://chat.example/", "Example", "Example Association",
            "1 rue Exemple, Paris", "contact@chat.example", "orders@chat.example", "FR", "https://portal.example/",
            hosts=("chat.example",),
        )  # fmt: skip
        self.working = Working(self.office, stage.entropy)
        self.count = 0

    async def officer(self, name: str = "officer", *roles: str) -> Moderator:
        """Somebody who works orders."""
        return await self.stage.writes(lambda tx: somebody(tx, name, roles or ("desk",)))

    async def authority(
        self, who: Moderator, kind: str = "remover", country: str = "FR", name: str = "", mandates: Any = None,
        **more: Any,
    ) -> Authority:  # fmt: skip
        """An authority that was checked, and that may use these instruments."""

        def act(tx: Tx) -> Authority:
            said = Profile(name or f"{kind} of {country}", country, kind, language="fr", age_key=AGE_KEY, **more)
            made = authorities.register(tx, "server", said)
            wanted = mandates or tuple(INSTRUMENTS)
            return authorities.verify(
                tx, who, made.authority_id, ("letter", "call_back"), wanted, tx.now + YEAR_S
            )

        return await self.stage.writes(act)

    async def first_contact(self, authority: Authority, before_s: int = 30 * 86_400) -> None:
        """The authority explained procedure and deadlines so long ago."""
        await self.stage.writes(lambda tx: authorities.contacted(tx, authority.authority_id, tx.now - before_s))

    def new(self, instrument: str, authority: Authority | None, *targets: Target, **more: Any) -> New:
        """An order whose form is complete."""
        self.count += 1
        said: dict[str, Any] = {
            "channel": MAIL, "sender": "judge@justice.example", "message_ref": f"<{self.count}@justice.example>",
            "external_ref": f"2026/{self.count}", "legal_basis": "Art. 421-2-5 CP", "reasons": "It breaks the law.",
            "redress": "The administrative court, within two months.", "language": "fr",
            "fields": tuple((one.name, FULL[one.name]) for one in of(instrument).fields if one.name in FULL),
        }  # fmt: skip
        if authority is not None:
            said |= {"authority_id": authority.authority_id, "country": authority.country}
        return replace(New(instrument, targets=targets, channel=MAIL), **(said | more))

    async def arrives(self, instrument: str, authority: Authority | None, *targets: Target, **more: Any) -> Order:
        """The order came in by a proven channel, has its receipt, and was taken up."""
        proven = more.pop("proven", True)
        new = self.new(instrument, authority, *targets, **more)

        def act(tx: Tx) -> Order:
            order = envelope.begin(tx, new)
            if proven:
                order = envelope.set_authenticity(tx, order, PROVEN, "signature", "server")
            return envelope.acknowledge(tx, order)

        order = await self.stage.writes(act)
        await self.works()
        return await self.order(order)

    async def order(self, order: Order) -> Order:
        """The order as it stands now."""
        return await self.stage.reads(lambda rx: envelope.get(rx, order.order_id))

    async def works(self) -> None:
        """All that falls due by itself is done."""
        while await self.working.step(self.stage.store):
            pass

    async def clears(self, who: Moderator, order: Order) -> None:
        """Every question of the checklist is answered with yes."""

        def act(tx: Tx) -> None:
            for code in of(order.instrument).checklist:
                screening.answer(tx, who, order.order_id, code, screening.YES, "")

        await self.stage.writes(act)

    async def acts(self, order: Order) -> list[str]:
        """What happened to the order, by its words."""
        return [one.act for one in await self.stage.reads(lambda rx: envelope.history(rx, order.order_id))]


def link(path: str) -> Target:
    """A link of this server, with nothing asked."""
    return Target("message_link" if "/" in path else "link", f"https://chat.example/{path}")
