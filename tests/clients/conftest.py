"""One island, one server and one signed-up person a client for the whole run; each starts when first asked for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.clients.island import Island
from tests.clients.stage import Actor, Kind, Server

pytest.register_assert_rewrite(*(f"tests.clients.{name}plays" for name in ("", "room_", "hard_", "finer_")))


@pytest.fixture(scope="session")
def island() -> Iterator[Island]:
    island = Island()
    yield island
    island.close()


@pytest.fixture(scope="session")
def server(island: Island, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"), island)
    yield server
    server.stop()


Casting = Callable[[Kind], Actor]


@pytest.fixture(scope="session")
def casting(server: Server, island: Island, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casting]:
    """Gives the signed-up person who uses this kind of client."""
    yield from cast_of(server, island, tmp_path_factory)


def cast_of(server: Server, island: Island, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casting]:
    """The people of one server; each starts when first asked for, and all quit at the end."""
    cast: dict[Kind, Actor] = {}

    def give(kind: Kind) -> Actor:
        if kind not in cast:
            actor = Actor(kind, server, island, tmp_path_factory.mktemp(str(kind)) / "client")
            try:
                actor.signs_up()
            except BaseException:
                actor.quits()
                raise
            cast[kind] = actor
        return cast[kind]

    yield give
    for actor in cast.values():
        actor.quits()


@pytest.fixture(autouse=True)
def no_complaints(casting: Casting, request: pytest.FixtureRequest) -> Iterator[None]:
    """A play fails if a client could not parse what the server said, even if it went on."""
    yield
    given = request.node.callspec.params.values() if hasattr(request.node, "callspec") else ()
    for kind in {value for value in given if isinstance(value, Kind)}:
        if kind.client == "tdjson":
            assert casting(kind).complaints() == []


@pytest.fixture(scope="session")
def props(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a photo (`photo.jpg`) and a file of several parts (`report.bin`)."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("props")
    picture = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
    picture.save(folder / "photo.jpg", quality=90)
    (folder / "report.bin").write_bytes(bytes((i * i + i // 251) % 256 for i in range(1_300_007)))
    return folder
