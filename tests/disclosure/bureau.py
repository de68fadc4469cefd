"""A stage with a desk beside it: people who write to each other, authorities with keys, two who may disclose."""

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyrage
from tests.kit.stage import Person, Stage

from chappe.base.errors import Refusal
from chappe.base.ids import UserId
from chappe.domain.access import Moderator
from chappe.domain.auth import settled
from chappe.domain.operators import APPROVER, DESK
from chappe.legal import approvals, authorities, envelope, screening
from chappe.legal.approvals import Disclosure
from chappe.legal.authorities import Authority, Profile
from chappe.legal.office import Office
from chappe.legal.orders import of
from chappe.legal.records import New, Order, Target
from chappe.legal.signing import Signing
from chappe.legal.works import Works
from chappe.store import FileStore, Reader, Tx

DAY_S = 86_400
REGISTRAR = Moderator("operator:1", 1, frozenset({DESK, APPROVER}))
ALICE = Moderator("operator:2", 2, frozenset({DESK}))
BOB = Moderator("operator:3", 3, frozenset({APPROVER}))
CAROL = Moderator("operator:4", 4, frozenset({DESK, APPROVER}))
SECRET = b"the secret of a server of a play"


class Bureau:
    """The desk; `works.step()` is what its job does."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.folder = folder
        self.office = Office(
            stage.wrapper, "https://chat.example/", "Exemple", operator_contact="desk@chat.example", home="FR",
            hosts=("chat.example",), mails=True, portal="https://desk.chat.example/",
        )  # fmt: skip
        self.signing = Signing(SECRET)
        self.identity = pyrage.x25519.Identity.generate()
        self.restarts()

    def restarts(self) -> None:
        """The server forgets all that it did not store."""
        self.blobs = FileStore(self.folder, self.stage.clock)
        self.works = Works(self.stage.store, self.blobs, self.stage.clock, self.signing, self.office)

    async def authority(self, kind: str = "judge", country: str = "FR", mandates: Sequence[str] = ()) -> Authority:
        """One that was vouched for by the registrar."""
        said = Profile("Tribunal d'Exemple", country, kind, email="greffe@court.example", language="fr",
                       age_key=str(self.identity.to_public()))  # fmt: skip
        found = mandates or (
            "dsa_order10", "epoc", "epoc_pr", "national_requisition", "third_country_request", "preservation",
            "emergency_disclosure", "tco_removal", "dsa_order9", "fr_lcen_6_1", "cryptology_requisition",
        )  # fmt: skip

        def act(tx: Tx) -> Authority:
            made = authorities.register(tx, REGISTRAR.actor, said)
            checks = ("letter", "call_back")
            until = tx.now + 700 * DAY_S
            return authorities.verify(tx, REGISTRAR, made.authority_id, checks, found, until)

        return await self.stage.writes(act)

    async def order(
        self, authority: Authority, *targets: Target, instrument: str = "national_requisition", **said: Any
    ) -> Order:
        """An order that went through every question and is to be carried out."""
        fields = said.pop("fields", None) or {
            "signed_by": "J. Exemple", "issued_at": "1", "offence_three_years": "yes", "enforcing_notified": "yes",
            "enforcing_confirmed": "yes",
            "danger": "a threat", "persons": "one", "call_back": "+33", "treaty": "convention",
            "central_authority": "ministry", "material": "incites", "offence": "drugs",
        }  # fmt: skip
        new = New(
            instrument, "portal", authority_id=authority.authority_id, external_ref=f"PV/{next(self.stage.numbers)}",
            message_ref=f"m{next(self.stage.numbers)}", country=authority.country, language="fr",
            legal_basis="art. 60-1 CPP", reasons="an enquiry", redress="the courts", fields=tuple(fields.items()),
            targets=targets, **said,
        )  # fmt: skip

        def act(tx: Tx) -> Order:
            order = envelope.begin(tx, new)
            order = envelope.set_authenticity(tx, order, "proven", "portal", "server")
            for code in of(instrument).checklist:
                screening.answer(tx, ALICE, order.order_id, code, "yes", "")
            return screening.accept(tx, ALICE, order.order_id, self.office)

        return await self.stage.writes(act)

    async def proposes(self, order: Order, who: Moderator = ALICE, **more: Any) -> Disclosure:
        """What the first person does. Errors: the refusal."""
        return settled(await self.stage.writes(
            lambda tx: approvals.propose(tx, who, order.order_id, self.office, **more)
        ))  # fmt: skip

    async def approves(self, found: Disclosure, who: Moderator = BOB, digest: bytes = b"") -> Disclosure:
        """What the second does. Errors: the refusal."""
        return settled(await self.stage.writes(
            lambda tx: approvals.approve(tx, who, found.disclosure_id, digest or found.digest, self.office)
        ))  # fmt: skip

    async def refused(self, what: Any) -> str:
        """The reason of a refusal."""
        try:
            await what
        except Refusal as refusal:
            return refusal.reason
        raise AssertionError("it was not refused")

    async def hands_over(self, order: Order) -> Disclosure:
        """Proposed by one, approved by another, built."""
        found = await self.approves(await self.proposes(order))
        await self.settles()
        return await self.disclosure(found.disclosure_id)

    async def disclosure(self, disclosure_id: int) -> Disclosure:
        """As it stands."""
        return await self.stage.reads(lambda rx: approvals.get(rx, disclosure_id))

    async def settles(self) -> None:
        """What is due is done."""
        self.works.look_thoroughly()
        while await self.works.step():
            self.works.look_thoroughly()
        await self.stage.settles()

    def opens(self, found: Disclosure, identity: Any = None) -> "Package":
        """What the authority finds in it."""
        sealed = b"".join(self.blobs.stream(found.sha256))
        return Package(zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [identity or self.identity]))))

    async def kinds(self, kind: str) -> list[dict[str, Any]]:
        """The facts of the journal's entries of a kind."""

        def query(rx: Reader) -> list[dict[str, Any]]:
            rows = rx.all("SELECT data, actor FROM journal WHERE kind = ? ORDER BY no", (kind,))
            return [{**json.loads(data), "actor": actor} for data, actor in rows]

        return await self.stage.reads(query)

    async def written(self, person: Person) -> list[str]:
        """What stands in the person's chat with the server."""
        user = UserId(person.id)
        rows = await self.stage.reads(lambda rx: rx.all(
            "SELECT id FROM messages WHERE owner_id = ? AND peer_id = 777000 ORDER BY id", (user,)
        ))  # fmt: skip
        from chappe.domain import personal

        found = [await self.stage.reads(lambda rx, i=row[0]: personal.message(rx, user, i)) for row in rows]
        return [one.content.message for one in found if one is not None]  # type: ignore[union-attr]


class Package:
    """A package that was opened."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self.file = file
        self.manifest = json.loads(file.read("manifest.json"))

    def records(self, category: str) -> list[dict[str, Any]]:
        """The records of every piece of the category."""
        names = [one["name"] for one in self.manifest["pieces"] if one["category"] == category]
        return [json.loads(line) for name in names for line in self.file.read(name).splitlines()]


def account(person: Person, category: str, since: int = 0, until: int = 0) -> Target:
    """The person's number, as an authority names it."""
    return Target("phone", f"+{person.phone}", category, since, until)
