"""Media on public surfaces is compared with lists and with what was removed; closed chats are not looked into.

Source: requirements/hash-matching, requirements/scanning-scope
"""

import io
from collections.abc import AsyncIterator
from hashlib import md5, sha256
from pathlib import Path

import pytest
from PIL import Image
from tests.kit.moderation import decide
from tests.kit.rooms import Hall, hall, texts
from tests.kit.stage import Person, Stage
from tests.media.test_hashes import packed
from tests.media.test_hashes import scene as scene_picture
from tests.media.test_process import bomb
from tests.safety.conftest import Scene
from tests.safety.watched import Watch, market, watched
from tests.talk.test_files import upload
from tests.talk.test_room_files import attaches

from chappe.base.errors import Conflict, Invalid, NotFound
from chappe.base.ids import UserId
from chappe.domain import decisions, territories, territory_profiles
from chappe.domain.operators import MODERATOR
from chappe.domain.rulings import Ground, Item
from chappe.jobs import collecting
from chappe.media import HashProcess, MediaProcess
from chappe.safety import cases, findings, lists, scanning, watching
from chappe.safety.hash_files import Entry, Read, read
from chappe.safety.hashing import forget_gone
from chappe.safety.lists import Wish
from chappe.store import Tx
from chappe.store.safety import hashes
from chappe.tl import functions as f
from chappe.tl import types as t

pytestmark = pytest.mark.slow

GROUND = Ground("terms", "3.5", 1, "The media is in a list of known media.")
DATA = b"a listed file " * 500


@pytest.fixture
async def watch(stage: Stage, tmp_path: Path) -> AsyncIterator[Watch]:
    """The stage with files, gate, watcher and the real hashing process."""
    async with watched(stage, tmp_path) as found, MediaProcess(tmp_path / "decode") as media:
        stage.services.blobs, stage.services.media = found.shelf, media
        yield found


def wish(name: str = "Known fakes", **fields: object) -> Wish:
    said = {"category": "SCAMS_AND_FRAUD", "keyword": "PHISHING", "effect": "case", "ground": GROUND}
    return Wish(name, "file of a neighbour, November", **(said | fields))  # type: ignore[arg-type]


async def listed(watch: Watch, text: str, name: str = "Known fakes", **fields: object) -> lists.HashList:
    return await lists.add(watch.stage.store, wish(name, **fields), read(text), "operator:1")


async def photo(person: Person, room: Hall, data: bytes, number: int) -> t.Message:
    """The data as a photo in the room."""
    media = t.InputMediaUploadedPhoto(file=await upload(person, number, data))
    made = await person.calls(f.messages.SendMedia(peer=room.peer(person), media=media, message="", random_id=number))
    found: t.Message = next(one.message for one in made.updates if hasattr(one, "message"))
    return found


async def print_of(watch: Watch, data: bytes, folder: Path) -> str:
    async with HashProcess(folder / "own") as process:
        return (await process.hashed(data)).prints[0].pdq.hex()


async def test_a_listed_file_in_a_public_room_is_a_case(scene: Scene, watch: Watch) -> None:
    room = await market(scene.stage, scene.alice, scene.bob)
    await listed(watch, f"sha256 {sha256(DATA).hexdigest()} item-7")
    sent = await attaches(scene.alice, room.peer(scene.alice), DATA)
    await attaches(scene.alice, room.peer(scene.alice), b"another file " * 500, 2)
    await watch.hashes()
    (signal,) = await watch.signals("hash", "Known fakes")
    assert signal.item_key == f"message:{room.marked}:{sent.id}"
    assert (signal.distance, signal.facts["hash"], signal.facts["ref"]) == (0, "sha256", "item-7")
    assert signal.facts["provenance"] == "file of a neighbour, November"
    assert signal.case_id
    assert not signal.decision_id
    assert len(texts(await room.history(scene.bob))) == 2


