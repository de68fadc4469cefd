"""The design system keeps its promises: contrast by computation, and no colour but from the tokens.

Source: wcag/1.4.3
"""

import re
from importlib import resources

import pytest
from tests.web.conftest import Opened

DESIGN = resources.files("chappe.web") / "static" / "design"
TOKENS = (DESIGN / "tokens.css").read_text("utf-8")
COLOR = re.compile(r"--color-([a-z0-9-]+):\s*(?:light-dark\((#[0-9a-f]+),\s*(#[0-9a-f]+)\)|(#[0-9a-f]+));")
GROUNDS = ("page", "surface", "raised")
PEOPLE = range(1, 8)

# front, the grounds it is read on, the least ratio: 4.5 for text, 3 for the edges of controls and the focus ring
PAIRS = (
    ("ink", (*GROUNDS, "sunken", "hover", "selected", "code", "mark", "wall"), 4.5),
    ("ink-muted", (*GROUNDS, "sunken", "hover", "selected"), 4.5),
    ("ink-faint", GROUNDS, 4.5),
    ("line-strong", GROUNDS, 3),
    ("accent", GROUNDS, 4.5),
    ("accent-hover", GROUNDS, 4.5),
    ("on-accent", ("accent", "accent-hover"), 4.5),
    ("on-accent-soft", ("accent-soft", "selected"), 4.5),
    ("link", (*GROUNDS, "sunken", "hover"), 4.5),
    ("focus", (*GROUNDS, "sunken", "wall", "bubble-in", "bubble-out"), 3),
    ("brass", GROUNDS, 4.5),
    ("danger", GROUNDS, 4.5),
    ("good", GROUNDS, 4.5),
    ("warn", GROUNDS, 4.5),
    ("on-danger", ("danger",), 4.5),
    ("on-good", ("good",), 4.5),
    ("on-warn", ("warn",), 4.5),
    ("on-danger-soft", ("danger-soft",), 4.5),
    ("on-good-soft", ("good-soft",), 4.5),
    ("on-warn-soft", ("warn-soft",), 4.5),
    ("on-info-soft", ("info-soft",), 4.5),
    ("on-bubble", ("bubble-in", "bubble-out", "code", "mark"), 4.5),
    ("bubble-meta", ("bubble-in", "bubble-out", "wall"), 4.5),
    ("bubble-link", ("bubble-in", "bubble-out"), 4.5),
    *((f"name-{n}", ("bubble-in", "surface"), 4.5) for n in PEOPLE),
    *(("on-avatar", (f"avatar-{n}",), 4.5) for n in PEOPLE),
)
DECORATION = {"line", "scrim"}  # never the only sign of anything
SHOWN_ELSEWHERE = {"open", "toasts", "label"}  # parts that lie over a page


def palettes() -> dict[str, dict[str, str]]:
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for name, day, night, both in COLOR.findall(TOKENS):
        light[name], dark[name] = day or both, night or both
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_computed_as_the_standard_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "grounds", "least"), PAIRS, ids=[front for front, _, _ in PAIRS])
def test_text_and_edges_can_be_seen(theme: str, front: str, grounds: tuple[str, ...], least: float) -> None:
    colours = palettes()[theme]
    faint = {ground: round(contrast(colours[front], colours[ground]), 2) for ground in grounds}
    assert {ground: ratio for ground, ratio in faint.items() if ratio < least} == {}


def test_every_colour_is_in_a_pair_or_is_decoration() -> None:
    paired = {front for front, _, _ in PAIRS} | {ground for _, grounds, _ in PAIRS for ground in grounds}
    assert set(palettes()["light"]) - paired == DECORATION


def sheets() -> dict[str, str]:
    """File name → text of every sheet of the system."""
    return {place.name: place.read_text("utf-8") for place in DESIGN.iterdir() if place.name.endswith(".css")}


def test_components_name_no_colour_of_their_own() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    assert {name: literal.findall(text) for name, text in sheets().items() if name != "tokens.css"} == {
        name: [] for name in sheets() if name != "tokens.css"
    }


def test_components_have_no_left_and_right() -> None:
    sided = re.compile(
        r"(?<![-\w])(?:(?:margin|padding|border)-)?(?:left|right)\s*:|(?:text-align|float):\s*(?:left|right)"
    )
    assert {name: sided.findall(text) for name, text in sheets().items()} == {name: [] for name in sheets()}


def test_every_token_that_is_used_exists() -> None:
    named = set(re.findall(r"(--[a-z0-9-]+)\s*:", "".join(sheets().values())))
    for name, text in sheets().items():
        assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= named, name


async def test_the_page_shows_every_component_in_every_light_and_direction(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        text = (await alice.get("/design")).text
        used = {word for value in re.findall(r'class="([^"]+)"', text) for word in value.split()}
        rules = re.sub(r"/\*.*?\*/|@layer[^{]*|{[^{}]*}", " ", sheets()["components.css"], flags=re.DOTALL)
        assert set(re.findall(r"\.([a-z][a-z-]+)", rules)) - used == SHOWN_ELSEWHERE
        assert '<html lang="en" dir="ltr">' in text
        dark = (await alice.get("/design?theme=dark&dir=rtl")).text
        assert '<html lang="en" dir="rtl" data-theme="dark">' in dark
        assert '<html lang="en" dir="ltr">' in (await alice.get('/design?theme="><script>&dir=up')).text


async def test_files_have_a_mark_of_what_they_hold_and_come_packed(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        found = re.search(r'href="(/static/chappe\.css\?v=[0-9a-f]{8})"', (await alice.get("/")).text)
        assert found
        sheet = await alice.get(found[1])
        assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert sheet.headers["content-encoding"] == "gzip"
        assert "--color-accent:" in sheet.text and ".bubble" in sheet.text and ".seven" in sheet.text
        assert int(sheet.headers["content-length"]) < 10_000
        other = await alice.get("/static/chappe.css?v=00000000", headers={"accept-encoding": "identity"})
        assert "immutable" not in other.headers["cache-control"] and other.text == sheet.text
        for wrong in ("/static/../pages.py", "/static/design", "/static/", "/static/design/..%2f..%2fpage.py"):
            assert (await alice.get(wrong)).status_code == 404


async def test_a_chosen_language_is_remembered(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice:
        page = await alice.get("/design?theme=dark")
        assert 'href="?theme=dark&amp;dir=ltr&amp;lang=fr"' in page.text
        assert "Le système graphique" in (await alice.get("/design?lang=fr")).text
        assert "Le système graphique" in (await alice.get("/design")).text
        assert "The design system" in (await alice.get("/design?lang=en")).text
        assert (await alice.get("/design?lang=xx")).status_code == 200
