"""What the demo's month has of courts, emergencies, countries and keys that are not there; through the same doors.

A court that does not exist asks who is behind a number (answered by two people), then who wrote in a room (refused);
an office orders a removal (in effect within the minute); the hotline is tried; keys of a secret chat are demanded,
which nobody has; "pays Exemple" is left and re-entered.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from chappe import control, recovery
from chappe.demo.folk import Person
from chappe.demo.world import World
from chappe.domain import kits, secret
from chappe.domain.auth_keys import Wrapper
from chappe.recovery import KeyBox
from chappe.store import backup, open_sqlite, restore
from chappe.tl import functions as f
from chappe.tl import types as t
from chappe.transparency import keys, rebuild

COURT, OFFICE = "(trial) Tribunal d’Exemple", "(trial) Office central d’Exemple"
"""The first is the one that a visitor plays in the portal."""
COURT_RECIPIENT = "age10yeugm699ydlmadkx7nk4q7g6chmyzv328xka0snvu7tkklw84usnlz2qz"
EXAMPLE = "XX"
DAY_S = 86_400
FORM = {
    "legal_basis": "Code de procédure pénale, art. 60-1", "redress": "Tribunal, dans les deux mois.",
    "reasons": "Trafic de stupéfiants.", "language": "fr", "signed_by": "La greffière",
    "call_back": "+33 1 00 00 00 00",
}  # fmt: skip
NUMBER_BYTES = 256


class Desk:
    """The legal desk of the demo: three people, two authorities, and what they do with each other."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.court = self.office = 0

    async def _does(self, part: str, path: str, **facts: Any) -> Any:
        return await self.world.console(part, "POST", path, facts)

    async def opens(self) -> None:
        """Two authorities register on paper; whoever vouches for them takes no part in what is handed over."""
        kinds = {COURT: ("court", COURT_RECIPIENT), OFFICE: ("remover", "")}
        numbers = []
        for name, (kind, key) in kinds.items():
            said = {"name": name, "country": "FR", "kind": kind, "person": "Greffe", "email": "greffe@example.org",
                    "language": "fr", "age_key": key}  # fmt: skip
            made = await self._does("desk", "/api/authorities", **said)
            number = made["authority_id"]
            mandates = {
                "court": ["dsa_order9", "dsa_order10", "national_requisition", "cryptology_requisition",
                          "preservation", "emergency_disclosure", "informal_wish", "gdpr_request"],
                "remover": ["tco_removal", "fr_lcen_6_1"],
            }[kind]  # fmt: skip
            await self._does(
                "desk", f"/api/authorities/{number}/verify", checks=["letter", "call_back"], mandates=mandates, days=365
            )
            await self._does("desk", f"/api/authorities/{number}/contact")
            numbers.append(number)
        self.court, self.office = numbers

    async def arrives(self, authority: int, instrument: str, *targets: dict[str, Any], **more: str) -> int:
        """An order on paper is entered, and somebody calls back; its number."""
        made = await self._does(
            "second_approver", "/api/orders", instrument=instrument, channel="paper", authority_id=authority,
            sender="Greffe", targets=list(targets), fields={**FORM, **more},
        )  # fmt: skip
        await self.world.settles()
        number = int(made["order_id"])
        await self._does("second_approver", f"/api/orders/{number}/confirm", way="call_back")
        await self.world.settles()
        return number

    async def answers(self, order: int, answer: str, reason: str = "", text: str = "") -> None:
        """The letter goes out."""
        letter = await self._does(
            "second_approver", f"/api/orders/{order}/letters", answer=answer, reason=reason, text=text, language="fr"
        )
        await self._does("second_approver", f"/api/letters/{letter['letter_id']}/send")
        await self.world.settles()

    async def clears(self, order: int) -> None:
        """Every question is answered with yes, and the order is accepted."""
        whole = await self.world.console("second_approver", "GET", f"/api/orders/{order}")
        for check in whole["checks"]:
            await self._does("second_approver", f"/api/orders/{order}/check", code=check["code"], answer="yes")
        await self._does("second_approver", f"/api/orders/{order}/accept")

    async def proposes(self, phone: str, reference: str) -> tuple[int, Any]:
        """Who is behind a number is asked; one person proposes what to hand over: the order, and the proposal."""
        order = await self.arrives(
            self.court, "dsa_order10", {"text": f"+{phone}", "category": "subscriber", "kind": "phone"},
            category="UNSAFE_AND_PROHIBITED_PRODUCTS", keywords="PROHIBITED_PRODUCTS", external_ref=reference,
        )  # fmt: skip
        await self.clears(order)
        return order, await self._does(
            "second_approver", f"/api/orders/{order}/disclosures", note="Name and number of one account."
        )

    async def identifies(self, phone: str) -> None:
        """Another person approves exactly that; it is sealed to the court's key."""
        order, proposed = await self.proposes(phone, "2026/117")
        await self._does(
            "approver", f"/api/disclosures/{proposed['disclosure_id']}/approve", digest=proposed["digest"],
            note="No more than was ordered.",
        )  # fmt: skip
        await self.world.settles()
        await self.answers(order, "executed")

    async def refuses(self, room: str) -> None:
        """Who wrote under a post: far more people than any offence is said to have."""
        order = await self.arrives(
            self.court, "dsa_order10",
            {"text": f"{self.world.address}/{room}", "category": "subscriber", "kind": "link"},
            category="ILLEGAL_OR_HARMFUL_SPEECH", keywords="DEFAMATION", external_ref="2026/131",
            reasons="Des propos diffamatoires auraient été tenus.",
        )  # fmt: skip
        why = "La demande vise toutes les personnes qui ont commenté une déclaration publique, sans dire l’infraction."
        await self.answers(order, "refusal", "disproportionate", why)

    async def removes(self, link: str) -> None:
        """A removal order by telephone takes effect at once, and is looked at afterwards."""
        order = await self.arrives(
            self.office, "tco_removal", {"text": link, "kind": "message_link"}, material="solicits_commission",
            category="RISK_FOR_PUBLIC_SECURITY", keywords="TERRORIST_CONTENT", external_ref="OC-2026-9",
            issued_at=str(int(self.world.clock.now())), legal_basis="Règlement (UE) 2021/784, art. 3",
            reasons="Le message invite à commettre un attentat.", redress="Tribunal administratif, dans les deux mois.",
            signed_by="Le chef de l’office",
        )  # fmt: skip
        await self._does("second_approver", f"/api/orders/{order}/effect")
        await self.world.settles()
        await self._does("second_approver", f"/api/orders/{order}/review")
        await self.world.settles()

    async def drills(self, username: str) -> None:
        """The people on call are tried; one takes the page within a minute."""
        who = await self.world.console("lead", "GET", "/api/me")
        await self._does("lead", f"/api/on-call/people/{who['operator_id']}", account=username)
        self.world.answers = self._takes
        await self._does("lead", "/api/on-call/drill")
        await self.world.settles()

    async def _takes(self) -> None:
        """Whatever rings is taken, within a minute."""
        self.world.clock.moves_to(self.world.clock.now() + 47)
        ringing = await self.world.console("lead", "GET", "/api/on-call/pages")
        for page in ringing["open"]:
            await self._does("lead", f"/api/on-call/pages/{page['page_id']}/take")

    async def whispers(self, first: Person, second: Person) -> None:
        """Two people agree on a key that the server never sees, and say something nobody else can read."""
        chance = self.world.running.rpc.services.entropy
        group = await first.calls(f.messages.GetDhConfig(version=0, random_length=0))
        prime = int.from_bytes(group.p, "big")
        a, b = (int.from_bytes(chance(NUMBER_BYTES), "big") for _ in range(2))
        asked = await first.calls(f.messages.RequestEncryption(
            user_id=t.InputUser(user_id=second.id, access_hash=first.sees(second).access_hash),
            random_id=int.from_bytes(chance(4), "little") >> 1, g_a=_written(pow(group.g, a, prime)),
        ))  # fmt: skip
        theirs = self.world.running.rpc.services.access.hash_for(second.id, secret.MARK + asked.id)
        peer = t.InputEncryptedChat(chat_id=asked.id, access_hash=asked.access_hash)
        there = t.InputEncryptedChat(chat_id=asked.id, access_hash=theirs)
        key = _written(pow(pow(group.g, a, prime), b, prime))
        fingerprint = int.from_bytes(key[-8:], "little", signed=True)
        await second.calls(f.messages.AcceptEncryption(
            peer=there, g_b=_written(pow(group.g, b, prime)), key_fingerprint=fingerprint
        ))  # fmt: skip
        await first.calls(f.messages.SendEncrypted(
            peer=peer, random_id=int.from_bytes(chance(7), "little"), data=key[-8:] + chance(16 + 128)
        ))  # fmt: skip
        await self.world.settles()

    async def has_no_keys(self, phone: str) -> None:
        """The keys of that chat are demanded: there are none, and the answer says so."""
        order = await self.arrives(
            self.court, "cryptology_requisition", {"text": f"+{phone}", "kind": "phone"}, external_ref="2026/140",
            legal_basis="Code de la sécurité intérieure, art. L871-1",
        )  # fmt: skip
        await self.answers(order, "unable_keys", "encrypted_end_to_end")

    async def recovers(self) -> None:
        """Sheets for three people, a sealed backup, and a drill with two of them; the sheets are then forgotten."""
        running, now = self.world.running, int(self.world.clock.now())
        data, chance = running.folder.path, running.rpc.services.entropy
        box, identity = KeyBox.of(data), recovery.Identity.generate(chance)
        sheets = recovery.split(identity, 2, ["Alice", "Bob", "Dave"])
        made = {"needed": 2, "trustees": 3, "recipient": identity.recipient, "digest": box.digest}
        await control.ask(running.config.data, {"act": "recovery_made", **made})
        with tempfile.TemporaryDirectory(prefix="chappe-demo-") as folder:
            sealed, there = Path(folder, "backup.tar.age"), Path(folder, "there")
            await asyncio.to_thread(backup, data, sealed, now, recovery.sealer(identity.recipient))
            found = recovery.combine([" ".join(one.words) for one in sheets[:2]])
            back = await asyncio.to_thread(restore, sealed, there, recovery.opener(found))
            record = await self._tried(there, sealed.stat().st_size, back.files, box.digest)
        await control.ask(running.config.data, {"act": "recovery_record", "record": record})
        await self.world.settles()

    async def _tried(self, there: Path, size: int, files: int, digest: str) -> str:
        """The record of a backup that came back, signed with the key that was in it."""
        clock, chance = self.world.clock, self.world.running.rpc.services.entropy
        signing = keys.open_keys(there / "keys" / "log.keys", "", chance)
        database = open_sqlite(there / "chappe.sqlite", clock)
        try:
            wrapper = Wrapper((there / "keys" / "server.key").read_bytes(), chance)
            sound = await database.read(lambda rx: kits.sound(rx, wrapper))
            log = await rebuild(database, there, signing, chance, unchecked=True)
        finally:
            await database.close()
        assert sound.opens
        drill = recovery.Drill(
            int(clock.now()), size, 2, 2, files, sound.accounts, sound.entries, log.size, digest
        )
        return recovery.signed_record(drill, signing)

    async def leaves(self) -> None:
        """"Pays Exemple" is given notice, with a date for each step."""
        now = int(self.world.clock.now())
        plan = {"closed_to_new": now + DAY_S, "export": now + 2 * DAY_S, "read_only": now + 8 * DAY_S,
                "closed": now + 12 * DAY_S}  # fmt: skip
        await self._asks("leave", part="begin", plan=plan, note="The law there asks for keys that nobody has.")

    async def comes_back(self) -> None:
        """The quarrel is settled: everything is open again."""
        await self._asks("leave", part="open", note="The law was changed.")

    async def _asks(self, act: str, **facts: Any) -> None:
        await control.ask(self.world.running.config.data, {"act": act, "territory": EXAMPLE, **facts})
        await self.world.settles()


def _written(number: int) -> bytes:
    return number.to_bytes(NUMBER_BYTES, "big")
