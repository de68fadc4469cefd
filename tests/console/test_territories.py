"""Source: requirements/leave. A country is left and come back to on the screen, by owners alone."""

from tests.console.conftest import Desk

from chappe.base.ids import UserId
from chappe.domain import accounts, leaving, territories
from chappe.store import Tx

DAY_S = 86_400


async def somebody_in(desk: Desk, country: str) -> None:
    def act(tx: Tx) -> None:
        accounts.prepare(tx)
        territories.declare(tx, UserId(accounts.create(tx, "", "Alice", "")), country)

    await desk.store.write(act)


async def test_a_country_is_left_on_the_screen(desk: Desk) -> None:
    await somebody_in(desk, "FR")
    owner = await desk.at_work("alice", rank="owner")
    page = await owner.get("/territories")
    assert ">France</a>" in page.text
    page = await owner.get("/territories/fr")
    assert "by what they declared: 1" in page.text
    said = {"territory": "FR", "back": "/territories/FR", "read_only": "30", "closed": "60", "note": "A new law."}
    page = await owner.post("/do/begin_leaving", data=said, follow_redirects=True)
    assert "Notice is given." in page.text and "A new law." in page.text
    for step in ("closed_to_new", "export"):
        said = {"territory": "FR", "step": step, "back": "/territories/FR"}
        page = await owner.post("/do/take_step", data=said, follow_redirects=True)
        assert "The step is taken" in page.text
    page = await owner.post(
        "/do/take_step", data={"territory": "FR", "step": "read_only", "back": "/territories/FR"},
        follow_redirects=True,
    )  # fmt: skip
    assert "less than a week" in page.text
    said = {"territory": "FR", "back": "/territories/FR", "closed": "90"}
    page = await owner.post("/do/plan_leaving", data=said, follow_redirects=True)
    state = await desk.store.read(lambda rx: leaving.state(rx, "FR"))
    assert dict(state.plan) == {"closed": int(desk.clock.now()) + 90 * DAY_S}
    said = {"territory": "FR", "step": "open", "note": "The law was repealed.", "back": "/territories/FR"}
    page = await owner.post("/do/take_step", data=said, follow_redirects=True)
    assert "The law was repealed." in page.text and "Begin to leave" in page.text
    said = {"territory": "FR", "mark": "blocked", "back": "/territories/FR"}
    page = await owner.post("/do/mark_territory", data=said, follow_redirects=True)
    assert "blocks this server" in page.text


async def test_the_whole_service_is_closed_on_the_screen(desk: Desk) -> None:
    for country in ("FR", ""):
        await somebody_in(desk, country)
    owner = await desk.at_work("alice", rank="owner")
    assert 'href="/territories/ALL"' in (await owner.get("/territories")).text
    page = await owner.get("/territories/ALL")
    assert "These steps are for everybody" in page.text and "by what they declared: 1" in page.text
    assert "Mark on the public page" not in page.text
    said = {"territory": "ALL", "back": "/territories/ALL", "read_only": "30", "closed": "60"}
    page = await owner.post("/do/begin_leaving", data=said, follow_redirects=True)
    assert "Notice is given." in page.text
    assert ">The whole service</a>" in (await owner.get("/territories")).text


async def test_only_owners_leave(desk: Desk) -> None:
    lead = await desk.at_work("bob", "lead")
    assert "Owners take these steps." in (await lead.get("/territories/FR")).text
    said = {"territory": "FR", "back": "/territories/FR"}
    page = await lead.post("/do/begin_leaving", data=said, follow_redirects=True)
    assert "Notice is given." not in page.text
    assert await desk.store.read(leaving.states) == []


async def test_what_is_no_country(desk: Desk) -> None:
    owner = await desk.at_work("alice", rank="owner", language="fr")
    assert (await owner.get("/territories/ZZ")).status_code == 400
    page = await owner.get("/territories?open=ZZ")
    assert (page.status_code, "Ce pays n’existe pas" in page.text) == (404, True)
    assert (await owner.get("/territories?open=de")).headers["location"] == "/territories/DE"
    assert "Allemagne" in (await owner.get("/territories/DE")).text


async def test_programs_leave_as_people_do(desk: Desk) -> None:
    await somebody_in(desk, "XX")
    program = await desk.program("alice", rank="owner")
    answer = await program.post("/api/territories/XX/begin", json={"closed": 60})
    assert answer.status_code == 200, answer.text
    looked = (await program.get("/api/territories/XX")).json()
    assert looked["country"]["step"] == "notice" and looked["country"]["people"] == 1
    assert [one["step"] for one in looked["country"]["plan"]] == ["closed"]
    listed = (await program.get("/api/territories")).json()
    assert [one["territory"] for one in listed["countries"]] == ["XX"]
