"""Runs in the worker alone: pictures with Pillow."""

import io
import warnings
from typing import BinaryIO

from PIL import AvifImagePlugin, Image, ImageCms
from PIL.Image import Resampling, Transpose

from chappe.base.errors import Invalid
from chappe.media.limits import MAX_PHOTO_RATIO, MAX_PHOTO_SIDES, MAX_PIXELS, MAX_SIDES
from chappe.media.results import PhotoResult, Size, ThumbResult

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF")
BOXES = (("s", 100), ("m", 320), ("x", 800), ("y", 1280), ("w", 2560))
SQUARES = (("a", 160), ("b", 320), ("c", 640))
LARGEST = 2560
THUMB = 320
STRIPPED = 40
STRIPPED_HEAD = 623
"""Bytes before the picture data of a JPEG of quality 20; every client has them built in."""
ORIENTATION = 0x0112
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
warnings.simplefilter("error", Image.DecompressionBombWarning)


def warm_up() -> None:
    """Every plugin and codec is loaded."""
    Image.init()
    canvas = Image.new("RGB", (8, 8))
    for name in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"):
        packed = io.BytesIO()
        canvas.save(packed, name)
        packed.seek(0)
        Image.open(packed, formats=FORMATS).convert("RGB")
    photo(io.BytesIO(_jpeg(canvas)))
    ImageCms.createProfile("sRGB")


def photo(file: BinaryIO) -> PhotoResult:
    """The photo in each size that is smaller than it, and once whole (in 2560 pixels at most).

    Source: api/files#image-thumbnail-types
    Errors: photo_invalid_dimensions; anything raised means the file is no picture.
    """
    image, _own = _read(file, LARGEST, MAX_PHOTO_SIDES, MAX_PHOTO_RATIO)
    sizes = []
    for name, box in BOXES:
        sizes.append(_size(name, _fitted(image, box)))
        if max(image.size) <= box:
            break
    return PhotoResult(sizes[-1].width, sizes[-1].height, tuple(sizes), stripped(image))


def profile_photo(file: BinaryIO) -> PhotoResult:
    """The middle square of the picture in the three sizes of profile photos, never enlarged.

    Source: api/files#image-thumbnail-types
    Errors: photo_crop_size_small below 10 pixels.
    """
    image, _own = _read(file, LARGEST)
    side = min(image.size)
    if side < 10:
        raise Invalid("photo_crop_size_small", cause="size")
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    sizes = tuple(_size(name, _fitted(square, box)) for name, box in SQUARES)
    return PhotoResult(sizes[-1].width, sizes[-1].height, sizes, stripped(square))


def document_thumb(file: BinaryIO) -> ThumbResult:
    """A thumbnail of a picture that is sent as a file."""
    image, (width, height) = _read(file, THUMB)
    return ThumbResult(width, height, thumb(image), stripped(image))


def small(file: BinaryIO, box: int) -> Image.Image:
    """The picture as it is shown, within the box. Errors: as `photo`."""
    image, _own = _read(file, box)
    return image


def thumb(image: Image.Image) -> Size:
    """The picture in 320 by 320 pixels at most."""
    return _size("m", _fitted(image, THUMB))


def cover(packed: bytes) -> Size | None:
    """The thumbnail of a picture inside another file; None if it is no picture."""
    try:
        image, _own = _read(io.BytesIO(packed), THUMB)
    except Exception:  # noqa: BLE001  (a broken cover does not break the song)
        return None
    return thumb(image)


def stripped(image: Image.Image) -> bytes:
    """The picture in 40 by 40 pixels without the JPEG head and tail that clients add again.

    Source: api/files#stripped-thumbnails
    Shape: 0x01, height, width, then the data between head and tail.
    """
    small = _fitted(image, STRIPPED)
    packed = _jpeg(small, quality=20)
    return bytes((1, small.height, small.width)) + packed[STRIPPED_HEAD:-2]


def _read(
    file: BinaryIO, box: int, sides: int = MAX_SIDES, ratio: int = MAX_SIDES
) -> tuple[Image.Image, tuple[int, int]]:
    """The first frame as shown (turned, on white, in sRGB) within the box and no metadata, and its true size.

    Errors: photo_invalid_dimensions, before anything is unpacked.
    """
    image: Image.Image = Image.open(file, formats=FORMATS)
    width, height = image.size
    if width * height > MAX_PIXELS or width + height > sides or max(width, height) > ratio * min(width, height):
        raise Invalid("photo_invalid_dimensions", cause="size")
    image.draft("RGB", within(image.size, box))
    image.load()
    turn = _TURNS.get(_orientation(image))
    profile = image.info.get("icc_profile")
    image = _coloured(_fitted(_plain(image), box), profile)
    if turn is not None:
        image = image.transpose(turn)
        if turn not in (Transpose.FLIP_LEFT_RIGHT, Transpose.ROTATE_180, Transpose.FLIP_TOP_BOTTOM):
            width, height = height, width
    image.info.clear()
    return image, (width, height)


def _orientation(image: Image.Image) -> int:
    """How the camera was held; upright when the metadata cannot be read."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  (broken metadata does not break the picture)
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """RGB or CMYK, transparency laid on white."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode == "CMYK":
        return image
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer)
        return ground
    return image.convert("RGB")


def _coloured(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB; the picture's own colour profile is applied when it can be."""
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            turned = None
        if turned is not None:
            return turned
    return image.convert("RGB")


def within(size: tuple[int, int], box: int) -> tuple[int, int]:
    """The size scaled to fit in the square box, never enlarged, at least one pixel each way."""
    scale = min(1.0, box / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _fitted(image: Image.Image, box: int) -> Image.Image:
    """The picture scaled to fit in the box."""
    size = within(image.size, box)
    return image if size == image.size else image.resize(size, Resampling.LANCZOS, reducing_gap=2.0)


def _size(name: str, image: Image.Image) -> Size:
    """The picture under its type letter."""
    return Size(name, image.width, image.height, _jpeg(image))


def _jpeg(image: Image.Image, quality: int = 87) -> bytes:
    """Baseline JPEG, 4:2:0, without metadata."""
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=quality, subsampling="4:2:0")
    return packed.getvalue()
