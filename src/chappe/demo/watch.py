"""An organisation whose notices come first: made known by the lead, given a key, and heard through its interface."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from chappe.demo.world import World, asked
from chappe.facts import page_links
from chappe.web.demo import FLAGGER_KEY
from chappe.web.flaggers.openapi import BASE

NAME = "(trial) Vigie d’Exemple"
TRUSTED_WITH = ["SCAMS_AND_FRAUD", "UNSAFE_AND_PROHIBITED_PRODUCTS"]


class Watch:
    """The organisation's program. Its key is a demo's: it stands in the data folder, and is shown to every visitor."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._key = ""
        self._given = 0

    async def is_trusted(self) -> None:
        """The lead makes it known and gives its program a key, which is kept where the demo's page reads it."""
        said = {"name": NAME, "email": "vigie@demo.example", "country": "FR", "categories": TRUSTED_WITH}
        made = await self.world.console("lead", "POST", "/api/flaggers", said)
        number = made["flagger_id"]
        key = await self.world.console("lead", "POST", f"/api/flaggers/{number}/keys", {"name": "The demo’s visitors"})
        self._key = str(key["key"])
        place = Path(self.world.running.config.data) / FLAGGER_KEY
        place.touch(mode=0o600)
        place.write_text(self._key, "ascii")

    async def notices(self, what: str, why: str, *where: str, reference: str = "") -> int:
        """A notice by its program; its number. Shape: where are names and posts, such as `sure_gains/5`."""
        there = page_links(self.world.running.config)["network"]
        category, _, keyword = what.partition("/")
        self._given += 1
        said = {
            "category": category, "keyword": keyword, "explanation": why, "good_faith": True, "reference": reference,
            "items": [{"location": f"{there}@{one}"} for one in where],
        }  # fmt: skip
        once = {"idempotency-key": f"demo-{self._given}-{os.urandom(4).hex()}"}
        made = await self._asks("POST", "/notices", said, once)
        return int(made["id"])

    async def reads(self, number: int) -> Any:
        """How its notice stands."""
        return await self._asks("GET", f"/notices/{number}")

    async def _asks(self, method: str, path: str, said: object = None, more: dict[str, str] | None = None) -> Any:
        headers = {"authorization": f"Bearer {self._key}", "content-type": "application/json", **(more or {})}
        body = json.dumps(said).encode() if said is not None else None
        status, _, answer = await asyncio.to_thread(asked, self.world.address + BASE + path, method, headers, body)
        assert status < 300, (path, status, answer)
        return json.loads(answer)
