"""Source: requirements/legal-portal, requirements/synthetic-order

Who of an authority may come in: certificates, passkeys, links; and how each way did lately. By pages and by program.
"""

import re
from pathlib import Path

from tests.console.conftest import Desk
from tests.intake.paper import certificate

from chappe.domain.operators import DESK
from chappe.domain.webauthn import Passkey
from chappe.legal import authorities, members, synthetic_orders
from chappe.legal.authorities import Authority, Profile
from chappe.store.legal import intake as rows

COURT = Profile("Tribunal", "FR", "court", person="Greffe", email="greffe@court.example")


async def court(desk: Desk) -> Authority:
    """An authority that registered itself, with a passkey."""
    key = Passkey(b"k" * 32, b"public", 0)
    return await desk.store.write(lambda tx: members.register(tx, COURT, key, "192.0.2.1", limited=True))


async def test_a_certificate_is_taken_shown_and_ended(desk: Desk, tmp_path: Path) -> None:
    one = await court(desk)
    bob = await desk.at_work("bob", DESK)
    paper = certificate(tmp_path)
    path = f"/authorities/{one.authority_id}/ways-in"
    sent = {"files": {"certificate": ("court.pem", paper, "application/x-pem-file")}, "data": {"do": "add_certificate"}}
    assert (await bob.post(path, **sent)).status_code == 303  # type: ignore[arg-type]
    page = (await bob.get(path)).text
    found = re.search(r'name="fingerprint" value="([0-9a-f]{64})"', page)
    assert found and "CN=court" in page
    again = await bob.post(path, **sent)  # type: ignore[arg-type]
    assert again.status_code == 400 and "This key is known already." in again.text
    junk = {"files": {"certificate": ("x", b"nothing", "text/plain")}, "data": {"do": "add_certificate"}}
    assert "That is no certificate." in (await bob.post(path, **junk)).text  # type: ignore[arg-type]
    await bob.post(path, data={"do": "end_certificate", "fingerprint": found[1]})
    assert 'value="end_certificate"' not in (await bob.get(path)).text


async def test_keys_have_their_code_and_links_are_shown_once(desk: Desk) -> None:
    one = await court(desk)
    bob = await desk.at_work("bob", DESK)
    path = f"/authorities/{one.authority_id}/ways-in"
    page = (await bob.get(path)).text
    assert members.code_of(b"k" * 32) in page and "Greffe" in page
    made = await bob.post(path, data={"do": "invite", "person": "Carol"})
    token = re.search(r"join/([\w-]+)", made.text)
    assert token and token[0] not in (await bob.get(path)).text
    assert await desk.store.read(lambda rx: members.look(rx, token[1].encode(), rx.now)) == (
        await desk.store.read(lambda rx: authorities.get(rx, one.authority_id)), "Carol",
    )  # fmt: skip
    await bob.post(path, data={"do": "end_key", "key": (b"k" * 32).hex()})
    assert await desk.store.read(lambda rx: members.known_key(rx, b"k" * 32)) is None


async def test_who_is_not_of_the_desk_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    one = await court(desk)
    program = await desk.program("carol", "triage")
    base = f"/api/authorities/{one.authority_id}"
    for method, path, said in (
        ("POST", f"{base}/certificates", {"pem": certificate(tmp_path).decode()}),
        ("POST", f"{base}/links", {"person": "Mallory"}),
        ("DELETE", f"{base}/keys/{(b'k' * 32).hex()}", {}),
    ):
        assert (await program.request(method, path, json=said)).status_code == 403
    assert (await program.get(f"{base}/ways-in")).status_code == 403


async def test_a_program_of_the_desk_does_the_same(desk: Desk, tmp_path: Path) -> None:
    one = await court(desk)
    program = await desk.program("bob", DESK)
    base = f"/api/authorities/{one.authority_id}"
    made = await program.post(f"{base}/certificates", json={"pem": certificate(tmp_path).decode()})
    (paper,) = made.json()["certificates"]
    ended = await program.request("DELETE", f"{base}/certificates/{paper['fingerprint']}")
    assert ended.json()["certificates"][0]["ended_at"]
    assert (await program.request("DELETE", f"{base}/keys/nonsense")).status_code == 404


async def test_the_days_of_each_way_are_shown(desk: Desk) -> None:
    day = int(desk.clock.now()) // 86_400
    await desk.store.write(lambda tx: rows.plan_test(tx, day, "mail", "t1", tx.now + 300))
    await desk.store.write(lambda tx: rows.set_test(tx, day, "mail", paged_at=tx.now, fault="OSError"))
    bob = await desk.at_work("bob", DESK)
    page = (await bob.get("/ways-in")).text
    assert "missed, people were called" in page and "OSError" in page
    assert await desk.store.read(lambda rx: synthetic_orders.waits(rx, "t1"))
