"""What we found that threatens a life is told to the authorities by two people. Source: dsa/18, tco/14(5)"""

import re
from pathlib import Path
from typing import Any

import httpx
import pyrage
import pytest
from tests.console.conftest import Desk
from tests.kit.stage import Stage
from tests.safety.conftest import Scene

from chappe.domain import access, oncall, operators, outbox
from chappe.domain.operators import DESK
from chappe.legal import alerts, authorities, envelope
from chappe.legal.authorities import Profile
from chappe.legal.office import Office
from chappe.store import FileStore, Tx
from chappe.tl import functions as f

KEY = pyrage.x25519.Identity.generate()
SAID = {
    "danger": "A person says that they will shoot in a school.", "reason": "They name the school and show the weapon.",
    "happened": "2025-06-15T19:30", "zone": "Europe/Paris", "content": "tomorrow at eight, all of them",
    "place": "Exemple", "lead_1": "@alice_there", "concerned": "offence",
}  # fmt: skip


class Duty:
    """A console with a desk of orders, and alice of the stage, who is found."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        self.stage: Stage = scene.stage
        self.office = Office(
            self.stage.wrapper, "https://chat.example/", "Example", "Association Exemple", "1 rue d’Exemple",
            "desk@example.org", home="FR", mails=True, hosts=("chat.example",),
        )  # fmt: skip
        self.floor = Desk(
            self.stage.store, self.stage.clock, blobs=FileStore(folder, self.stage.clock), safety=scene.desk,
            office=self.office,
        )  # fmt: skip

    async def registers(self, name: str, country: str, by: str, **profile: str) -> int:
        """An authority that somebody registered and vouched for."""

        def act(tx: Tx) -> int:
            found = next(one for one in operators.everyone(tx) if one.name == by)
            who = access.require_moderator(tx, found.operator_id, DESK)
            made = authorities.register(tx, who.actor, Profile(name, country, "police", **profile))
            ends = tx.now + 86_400 * 300
            authorities.verify(tx, who, made.authority_id, ("letter", "call_back"), ("emergency_disclosure",), ends)
            return made.authority_id

        return int(await self.stage.writes(act))

    async def mails(self) -> list[tuple[str, str]]:
        """(address, text) of the letters of the desk that are on their way."""
        letters = await self.stage.writes(outbox.take_due)
        return [(one.address, outbox.unpack(one.payload, self.stage.wrapper.unseal).text) for one in letters]


@pytest.fixture
async def duty(scene: Scene, tmp_path: Path) -> Duty:
    await scene.alice.calls(f.account.UpdateUsername(username="alice_there"))
    return Duty(scene, tmp_path)


async def proposed(duty: Duty, browser: httpx.AsyncClient, **said: Any) -> int:
    answer = await browser.post("/oncall/alerts/new", data={**SAID, **said})
    found = re.fullmatch(r"/oncall/alerts/(\d+)\?said=propose_alert", answer.headers.get("location", ""))
    assert found, answer.text
    return int(found[1])


async def digest(browser: httpx.AsyncClient, number: int) -> str:
    found = re.search(r'name="digest" value="(\w+)"', (await browser.get(f"/oncall/alerts/{number}")).text)
    return found[1] if found else ""


async def test_one_writes_it_and_another_sends_it(duty: Duty) -> None:
    bob = await duty.floor.at_work("bob", "desk")
    carol = await duty.floor.at_work("carol", "desk")
    await duty.registers("Police d’Exemple", "FR", "carol", email="police@example.fr", age_key=str(KEY.to_public()))
    await duty.registers("Polizei Beispiel", "DE", "carol", email="polizei@example.de")
    began = int(duty.stage.clock.now())
    number = await proposed(duty, bob, country="FR")
    order = await duty.stage.reads(lambda rx: envelope.get(rx, number))
    assert (order.instrument, order.channel, order.deadline_at) == ("threat_to_life18", "own", began + 3600)
    (page,) = await duty.stage.reads(oncall.open_pages)
    assert (page.kind, page.subject) == ("alert", f"order:{number}")
    shown = (await bob.get(f"/oncall/alerts/{number}")).text
    said = ("tomorrow at eight, all of them", "2025-06-15 19:30 Europe/Paris", duty.scene.alice.phone, "@alice_there",
            "They name the school", "the offence is there", "Police d’Exemple")  # fmt: skip
    assert [words for words in said if words not in shown] == []
    assert "Polizei Beispiel" not in shown, "the state concerned is known"
    assert await digest(bob, number) == "", "who wrote it cannot send it"
    alert = await duty.stage.reads(lambda rx: alerts.get(rx, number))
    own = await bob.post(f"/oncall/alerts/{number}", data={"do": "confirm", "digest": alert.digest})
    assert own.status_code == 400 and "Another person than who wrote it" in own.text
    assert await duty.mails() == []
    duty.stage.clock.moves(240)
    changed = await carol.post(f"/oncall/alerts/{number}", data={"do": "confirm", "digest": "0" * 32})
    assert changed.status_code == 400
    sent = await carol.post(f"/oncall/alerts/{number}", data={"do": "confirm", "digest": await digest(carol, number)})
    assert sent.headers["location"].endswith("said=alert_confirm")
    ((address, text),) = await duty.mails()
    assert address == "police@example.fr"
    assert "school" not in text, "only who has the key reads it"
    plain = pyrage.decrypt(text.encode(), [KEY]).decode()
    assert "tomorrow at eight, all of them" in plain and duty.scene.alice.phone in plain and order.number in plain
    assert "Article 18 of Regulation (EU) 2022/2065" in plain
    order = await duty.stage.reads(lambda rx: envelope.get(rx, number))
    assert (order.state, order.outcome) == ("replied", "answered")
    assert await duty.stage.reads(oncall.open_pages) == []
    again = await carol.post(f"/oncall/alerts/{number}", data={"do": "confirm", "digest": alert.digest})
    assert again.status_code == 400 and await duty.mails() == []
    assert (await bob.get(f"/oncall/alerts/{number}/1.pdf")).content.startswith(b"%PDF")
    told = await bob.post(f"/oncall/alerts/{number}", data={"do": "told", "no": "1"})
    assert told.headers["location"].endswith("said=alert_told")


async def test_who_does_not_work_orders_learns_of_nobody_by_an_alert(duty: Duty) -> None:
    """Everybody may write one, of whomever: what the records say of that person is for those who send it."""
    bob = await duty.floor.at_work("bob", "triage")
    carol = await duty.floor.at_work("carol", "desk")
    number = await proposed(duty, bob, other_name="Police", other_phone="+33 1 99 00 00 17")
    shown = await bob.get(f"/oncall/alerts/{number}")
    assert shown.status_code == 200 and "must work at the desk" in shown.text
    assert duty.scene.alice.phone not in shown.text
    assert (await bob.get(f"/oncall/alerts/{number}/1.pdf")).status_code == 403
    assert duty.scene.alice.phone in (await carol.get(f"/oncall/alerts/{number}")).text
    assert (await carol.get(f"/oncall/alerts/{number}/1.pdf")).content.startswith(b"%PDF")


async def test_where_the_state_is_unknown_our_own_and_europol_are_told(duty: Duty) -> None:
    bob = await duty.floor.at_work("bob", "desk")
    await duty.floor.at_work("carol", "desk")
    await duty.registers("Police d’Exemple", "FR", "carol", email="police@example.fr")
    await duty.registers("Europol", "NL", "carol", email="alerts@europol.example")
    await duty.registers("Polizei Beispiel", "DE", "carol", email="polizei@example.de")
    number = await proposed(duty, bob, terrorist="1")
    alert = await duty.stage.reads(lambda rx: alerts.get(rx, number))
    assert [one.recipient.name for one in alert.letters] == ["Police d’Exemple", "Europol"]
    assert "Article 14(5) of Regulation (EU) 2021/784" in (await bob.get(f"/oncall/alerts/{number}")).text


async def test_alone_it_goes_after_a_quarter_of_an_hour_and_only_to_whom_others_vouched_for(duty: Duty) -> None:
    bob = await duty.floor.at_work("bob", "desk")
    await duty.floor.at_work("carol", "desk")
    vouched = await duty.registers("Police d’Exemple", "FR", "carol", email="police@example.fr")
    own = await duty.registers("Friends of bob", "FR", "bob", email="friends@example.fr")

    async def alone(number: int) -> httpx.Response:
        alert = await duty.stage.reads(lambda rx: alerts.get(rx, number))
        return await bob.post(f"/oncall/alerts/{number}", data={"do": "alone", "digest": alert.digest})

    number = await proposed(duty, bob, to=str(vouched))
    assert "still being waited for" in (await alone(number)).text
    typed = await proposed(duty, bob, other_name="A friend", other_mail="friend@example.org")
    mine = await proposed(duty, bob, to=str(own))
    duty.stage.clock.moves(901)
    assert (await alone(typed)).status_code == 400
    assert (await alone(mine)).status_code == 400
    assert await duty.mails() == []
    assert (await alone(number)).headers["location"].endswith("said=alert_alone")
    assert [address for address, _ in await duty.mails()] == ["police@example.fr"]
    assert "sent by one person alone" in (await bob.get("/oncall/alerts")).text
    kinds = await duty.stage.reads(lambda rx: rx.all("SELECT kind FROM journal WHERE kind LIKE 'alert%' ORDER BY no"))
    assert [kind for (kind,) in kinds].count("alert_sent") == 1


async def test_where_there_is_no_danger_nothing_goes_out(duty: Duty) -> None:
    bob = await duty.floor.at_work("bob", "desk")
    carol = await duty.floor.at_work("carol", "desk")
    number = await proposed(duty, bob, other_name="Police", other_phone="+33 1 99 00 00 17")
    assert (await carol.post(f"/oncall/alerts/{number}", data={"do": "drop", "why": ""})).status_code == 400
    await carol.post(f"/oncall/alerts/{number}", data={"do": "drop", "why": "a line of a play"})
    assert await duty.mails() == []
    order = await duty.stage.reads(lambda rx: envelope.get(rx, number))
    assert order.state == "replied"
    assert "no danger" in (await bob.get("/oncall/alerts")).text


@pytest.mark.parametrize("name", ["danger", "reason", "happened"])
async def test_what_is_lacking_is_named(duty: Duty, name: str) -> None:
    bob = await duty.floor.at_work("bob", "desk")
    answer = await bob.post("/oncall/alerts/new", data=SAID | {name: "", "other_name": "P", "other_phone": "+331"})
    assert answer.status_code == 400 and 'role="alert"' in answer.text and "@alice_there" in answer.text
    nobody = await bob.post("/oncall/alerts/new", data=SAID)
    assert "Say who is told" in nobody.text
