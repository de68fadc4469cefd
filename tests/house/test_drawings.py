"""The drawings of the reactions are what their shapes say, and there is one for every reaction on offer."""

import gzip
import json

import pytest
from PIL import Image, ImageChops
from tools.draw_reactions import FOLDER, effect, moving, still
from tools.reaction_shapes import SIGNS, file_stem

from chappe.domain.reactions import AVAILABLE


def test_every_reaction_on_offer_is_drawn_and_nothing_else() -> None:
    assert set(SIGNS) == {sign for sign, _ in AVAILABLE}
    names = {f"{file_stem(sign)}.{kind}" for sign in SIGNS for kind in ("webp", "tgs")} | {"effect.tgs"}
    assert {path.name for path in FOLDER.iterdir() if path.suffix in (".webp", ".tgs")} == names


def animation(stem: str) -> object:
    return json.loads(gzip.decompress((FOLDER / f"{stem}.tgs").read_bytes()))


def test_animations_are_what_the_tool_makes() -> None:
    assert animation("effect") == json.loads(json.dumps(effect()))
    for sign, shapes in SIGNS.items():
        assert animation(file_stem(sign)) == json.loads(json.dumps(moving(shapes))), sign


@pytest.mark.slow
def test_pictures_are_what_the_tool_makes() -> None:
    for sign, shapes in SIGNS.items():
        kept = Image.open(FOLDER / f"{file_stem(sign)}.webp").convert("RGBA")
        assert ImageChops.difference(on_white(kept), on_white(still(shapes))).getbbox() is None, sign


def on_white(image: Image.Image) -> Image.Image:
    """As it looks: what is clear has no colour."""
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
