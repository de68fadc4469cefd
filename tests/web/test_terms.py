"""Source: dsa/14. The terms: the same clauses for people and machines, numbers that last, versions that stay."""

from pathlib import Path

import pytest
from tests.web.conftest import Opened

from chappe import web
from chappe.web.terms import load

ONE = """
version = "{version}"
date = "{date}"
[title]
en = "House rules"
[[parts]]
number = "1"
[parts.title]
en = "Rules"
[[parts.clauses]]
number = "1.1"
en = "Be kind to <others>."
"""


async def test_people_and_machines_read_the_same(opened: Opened) -> None:
    async with opened() as pages, pages.visitor() as alice, pages.visitor(language="fr") as bob:
        data = (await alice.get("/terms.json")).json()
        assert data["in_force"] and data["languages"] == ["en", "fr"]
        page, french = (await alice.get("/terms")).text, (await bob.get("/terms")).text
        clauses = [clause for part in data["parts"] for clause in part["clauses"]]
        assert len(clauses) > 20
        for clause in clauses:
            assert f'id="{clause["number"]}"' in page and f'id="{clause["number"]}"' in french
            assert clause["text"]["en"] in page.replace("&#39;", "'") and clause["text"]["en"] != clause["text"]["fr"]
            assert clause["text"]["fr"] in french.replace("&#39;", "'")
        assert f"version={data['version']}" in data["url"]
        assert (await alice.get("/terms?version=nonsense")).status_code == 404


def test_earlier_versions_stay_readable(tmp_path: Path) -> None:
    for version, date in (("1", "2026-01-01"), ("2", "2026-06-01")):
        (tmp_path / f"{version}.toml").write_text(ONE.format(version=version, date=date))
    newest, first = load(tmp_path)
    assert (newest.version, first.version) == ("2", "1")
    assert newest.parts[0].clauses[0].text == {"en": "Be kind to <others>.", "fr": "Be kind to <others>."}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "is missing"),
        ("not toml", "1.toml"),
        (ONE.format(version="1", date="2026-01-01").replace('"1.1"', '"2.1"'), "clause 2.1 stands in part 1"),
        (ONE.format(version="1", date="2026-01-01") + '[[parts.clauses]]\nnumber = "1.1"\nen = "x"\n', "same number"),
        (ONE.format(version="1", date="2026-01-01").replace('en = "Rules"', ""), "in no language"),
    ],
)
def test_what_is_wrong_with_terms_is_said(tmp_path: Path, wrong: str, said: str) -> None:
    (tmp_path / "1.toml").write_text(wrong)
    with pytest.raises(web.TermsError, match=r"1\.toml") as failure:
        load(tmp_path)
    assert said in str(failure.value)


def test_an_empty_folder_is_not_taken_for_terms(tmp_path: Path) -> None:
    with pytest.raises(web.TermsError):
        load(tmp_path)
    with pytest.raises(web.TermsError):
        load(tmp_path / "nowhere")


def test_clauses_keep_their_numbers() -> None:
    """A clause that is dropped or renumbered breaks what was decided by it; add a version instead."""
    numbers = [c.number for part in load(None)[-1].parts for c in part.clauses]
    assert numbers == (
        ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4"]
        + [f"3.{n}" for n in range(1, 9)]
        + ["4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1", "6.2", "6.3", "6.4", "7.1", "7.2", "7.3"]
    )
