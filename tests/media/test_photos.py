"""Source: api/files#image-thumbnail-types, api/files#stripped-thumbnails"""

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image
from tests.media import samples

from chappe.base import Invalid
from chappe.media import MediaProcess
from chappe.media.results import Size

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLIENT_HEAD = "c2d6c960e35c3d94de4a0d85a39e0d9def693ee107fa374354960f2df47d82d4"
"""SHA-256 of the JPEG head that clients put before a stripped thumbnail, its height and width zero."""


def opened(size: Size) -> Image.Image:
    return Image.open(io.BytesIO(size.jpeg))


async def test_a_photo_comes_in_every_size_up_to_its_own(media: MediaProcess, tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(samples.jpeg(1600, 1000))
    result = await media.photo(path)
    boxes = [(size.type, size.width, size.height) for size in result.sizes]
    assert boxes == [("s", 100, 62), ("m", 320, 200), ("x", 800, 500), ("y", 1280, 800), ("w", 1600, 1000)]
    assert (result.width, result.height) == (1600, 1000)
    for size in result.sizes:
        assert opened(size).size == (size.width, size.height)


@pytest.mark.parametrize(
    ("width", "height", "types", "largest"),
    [
        (1, 1, "s", (1, 1)),
        (100, 60, "s", (100, 60)),
        (101, 60, "sm", (101, 60)),
        (800, 800, "smx", (800, 800)),
        (4000, 2000, "smxyw", (2560, 1280)),
        (200, 4000, "smxyw", (128, 2560)),
    ],
)
async def test_size_rules(media: MediaProcess, width: int, height: int, types: str, largest: tuple[int, int]) -> None:
    result = await media.photo(samples.jpeg(width, height))
    assert "".join(size.type for size in result.sizes) == types
    assert (result.width, result.height) == largest


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"])
async def test_every_common_format_is_a_photo(media: MediaProcess, kind: str) -> None:
    result = await media.photo(samples.image(kind))
    assert opened(result.sizes[-1]).format == "JPEG"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
async def test_every_png_mode_is_a_photo(media: MediaProcess, mode: str) -> None:
    packed = io.BytesIO()
    Image.new(mode, (30, 20)).save(packed, "PNG")
    assert (await media.photo(packed.getvalue())).width == 30


async def test_sixteen_bits_become_eight(media: MediaProcess) -> None:
    packed = io.BytesIO()
    Image.new("I;16", (40, 40), 0x8000).save(packed, "PNG")
    result = await media.photo(packed.getvalue())
    assert abs(opened(result.sizes[0]).getpixel((20, 20))[0] - 128) <= 2


async def test_cmyk_is_a_photo(media: MediaProcess) -> None:
    result = await media.photo(samples.image("JPEG", mode="CMYK"))
    assert opened(result.sizes[-1]).mode == "RGB"


async def test_transparency_lies_on_white(media: MediaProcess) -> None:
    packed = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(packed, "PNG")
    result = await media.photo(packed.getvalue())
    assert opened(result.sizes[0]).getpixel((25, 25)) == (255, 255, 255)


async def test_no_metadata_is_left(media: MediaProcess) -> None:
    source = samples.jpeg(400, 300)
    assert b"SECRETCAMERA" in source
    assert b"SECRETCOMMENT" in source
    result = await media.photo(source)
    for size in result.sizes:
        assert b"SECRET" not in size.jpeg
        assert b"Exif" not in size.jpeg
        picture = opened(size)
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(("orientation", "red_at"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")])
async def test_the_camera_orientation_is_applied(media: MediaProcess, orientation: int, red_at: str) -> None:
    result = await media.photo(samples.jpeg(300, 200, orientation))
    turned = orientation in (6, 8)
    assert (result.width, result.height) == ((200, 300) if turned else (300, 200))
    picture = opened(result.sizes[-1])
    places = {
        "left": (5, picture.height // 2),
        "right": (picture.width - 5, picture.height // 2),
        "top": (picture.width // 2, 5),
        "bottom": (picture.width // 2, picture.height - 5),
    }
    reddest = max(places, key=lambda name: picture.getpixel(places[name])[0])
    assert picture.getpixel(places[red_at])[0] > 150
    assert reddest == red_at or picture.getpixel(places[reddest])[0] - picture.getpixel(places[red_at])[0] < 10


async def test_the_stripped_thumbnail_fits_the_head_that_clients_have(media: MediaProcess) -> None:
    result = await media.photo(samples.jpeg(640, 480))
    assert result.stripped[:3] == bytes((1, 30, 40))
    canvas = io.BytesIO()
    Image.new("RGB", (40, 30)).save(canvas, "JPEG", quality=20)
    head = bytearray(canvas.getvalue()[:623])
    head[164] = head[166] = 0
    assert hashlib.sha256(head).hexdigest() == CLIENT_HEAD
    head[164], head[166] = result.stripped[1], result.stripped[2]
    whole = Image.open(io.BytesIO(bytes(head) + result.stripped[3:] + b"\xff\xd9"))
    whole.load()
    assert whole.size == (40, 30)
    assert whole.getpixel((5, 15))[0] > 150


async def test_a_profile_photo_is_the_middle_square(media: MediaProcess) -> None:
    result = await media.profile_photo(samples.jpeg(1000, 700))
    assert [(size.type, size.width, size.height) for size in result.sizes] == [
        ("a", 160, 160),
        ("b", 320, 320),
        ("c", 640, 640),
    ]
    small = await media.profile_photo(samples.jpeg(200, 90))
    assert [size.width for size in small.sizes] == [90, 90, 90]
    with pytest.raises(Invalid, match="photo_crop_size_small"):
        await media.profile_photo(samples.jpeg(200, 9))


async def test_a_picture_sent_as_a_file_gets_a_thumbnail(media: MediaProcess) -> None:
    result = await media.image_document_thumb(samples.image("PNG", 1000, 500))
    assert (result.width, result.height) == (1000, 500)
    assert (result.thumb.type, result.thumb.width, result.thumb.height) == ("m", 320, 160)


@pytest.mark.parametrize(("width", "height"), [(5001, 5000), (2100, 100)])
async def test_photos_of_impossible_shape_are_refused(media: MediaProcess, width: int, height: int) -> None:
    with pytest.raises(Invalid, match="photo_invalid_dimensions"):
        await media.photo(samples.jpeg(width, height))
