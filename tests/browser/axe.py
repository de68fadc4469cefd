"""What axe-core finds on a page that keeps somebody from using it."""

from functools import cache
from typing import Any

from playwright.async_api import Page
from tests.clients import prepare

SERIOUS = frozenset({"serious", "critical"})
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
LOAD = "window.axe !== undefined"
AT_REST = """
async () => {
  const seen = (one) => {
    const box = one.getBoundingClientRect()
    return one.checkVisibility() && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  }
  const comes = (one) => new Promise((done) => ['load', 'error'].forEach((name) => one.addEventListener(name, done)))
  const ends = (one) => one.effect?.getComputedTiming().endTime < Infinity && one.finished.catch(() => undefined)
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  const rest = async () => {
    await document.fonts.ready
    await Promise.all([...document.images].filter((one) => !one.complete && seen(one)).map(comes))
    await frame()
    await Promise.all(document.getAnimations().map(ends))
    await frame()
  }
  await Promise.race([rest(), new Promise((done) => setTimeout(done, 20_000))])
}
"""
"""Colours that change and pictures that come would be measured half way, on a busy machine for long."""


@cache
def _source() -> str:
    return (prepare.modules() / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


async def findings(page: Page) -> list[str]:
    """One line for each serious or critical finding and the places it holds for."""
    await page.wait_for_load_state()
    await page.evaluate(AT_REST)
    # The debugger's own evaluation: the page's policy holds for the page, and stays in force.
    if not await page.evaluate(LOAD):
        await page.evaluate(_source())
    found: list[dict[str, Any]] = await page.evaluate(
        "tags => window.axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(found => found.violations)",
        list(TAGS),
    )
    return [_line(one) for one in found if one["impact"] in SERIOUS]


def _line(one: dict[str, Any]) -> str:
    places = "; ".join(f"{node['target']}: {_why(node)}" for node in one["nodes"][:6])
    return f"{one['impact']} {one['id']} ({one['help']}) at {places}"


def _why(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return " ".join(check["message"] for check in checks[:2])