async def test_what_is_in_closed_chats_is_not_looked_into(scene: Scene, watch: Watch) -> None:
    stage, alice, bob = scene.stage, scene.alice, scene.bob
    await listed(watch, f"md5 {md5(DATA).hexdigest()}")
    closed = await hall(stage, alice, bob)
    await attaches(alice, closed.peer(alice), DATA)
    await attaches(alice, alice.sees(bob), DATA, 2)
    await watch.hashes()
    assert await watch.signals("hash", "Known fakes") == []
    assert await stage.reads(lambda rx: hashes.print_of(rx, sha256(DATA).digest())) is None
    await alice.calls(f.channels.UpdateUsername(channel=closed.to(alice), username="nowpublic"))
    await watch.hashes()
    (signal,) = await watch.signals("hash", "Known fakes")
    assert signal.item_key.startswith(f"message:{closed.marked}:")


async def test_a_list_that_says_so_removes_at_once(scene: Scene, watch: Watch) -> None:
    room = await market(scene.stage, scene.alice, scene.bob)
    await listed(watch, f"md5 {md5(DATA).hexdigest()}", effect="remove")
    sent = await attaches(scene.alice, room.peer(scene.alice), DATA)
    await watch.hashes()
    (signal,) = await watch.signals("hash", "Known fakes")
    assert signal.case_id
    decision = await scene.stage.reads(lambda rx: decisions.find(rx, signal.decision_id))
    assert (decision.source, decision.automated_detection, decision.automated_decision) == (
        "own_initiative", True, "full"
    )  # fmt: skip
    assert decision.actor.startswith("rule:Known fakes@")
    assert decision.ground.clause == "3.5"
    shown = {m.id: m for m in (await room.history(scene.bob)).messages}
    assert getattr(shown[sent.id], "media", None) is None
    dave = await scene.moderator("dave", MODERATOR)
    assert (await scene.does(cases.confirm, dave, signal.case_id)).outcome == "measure", "a person agrees"
    [clock] = (await scene.asks(cases.clocks, dave, signal.case_id)).values()
    assert clock == (0, decision.date)


