"""Source: requirements/legal-packages, evidence/3(9), dsa/10(1). What is handed over, to whom, and for how long."""

import base64
import json
from hashlib import sha256

import pyrage
import pytest
from tests.disclosure.bureau import DAY_S, Bureau, account
from tests.kit.entries import entries
from tests.kit.stage import Person, Stage

from chappe.base.errors import Invalid, NotFound, Refusal, TooMany
from chappe.base.ids import PeerId
from chappe.domain import files, personal
from chappe.domain.limits import Rate
from chappe.legal import approvals, envelope, packages, straying
from chappe.legal.records import Target
from chappe.legal.signing import verifies
from chappe.tl import functions as f
from chappe.tl import types as t


async def test_an_order_for_identity_is_answered_with_identity_alone(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    await bob.says(alice, "nobody's business")
    authority = await bureau.authority()
    now = int(stage.clock.now())
    order = await bureau.order(
        authority, account(alice, "subscriber"), account(alice, "identification", now - DAY_S, now)
    )
    found = await bureau.hands_over(order)
    assert (found.state, found.proposed_by, found.decided_by) == ("ready", 2, 3)
    package = bureau.opens(found)
    [who] = package.records("subscriber")
    assert (who["user_id"], who["phone"], who["first_name"]) == (alice.id, alice.phone, "Alice")
    [where] = package.records("identification")
    assert (where["ip"], where["first_seen"], where["last_seen"]) == ("192.0.2.1", now, now)
    everything = b"".join(package.file.read(name) for name in package.file.namelist())
    assert b"nobody's business" not in everything and bob.phone.encode() not in everything
    [target, _] = package.manifest["targets"]
    assert target["matches"] == [
        {"key": f"account:{alice.id}", "how": "phone", "facts": {"phone": f"+{alice.phone}"}},
    ]
    order = await stage.reads(lambda rx: envelope.get(rx, order.order_id))
    assert (order.state, order.effect_at, order.people) == ("executed", now, 1)


async def test_the_manifest_is_signed_and_names_every_file(bureau: Bureau, alice: Person) -> None:
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"))
    found = await bureau.hands_over(order)
    package = bureau.opens(found)
    data = package.file.read("manifest.json")
    signature = base64.b64decode(package.file.read("manifest.sig"))
    assert verifies(bureau.signing.public, data, signature) and (data, signature) == (found.manifest, found.signature)
    assert not verifies(bureau.signing.public, data + b" ", signature)
    listed = {one["name"]: (one["sha256"], one["size_bytes"]) for one in package.manifest["files"]}
    for name in set(package.file.namelist()) - {"manifest.json", "manifest.sig"}:
        content = package.file.read(name)
        assert listed.pop(name) == (sha256(content).hexdigest(), len(content)), name
    assert not listed
    assert package.file.read("summary.pdf").startswith(b"%PDF-")
    assert sha256(b"".join(bureau.blobs.stream(found.sha256))).digest() == found.sha256


async def test_only_the_authoritys_key_opens_it(bureau: Bureau, alice: Person) -> None:
    found = await bureau.hands_over(await bureau.order(await bureau.authority(), account(alice, "subscriber")))
    with pytest.raises(pyrage.DecryptError):
        bureau.opens(found, pyrage.x25519.Identity.generate())
    sealed = b"".join(bureau.blobs.stream(found.sha256))
    assert sealed.startswith(b"age-encryption.org/v1") and alice.phone.encode() not in sealed


async def test_content_is_that_of_the_times_ordered(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person, carol: Person
) -> None:
    await alice.says(bob, "too early")
    stage.clock.moves(DAY_S)
    start = int(stage.clock.now())
    await alice.says(bob, "in time")
    await carol.says(alice, "to her")
    await carol.says(bob, "of others")
    stage.clock.moves(DAY_S)
    await alice.says(bob, "too late")
    order = await bureau.order(await bureau.authority(), account(alice, "content", start, start + 3600))
    said = [one.get("text") for one in bureau.opens(await bureau.hands_over(order)).records("content")]
    assert said == ["in time", "to her"]
    traffic = await bureau.order(await bureau.authority(), account(alice, "traffic", start, start + 3600))
    found = bureau.opens(await bureau.hands_over(traffic)).records("traffic")
    records = [one for one in found if one["kind"] == "message"]
    assert [(one["from"], one["chat"]) for one in records] == [
        (f"user:{alice.id}", f"user:{bob.id}"), (f"user:{carol.id}", f"user:{carol.id}"),
    ]  # fmt: skip
    assert not any("text" in one for one in records)


async def test_what_comes_after_the_order_is_not_its(bureau: Bureau, stage: Stage, alice: Person, bob: Person) -> None:
    start = int(stage.clock.now())
    await alice.says(bob, "before")
    order = await bureau.order(await bureau.authority(), account(alice, "content", start, start + 30 * DAY_S))
    stage.clock.moves(3600)
    await alice.says(bob, "after")
    said = [one.get("text") for one in bureau.opens(await bureau.hands_over(order)).records("content")]
    assert said == ["before"]


async def test_what_is_past_its_date_is_not_handed_over(bureau: Bureau, stage: Stage, alice: Person) -> None:
    stage.clock.moves(91 * DAY_S)
    order = await bureau.order(await bureau.authority(), account(alice, "identification", 1, int(stage.clock.now())))
    # The row is still there: nobody cleared it away.
    assert (await stage.reads(lambda rx: rx.one("SELECT COUNT(*) FROM connections"))) == (1,)
    found = await bureau.hands_over(order)
    assert (found.state, found.sha256) == ("empty", b"")
    assert (await stage.reads(lambda rx: envelope.get(rx, order.order_id))).state == "impossible"
    assert not list(bureau.blobs.iterate())


async def test_another_authority_gets_nothing_and_that_is_known(bureau: Bureau, stage: Stage, alice: Person) -> None:
    mine, other = await bureau.authority(), await bureau.authority()
    found = await bureau.hands_over(await bureau.order(mine, account(alice, "subscriber")))

    async def fetches(authority_id: int) -> packages.Fetched | Refusal:
        actor = f"authority:{authority_id}"
        return await stage.writes(lambda tx: packages.fetch(tx, found.disclosure_id, authority_id, actor))

    refused = await fetches(other.authority_id)
    assert isinstance(refused, Refusal) and refused.reason == "disclosure_unknown", "as if there were none"
    [denied] = await bureau.kinds("disclosure_denied")
    assert (denied["actor"], denied["reason"]) == (other.subject, "disclosure_not_yours")
    got = await fetches(mine.authority_id)
    assert isinstance(got, packages.Fetched) and got.sha256 == found.sha256
    log = [(one.actor, one.act) for one in await stage.reads(lambda rx: approvals.history(rx, found.disclosure_id))]
    assert log == [
        ("operator:2", "proposed"), ("operator:3", "approved"), ("server", "built"), (other.subject, "denied"),
        (mine.subject, "fetched"),
    ]  # fmt: skip


async def test_who_guesses_packages_learns_nothing_and_fills_no_journal(
    bureau: Bureau, stage: Stage, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another's package, none at all, a number beyond every one: one answer, written down, and not without end."""
    monkeypatch.setattr(packages, "READINGS", Rate(3, 3600))
    mine, other = await bureau.authority(), await bureau.authority()
    found = await bureau.hands_over(await bureau.order(mine, account(alice, "subscriber")))
    for deed in (packages.fetch, packages.confirm):
        for guess in (found.disclosure_id, 77, 0, 2**63, 9**40):
            said = await stage.writes(lambda tx, d=deed, g=guess: d(tx, g, other.authority_id, other.subject))  # type: ignore[misc]
            assert isinstance(said, NotFound) and (said.reason, said.facts) == ("disclosure_unknown", {})
    denied = await bureau.kinds("disclosure_denied")
    assert [one["reason"] for one in denied].count("disclosure_not_yours") == 2 and len(denied) == 10
    for _ in range(15):
        await stage.writes(lambda tx: packages.fetch(tx, found.disclosure_id, other.authority_id, other.subject))
    assert len(await bureau.kinds("disclosure_denied")) == straying.WRITTEN.most
    log = [one.act for one in await stage.reads(lambda rx: approvals.history(rx, found.disclosure_id))]
    assert log.count("denied") == 2 + straying.WRITTEN.most - 10
    heard = await stage.reads(lambda rx: rx.all("SELECT subject FROM pages WHERE kind = 'straying'"))
    assert heard == [(other.subject,)], "and people hear of it, once"
    for _ in range(packages.READINGS.most):
        await stage.writes(lambda tx: packages.fetch(tx, found.disclosure_id, mine.authority_id, mine.subject))
    more = await stage.writes(lambda tx: packages.fetch(tx, found.disclosure_id, mine.authority_id, mine.subject))
    assert isinstance(more, TooMany) and len(await bureau.kinds("disclosure_fetched")) == packages.READINGS.most


async def test_posts_in_the_name_of_a_room_are_found_by_who_wrote_them(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    start = int(stage.clock.now())
    made = (await alice.calls(f.channels.CreateChannel(broadcast=True, title="Les nouvelles", about=""))).chats[0]
    room = t.InputPeerChannel(channel_id=made.id, access_hash=made.access_hash)
    for number, text in enumerate(("a post", "taken back", "a second one"), 1):
        await alice.calls(f.messages.SendMessage(peer=room, message=text, random_id=number))
    there = t.InputChannel(channel_id=made.id, access_hash=made.access_hash)
    gone = (await alice.calls(f.channels.GetMessages(channel=there, id=[t.InputMessageID(id=3)]))).messages[0]
    assert gone.message == "taken back"
    await alice.calls(f.channels.DeleteMessages(channel=there, id=[gone.id]))
    await alice.calls(f.channels.LeaveChannel(channel=there))  # what she wrote stays hers
    asked = [account(who, kind, start, start + 60) for who in (alice, bob) for kind in ("traffic", "content")]
    package = bureau.opens(await bureau.hands_over(await bureau.order(await bureau.authority(), *asked)))
    written = [one for one in package.records("traffic") if one["kind"] == "message" and one.get("what") == "text"]
    assert [(one["chat"], one["from"]) for one in written if one["chat"].startswith("room:")] == [
        (f"room:-100{made.id:010}", f"user:{alice.id}")
    ] * 2
    said = [one["text"] for one in package.records("content") if str(one.get("chat", "")).startswith("room:")]
    assert said == ["a post", "a second one"], "each once, and in nobody else's name"


@pytest.mark.parametrize("window", [1, 2, 5000])
async def test_what_somebody_wrote_in_rooms_they_left_is_found(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    """However many rooms lie between; of others' words nothing, and in rooms they only read nothing."""
    monkeypatch.setattr(personal, "ROOMS", window)
    start = int(stage.clock.now())
    for number, title in enumerate(("Before", "The market", "Only read", "Between", "The square"), 1):
        made = (await alice.calls(f.channels.CreateChannel(megagroup=True, title=title, about=""))).chats[0]
        there = t.InputChannel(channel_id=made.id, access_hash=made.access_hash)
        await alice.calls(f.channels.InviteToChannel(channel=there, users=[alice.knows(bob)]))
        mine, theirs = (stage.access.hash_for(who.id, PeerId(-(10**12) - made.id)) for who in (alice, bob))
        room = t.InputPeerChannel(channel_id=made.id, access_hash=mine)
        await alice.calls(f.messages.SendMessage(peer=room, message=f"of alice in {title}", random_id=number))
        if title.startswith("The"):
            room = t.InputPeerChannel(channel_id=made.id, access_hash=theirs)
            await bob.calls(f.messages.SendMessage(peer=room, message=f"of bob in {title}", random_id=number))
        if title != "The square":
            await bob.calls(f.channels.LeaveChannel(channel=t.InputChannel(channel_id=made.id, access_hash=theirs)))
    asked = [account(bob, kind, start, start + 60) for kind in ("traffic", "content")]
    package = bureau.opens(await bureau.hands_over(await bureau.order(await bureau.authority(), *asked)))
    told = [one for one in package.records("content") if str(one.get("chat", "")).startswith("room:")]
    assert [one["text"] for one in told if "text" in one] == ["of bob in The market", "of bob in The square"]
    assert {one["from"] for one in told} == {f"user:{bob.id}"}
    sizes = [one for one in package.records("traffic") if one["kind"] == "message" and one.get("what") == "text"]
    assert len(sizes) == 2


async def test_a_package_is_destroyed_at_its_date_whether_it_was_fetched_or_not(
    bureau: Bureau, stage: Stage, alice: Person
) -> None:
    authority = await bureau.authority()
    found = await bureau.hands_over(await bureau.order(authority, account(alice, "subscriber")))
    assert found.expires == int(stage.clock.now()) + 30 * DAY_S
    stage.clock.moves(30 * DAY_S - 1)
    await bureau.settles()
    assert list(bureau.blobs.iterate())
    stage.clock.moves(1)
    # Past its date, and the job did not run yet.
    late = await stage.writes(lambda tx: packages.fetch(tx, found.disclosure_id, authority.authority_id, "authority:1"))
    assert isinstance(late, Refusal) and late.reason == "disclosure_over"
    bureau.restarts()
    await bureau.settles()
    found = await bureau.disclosure(found.disclosure_id)
    assert (found.state, found.sha256, list(bureau.blobs.iterate())) == ("destroyed", b"", [])
    assert len(await bureau.kinds("disclosure_destroyed")) == 1


async def test_who_confirms_has_it_destroyed_at_once(bureau: Bureau, stage: Stage, alice: Person) -> None:
    authority = await bureau.authority()
    found = await bureau.hands_over(await bureau.order(authority, account(alice, "subscriber")))
    mine = (found.disclosure_id, authority.authority_id, authority.subject)
    early = await stage.writes(lambda tx: packages.confirm(tx, *mine))
    assert isinstance(early, Refusal) and early.reason == "disclosure_not_fetched"
    await stage.writes(lambda tx: packages.fetch(tx, *mine))
    await stage.writes(lambda tx: packages.confirm(tx, *mine))
    kinds = ("disclosure_fetched", "disclosure_confirmed")
    assert await stage.reads(entries(*kinds)) == [(kind, authority.subject, found.subject) for kind in kinds]
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "destroyed"
    assert not list(bureau.blobs.iterate())


async def test_a_package_is_no_stray_file(bureau: Bureau, stage: Stage, alice: Person) -> None:
    found = await bureau.hands_over(await bureau.order(await bureau.authority(), account(alice, "subscriber")))
    assert await stage.reads(lambda rx: files.unheld(rx, [found.sha256, bytes(32)])) == [bytes(32)]


async def test_what_fails_leaves_nothing_and_is_tried_again(
    bureau: Bureau, stage: Stage, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await bureau.order(await bureau.authority(), account(alice, "subscriber"))
    found = await bureau.approves(await bureau.proposes(order))

    def broken(*given: object) -> bytes:
        raise Invalid("nothing_works")

    with monkeypatch.context() as patch:
        patch.setattr("chappe.legal.summary.printed", broken)
        await bureau.settles()
    assert not list(bureau.blobs.iterate())
    assert (await bureau.disclosure(found.disclosure_id)).state == "approved"
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "approved"  # not yet due again
    bureau.restarts()
    stage.clock.moves(120)
    await bureau.settles()
    assert (await bureau.disclosure(found.disclosure_id)).state == "ready"


async def test_partly_found_is_partly_answered(bureau: Bureau, stage: Stage, alice: Person) -> None:
    authority = await bureau.authority()
    order = await bureau.order(
        authority, account(alice, "subscriber"), Target("username", "nobody_of_that_name", "subscriber")
    )
    package = bureau.opens(await bureau.hands_over(order))
    assert [len(one["matches"]) for one in package.manifest["targets"]] == [1, 0]
    order = await stage.reads(lambda rx: envelope.get(rx, order.order_id))
    assert order.state == "partially_executed"




SEVERE = {"signed_by": "J. Exemple", "issued_at": "1", "offence_three_years": "yes", "enforcing_notified": "yes"}


async def test_what_another_authority_may_object_to_waits_for_its_days(
    bureau: Bureau, stage: Stage, alice: Person, bob: Person
) -> None:
    """Source: evidence/10. Content of a production order leaves at the end of the ten days, or when it is confirmed."""
    await alice.says(bob, "in question")
    start = int(stage.clock.now())
    wanted, authority = account(alice, "content", start), await bureau.authority()
    first = await bureau.order(authority, wanted, instrument="epoc", fields=SEVERE)
    other = await bureau.order(authority, wanted, instrument="epoc", fields=SEVERE)
    assert [(await bureau.hands_over(one)).state for one in (first, other)] == ["approved"] * 2
    stage.clock.moves(3 * DAY_S)
    fields = tuple((SEVERE | {"enforcing_confirmed": "yes"}).items())
    await stage.writes(lambda tx: tx.run(
        "UPDATE orders SET fields = ? WHERE order_id = ?", (json.dumps(dict(fields)).encode(), other.order_id)
    ))  # fmt: skip
    await bureau.settles()
    states = await stage.reads(lambda rx: [approvals.of_order(rx, one.order_id)[0].state for one in (first, other)])
    assert states == ["approved", "ready"]
    bureau.restarts()
    stage.clock.moves(7 * DAY_S - 301)
    await bureau.settles()
    assert (await stage.reads(lambda rx: approvals.of_order(rx, first.order_id)))[0].state == "approved"
    stage.clock.moves(1)
    await bureau.settles()
    assert (await stage.reads(lambda rx: approvals.of_order(rx, first.order_id)))[0].state == "ready"
    assert first.deadline_at - int(stage.clock.now()) == 300


async def test_an_emergency_and_mere_identity_wait_for_nobody(bureau: Bureau, stage: Stage, alice: Person) -> None:
    start, authority = int(stage.clock.now()), await bureau.authority()
    asked = account(alice, "traffic", start)
    urgent = await bureau.order(authority, asked, instrument="epoc", fields=SEVERE, urgent=True)
    mere = await bureau.order(authority, account(alice, "subscriber"), instrument="epoc", fields=SEVERE)
    assert [(await bureau.hands_over(one)).state for one in (urgent, mere)] == ["ready"] * 2


@pytest.mark.parametrize("when", ["proposed", "approved", "ready"])
async def test_what_was_taken_back_is_not_handed_over(
    bureau: Bureau, stage: Stage, alice: Person, when: str
) -> None:
    authority = await bureau.authority()
    order = await bureau.order(authority, account(alice, "subscriber"))
    found = await bureau.proposes(order)
    if when != "proposed":
        found = await bureau.approves(found)
    if when == "ready":
        await bureau.settles()
    mine = (found.disclosure_id, authority.authority_id, authority.subject)
    gone = "withdrawn_by_authority"
    await stage.writes(lambda tx: envelope.move(tx, envelope.get(tx, order.order_id), gone, "server"))
    if when == "ready":  # before the job comes round
        late = await stage.writes(lambda tx: packages.fetch(tx, *mine))
        assert isinstance(late, Refusal) and late.reason == "order_withdrawn"
    await bureau.settles()
    state = (await bureau.disclosure(found.disclosure_id)).state
    assert state == ("destroyed" if when == "ready" else "withdrawn")
    assert not list(bureau.blobs.iterate())
    assert len(await bureau.kinds("disclosure_withdrawn")) == 1
