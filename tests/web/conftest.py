"""The pages over a real database, visited by a client that keeps cookies."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from tests.kit.clock import FakeClock
from tests.kit.database import open_fresh

from chappe import store, web
from chappe.domain.auth import Policy
from chappe.domain.auth_keys import Wrapper
from chappe.domain.territory_profiles import load
from chappe.safety import Desk
from chappe.store import Store
from chappe.transparency import Ledger

SITE = web.Site(
    name="Example",
    operator_name="Association Exemple",
    operator_contact="desk@example.org",
    data_location="",
    test_mode=False,
    public_host="chat.example.org",
    public_port=8443,
    dc=2,
    public_pem="-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----\n",
    fingerprint=0xDA6E784EF0593115,
    modulus=12345678901234567890,
    proxy_secret=bytes(range(16)),
    tls=True,
    certificate=lambda: (b"\x30\x03\x02\x01\x01", "AB:CD"),
)
POLICY = Policy(Wrapper(bytes(32), os.urandom))


class Pages:
    """One server's pages and how to visit them."""

    def __init__(
        self, app: web.ASGIApp, desk: web.Desk, invites: web.Invites, database: Store, clock: FakeClock
    ) -> None:
        self.app = app
        self.desk = desk
        self.invites = invites
        self.store = database
        self.policy = POLICY
        self.entropy = os.urandom
        self.recoveries: web.Recoveries
        self.clock = clock

    def visitor(
        self, origin: str = "http://localhost:8443", address: str = "127.0.0.1", language: str = "en"
    ) -> httpx.AsyncClient:
        """A browser at this address; it says where its forms come from, as browsers do."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 5000), raise_app_exceptions=False)
        headers = {"accept-language": language, "origin": origin}
        return httpx.AsyncClient(transport=transport, base_url=origin, headers=headers)


Opened = Callable[..., AbstractAsyncContextManager[Pages]]


def sent_from(page: httpx.Response) -> dict[str, str]:
    """What a browser says of where a form of that page comes from (Fetch, "append a request Origin header")."""
    silent = page.headers["referrer-policy"] == "no-referrer"
    return {"origin": "null" if silent else str(page.url.copy_with(raw_path=b"/")).rstrip("/")}


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens a server's pages; facts of the site may be given."""

    @asynccontextmanager
    async def opening(**facts: object) -> AsyncIterator[Pages]:
        clock = FakeClock()
        database = open_fresh(tmp_path / "web.sqlite", clock)

        async def ready() -> bool:
            return True

        desk = web.Desk(database, clock, os.urandom)
        (tmp_path / "keys").mkdir(exist_ok=True)
        log = Ledger(database, clock, os.urandom, tmp_path, "chat.example.org/log")
        everybody = bool(facts.get("everybody"))
        invites = web.Invites(database, clock, os.urandom, POLICY, everybody)
        inside = web.Inside(
            metrics=lambda: b"figure 1\n",
            ready=ready,
            metrics_nets=(ip_network("127.0.0.0/8"),),
            desk=desk,
            invites=invites,
            people=web.People(database, clock, os.urandom, POLICY),
            recoveries=web.Recoveries(database, clock, os.urandom, POLICY, 72, "https://chat.example.org:8443/"),
            rooms=web.PublicRooms(database, store.FileStore(tmp_path, clock), clock),
            hotline=web.Hotline(database),
            lands=web.Lands(database, clock, load(None), POLICY.wrapper, "https://chat.example.org:8443/"),
            terms=web.load_terms(None),
            client=lambda: {"name": SITE.name, "dc": SITE.dc},
            notices=web.NoticeDesk(
                database, store.FileStore(tmp_path, clock), clock, os.urandom,
                Desk(POLICY.wrapper, "https://chat.example.org:8443/", mails=True),
            ),
            log=log,
        )
        try:
            made = Pages(web.make_app(replace(SITE, **facts), inside, 4096), desk, invites, database, clock)  # type: ignore[arg-type]
            made.recoveries = inside.recoveries
            yield made
        finally:
            log.close()
            await database.close()

    return opening
