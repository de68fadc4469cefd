"""Digests and prints of uploads: copies look alike, different pictures do not, and no file hurts the server."""

import hashlib
import io
import random
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageDraw, ImageFilter
from tests.media import samples
from tests.media.test_process import bomb, gone

from chappe.base import Invalid
from chappe.media import HashProcess, Limits, Print

pytestmark = pytest.mark.slow

PICTURES = 60
NEAR = 31
"""Bits in which copies may differ: what makers of lists recommend for PDQ."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hashes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HashProcess]:
    async with HashProcess(tmp_path_factory.mktemp("hash"), Limits(wall_s=30, idle_s=60)) as process:
        yield process


def scene(seed: int) -> Image.Image:
    """A picture like no other: shapes, shades and grain, softened as a lens does."""
    chance = random.Random(seed)
    size = (chance.randrange(500, 1000), chance.randrange(400, 900))
    tint = [chance.randrange(256) for _ in range(3)]
    image = Image.linear_gradient("L").resize(size).rotate(chance.choice((0, 90, 180)), expand=False).convert("RGB")
    image = Image.blend(image, Image.new("RGB", size, tuple(tint)), 0.4)
    pen = ImageDraw.Draw(image)
    for _ in range(chance.randrange(12, 30)):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        w, h = chance.randrange(20, 300), chance.randrange(20, 300)
        draw = chance.choice((pen.ellipse, pen.rectangle))
        draw((x - w // 2, y - h // 2, x + w // 2, y + h // 2), fill=tuple(chance.randrange(256) for _ in range(3)))
    return image.filter(ImageFilter.GaussianBlur(2))


def packed(image: Image.Image, kind: str = "JPEG", **how: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def copies(image: Image.Image) -> dict[str, bytes]:
    """What becomes of a picture on its way through other people's hands."""
    w, h = image.size
    return {
        "half": packed(image.resize((w // 2, h // 2)), quality=85),
        "quality 30": packed(image, quality=30),
        "webp": packed(image, "WEBP", quality=60),
        "twice": packed(image.resize((w * 2, h * 2), Image.Resampling.BICUBIC), quality=75),
        "small": packed(image.resize((320, 320 * h // w)), quality=70),
    }


def apart(one: Print, other: Print) -> int:
    return (int.from_bytes(one.pdq, "big") ^ int.from_bytes(other.pdq, "big")).bit_count()


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="module")
async def test_copies_are_near_and_strangers_far(hashes: HashProcess) -> None:
    originals: list[Print] = []
    far: list[tuple[int, str, int]] = []
    for number in range(PICTURES):
        image = scene(number)
        (print_,) = (await hashes.hashed(packed(image, "PNG"))).prints
        originals.append(print_)
        for how, data in copies(image).items():
            (copy,) = (await hashes.hashed(data)).prints
            if apart(print_, copy) > NEAR:
                far.append((number, how, apart(print_, copy)))
    assert len(far) <= PICTURES * 5 * 0.01, far
    distances = [apart(a, b) for n, a in enumerate(originals) for b in originals[:n]]
    assert min(distances) > NEAR
    assert all(print_.quality >= 50 for print_ in originals)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_copy_resized_and_encoded_anew_is_the_same_picture(hashes: HashProcess) -> None:
    image = scene(1)
    (one,) = (await hashes.hashed(packed(image))).prints
    for data in copies(image).values():
        (copy,) = (await hashes.hashed(data)).prints
        assert apart(one, copy) <= NEAR
    (other,) = (await hashes.hashed(packed(scene(2)))).prints
    assert apart(one, other) > NEAR


@pytest.mark.asyncio(loop_scope="module")
async def test_the_digests_are_those_of_the_bytes(hashes: HashProcess) -> None:
    data = random.Random(3).randbytes(3_000_000)
    found = await hashes.hashed(data)
    assert (found.sha256, found.md5) == (hashlib.sha256(data).digest(), hashlib.md5(data).digest())
    assert (found.size_bytes, found.prints, found.cause) == (3_000_000, (), "")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("kind", ["mp4", "webm"])
async def test_a_film_has_two_prints(hashes: HashProcess, kind: str) -> None:
    found = await hashes.hashed(samples.video(2, True, kind, "libvpx" if kind == "webm" else "libx264"))
    assert [one.frame for one in found.prints] == [0, 1]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0" + b"\0" * 40,
        b"\x89PNG\r\n\x1a\n" + zlib.compress(b"nonsense"),
        b"RIFF\xff\xff\xff\xffWEBPVP8L" + b"\xff" * 64,
        b"GIF89a\xff\xff\xff\xff\xff" + b"," * 400,
        b"\0\0\0\x20ftypisom" + b"\xff" * 200,
        samples.image("PNG")[:60],
    ],
    ids=["jpeg", "png", "webp", "gif", "mp4", "half"],
)
async def test_a_broken_picture_still_has_digests(hashes: HashProcess, data: bytes) -> None:
    found = await hashes.hashed(data)
    assert found.sha256 == hashlib.sha256(data).digest()
    assert not found.prints
    assert found.cause


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="module")
async def test_a_bomb_is_not_unpacked(hashes: HashProcess) -> None:
    found = await hashes.hashed(bomb(60_000, 60_000))
    assert not found.prints
    assert found.cause in ("size", "format")


async def test_who_uses_too_much_is_ended_and_the_next_file_is_hashed(tmp_path: Path) -> None:
    async with HashProcess(tmp_path / "hash", Limits(memory_bytes=400 << 20, wall_s=30)) as hashes:
        await hashes.hashed(b"first")
        (before,) = hashes.pids
        with pytest.raises(Invalid) as refused:
            await hashes.hashed(bomb(9_000, 7_000))
        assert refused.value.facts["cause"] in ("memory", "crash", "time")
        assert await gone(before)
        assert (await hashes.hashed(b"second")).size_bytes == 6


async def test_nothing_is_within_reach_of_the_worker(tmp_path: Path) -> None:
    async with HashProcess(tmp_path / "hash") as hashes:
        held = await hashes.confinement()
        assert held.pop("no_files") in (True, False)  # a kernel without Landlock has none to give
        assert all(held.values()), held