@pytest.mark.slow
async def test_a_resized_photo_is_found_by_its_looks(scene: Scene, watch: Watch, tmp_path: Path) -> None:
    room = await market(scene.stage, scene.alice, scene.bob)
    image = scene_picture(1)
    await listed(watch, f"pdq {await print_of(watch, packed(image), tmp_path)}")
    small = packed(image.resize((image.width // 2, image.height // 2)), quality=60)
    near = await photo(scene.alice, room, small, 1)
    await photo(scene.alice, room, packed(scene_picture(2)), 2)
    await watch.hashes()
    (signal,) = await watch.signals("hash", "Known fakes")
    assert signal.item_key == f"message:{room.marked}:{near.id}"
    assert 0 < signal.distance <= 31
    assert signal.facts["hash"] == "pdq"


async def test_a_list_that_comes_later_finds_what_stands_already(scene: Scene, watch: Watch) -> None:
    room = await market(scene.stage, scene.alice, scene.bob)
    await attaches(scene.alice, room.peer(scene.alice), DATA)
    await watch.hashes()
    await listed(watch, f"sha256 {sha256(DATA).hexdigest()}")
    await watch.hashes()
    assert len(await watch.signals("hash", "Known fakes")) == 1
    await lists.remove(scene.stage.store, "Known fakes", "operator:1")
    await attaches(scene.alice, room.peer(scene.alice), DATA, 5)
    await watch.hashes()
    assert len(await watch.signals("hash", "Known fakes")) == 1


async def test_removed_media_that_comes_back_smaller_is_removed_again(scene: Scene, watch: Watch) -> None:
    room = await market(scene.stage, scene.alice, scene.bob)
    image = scene_picture(3)
    first = await photo(scene.alice, room, packed(image), 1)
    await watch.hashes()
    moderator = await scene.moderator("mods")
    item = Item("message", room.marked, first.id)
    made = await scene.stage.writes(lambda tx: decide(tx, moderator, item))
    again = await photo(scene.alice, room, packed(image.resize((400, 400 * image.height // image.width))), 2)
    await watch.hashes()
    (signal,) = await watch.signals("rule", "removed-again")
    assert signal.item_key == f"message:{room.marked}:{again.id}"
    assert signal.facts["decision"] == made.decision_id
    later = await scene.stage.reads(lambda rx: decisions.find(rx, signal.decision_id))
    assert (later.category, later.ground.clause, later.source) == (made.category, made.ground.clause, "rule")
    await scene.stage.writes(lambda tx: decisions.undo(tx, moderator, made.decision_id, "a mistake"))
    await photo(scene.alice, room, packed(image.resize((500, 500 * image.height // image.width))), 3)
    await watch.hashes()
    assert len(await watch.signals("rule", "removed-again")) == 1


async def test_the_photo_of_a_public_room_is_looked_at(scene: Scene, watch: Watch, tmp_path: Path) -> None:
    room = await market(scene.stage, scene.alice, scene.bob)
    image = scene_picture(4)
    await listed(watch, f"pdq {await print_of(watch, packed(square(image)), tmp_path)}")
    shown = t.InputChatUploadedPhoto(file=await upload(scene.alice, 9, packed(image)))
    await scene.alice.calls(f.channels.EditPhoto(channel=room.to(scene.alice), photo=shown))
    await watch.hashes()
    (signal,) = await watch.signals("hash", "Known fakes")
    assert signal.item_key.startswith(f"profile_photo:{room.marked}:")


async def test_a_worker_that_dies_is_tried_again_then_given_up(scene: Scene, watch: Watch, tmp_path: Path) -> None:
    class Dying:
        tries = 0

        async def hashed(self, source: Path) -> object:
            self.tries += 1
            raise Invalid("media_invalid", cause="crash")

    room = await market(scene.stage, scene.alice, scene.bob)
    dying = Dying()
    frail = Watch(scene.stage, tmp_path / "frail", hasher=dying)
    await attaches(scene.alice, room.peer(scene.alice), DATA)
    for _ in range(6):
        await frail.hashes()
        scene.stage.clock.moves(200)
    assert dying.tries == 3
    found = await scene.stage.reads(lambda rx: hashes.print_of(rx, sha256(DATA).digest()))
    assert found is not None
    assert (found[0], found[3]) == ("failed", "crash")


@pytest.mark.slow
async def test_killed_anywhere_each_place_has_one_signal(scene: Scene, watch: Watch) -> None:
    """A new watcher and hasher after every step, as after a kill: nothing is lost, nothing is said twice."""
    room = await market(scene.stage, scene.alice, scene.bob)
    await listed(watch, f"sha256 {sha256(DATA).hexdigest()}", effect="remove")
    sent = [(await attaches(scene.alice, room.peer(scene.alice), DATA, 10 + n)).id for n in range(4)]
    real = watch.follower.follow

    class Killed(Exception):
        pass

    for survives in range(12):
        other = Watch(scene.stage, watch.shelf.path(b"\0" * 32).parents[3], hasher=watch.hashing._hasher)
        left = [survives % 3]

        async def follow(found: object, left: list[int] = left) -> int:
            if not left[0]:
                raise Killed
            left[0] -= 1
            return await real(found)  # type: ignore[arg-type]

        other.follower.follow = other.hashing._follower.follow = follow  # type: ignore[method-assign,assignment]
        try:
            await other.looks()
            other.hashing._blobs = watch.shelf
            while await other.hashing.step(scene.stage.store, int(scene.stage.clock.now())):
                pass
        except Killed:
            continue
    await watch.hashes()
    signals = await watch.signals("hash", "Known fakes")
    assert sorted(one.item_key for one in signals) == sorted(f"message:{room.marked}:{i}" for i in sent)
    assert len({one.decision_id for one in signals}) == 4


async def test_the_same_list_twice_is_one_list(stage: Stage, watch: Watch) -> None:
    text = f"sha256 {sha256(DATA).hexdigest()}"
    one, again = await listed(watch, text), await listed(watch, text)
    assert one == again
    with pytest.raises(Conflict, match="operator_list_exists"):
        await listed(watch, f"md5 {md5(DATA).hexdigest()}")
    with pytest.raises(NotFound, match="operator_list_unknown"):
        await lists.remove(stage.store, "Nobody's", "operator:1")


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""}, {"name": "x" * 99}, {"name": lists.REMOVED_HERE}, {"category": "FRAUD"}, {"keyword": "FISHING"},
        {"effect": "burn"}, {"distance": 40}, {"ground": Ground("terms", "", 1)},
    ],
)  # fmt: skip
def test_a_list_says_all_it_must(fields: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        lists.require_wish(wish(**({"name": "a list"} | fields)))  # type: ignore[arg-type]


async def test_an_interrupted_list_is_gone_on_with(stage: Stage, watch: Watch) -> None:
    entries = tuple(Entry("pdq", sha256(bytes([n % 256, n // 256])).digest()) for n in range(1200))
    whole = Read(entries, 0)
    digest = lists._digest(whole)
    list_id = await stage.writes(lambda tx: lists._begin(tx, wish(), digest, "operator:1"))
    await stage.writes(lambda tx: hashes.add_entries(tx, list_id, [("pdq", e.value, "") for e in entries[:500]]))
    assert not len(await lists.load(stage.store)), "a list that is not whole is not compared"
    made = await lists.add(stage.store, wish(), whole, "operator:1")
    assert (made.list_id, made.size) == (list_id, 1200)
    assert len(await lists.load(stage.store)) == 1200


def test_the_scope_names_its_basis_and_what_is_closed_is_off() -> None:
    for now in (1_740_000_000, 1_776_000_000, 1_800_000_000):
        book = territory_profiles.shipped()
        scopes = book.scanning(now)
        assert all(one.basis and (not one.on or one.surface == "public") for one in scopes)
        for country in ("FR", "DE", "US", ""):
            named = book.scanned_as(country, now)
            assert scanning.applies(scopes, "hashes", "public", named, now)
            assert scanning.applies(scopes, "hashes", "closed", named, now) is None
        assert scanning.applies(scopes, "hashes", "public", ("FR", "EU", "*"), 1_000_000_000) is None


async def test_a_country_whose_profile_says_no_is_not_looked_into(scene: Scene, tmp_path: Path) -> None:
    """Of whose posts one must not look at the words, nothing is found; of everybody else's, all."""
    folder = tmp_path / "profiles" / "fr"
    folder.mkdir(parents=True)
    (folder / "1.toml").write_text(
        'territory = "fr"\nversion = 1\nsince = "2024-01-01"\nparent = "eu"\ncountries = ["FR"]\n'
        'names = {en = "France"}\n[[scanning]]\nsurface = "public"\nkind = "words"\non = false\n'
        'since = "2024-03-01"\nbasis = "a law of its own"\n'
    )
    looking = scanning.Looking(territory_profiles.load(tmp_path / "profiles"))
    now = 1_750_000_000
    assert [looking.into("words", country, now) for country in ("FR", "DE", "")] == [False, True, True]
    assert looking.into("hashes", "FR", now) and not looking.into("words", "DE", 1_000_000_000)

    def settled(tx: Tx) -> None:
        territories.declare(tx, UserId(scene.alice.id), "FR")

    await scene.stage.writes(settled)
    await scene.alice.calls(f.channels.UpdateUsername(channel=scene.room.to(scene.alice), username="market"))
    await scene.says("hello")
    lot = await scene.stage.reads(watching.waiting)
    assert lot is not None and {post.country for post in lot.posts} == {"FR"}




def square(image: Image.Image) -> Image.Image:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    cut = image.crop((left, top, left + side, top + side))
    out = io.BytesIO()
    cut.save(out, "PNG")
    return cut


async def test_a_list_that_is_whole_at_the_kill_is_compared_afterwards(
    scene: Scene, watch: Watch, tmp_path: Path
) -> None:
    """Whoever looked is gone before noticing the list; whoever comes after must not take it for an old one."""
    room = await market(scene.stage, scene.alice, scene.bob)
    await attaches(scene.alice, room.peer(scene.alice), DATA)
    await watch.hashes()
    await listed(watch, f"sha256 {sha256(DATA).hexdigest()}")
    other = Watch(scene.stage, tmp_path / "again", hasher=watch.hashing._hasher)
    await other.hashes()
    assert len(await watch.signals("hash", "Known fakes")) == 1


async def test_files_built_to_break_decoders_stop_nothing(scene: Scene, watch: Watch) -> None:
    room = await market(scene.stage, scene.alice, scene.bob)
    await listed(watch, f"sha256 {sha256(DATA).hexdigest()}")
    hostile = [
        bomb(60_000, 60_000), bomb(9_000, 7_000), b"\xff\xd8\xff\xe0" + b"\0" * 4000, b"GIF89a" + b"\xff" * 4000,
        b"RIFF\xff\xff\xff\xffWEBPVP8L" + b"\xff" * 4000, b"\0\0\0\x20ftypisom" + b"\xff" * 4000,
    ]  # fmt: skip
    for number, data in enumerate(hostile, 20):
        await attaches(scene.alice, room.peer(scene.alice), data, number)
    await attaches(scene.alice, room.peer(scene.alice), DATA, 40)
    for _ in range(4):
        await watch.hashes()
        scene.stage.clock.moves(400)
    assert len(await watch.signals("hash", "Known fakes")) == 1
    states = await scene.stage.reads(lambda rx: rx.all("SELECT state, cause, md5 IS NULL FROM media_prints"))
    assert len(states) == len(hostile) + 1
    assert {state for state, _, _ in states} <= {"done", "failed"}
    assert sum(state == "done" for state, _, _ in states) >= len(hostile), states
    await room.says(scene.bob, "still here")


async def test_what_is_gone_is_forgotten(scene: Scene, watch: Watch) -> None:
    """But for what a case keeps: its file is still there."""
    room = await market(scene.stage, scene.alice, scene.bob)
    await listed(watch, f"sha256 {sha256(DATA).hexdigest()}")
    other = b"nothing special " * 500
    posts = [await attaches(scene.alice, room.peer(scene.alice), data, n) for n, data in enumerate((DATA, other), 1)]
    await watch.hashes()
    await forget_gone(scene.stage.store)
    digest = sha256(other).digest()
    assert await scene.stage.reads(lambda rx: hashes.print_of(rx, digest)) is not None
    await scene.alice.calls(f.channels.DeleteMessages(channel=room.to(scene.alice), id=[one.id for one in posts]))
    scene.stage.clock.moves(2 * 86_400)
    await collecting(scene.stage.store, watch.shelf, scene.stage.clock)()
    await forget_gone(scene.stage.store)
    assert await scene.stage.reads(lambda rx: hashes.print_of(rx, digest)) is None
    assert await scene.stage.reads(lambda rx: hashes.sightings(rx, digest, "", 10)) == []
    assert await scene.stage.reads(lambda rx: rx.all("SELECT COUNT(*) FROM media_prints")) == [(1,)]
    assert len(await watch.signals("hash", "Known fakes")) == 1
    scene.stage.clock.moves(366 * 86_400)
    assert await scene.stage.writes(findings.forget_old) == 1
    assert await watch.signals("hash", "Known fakes") == []
