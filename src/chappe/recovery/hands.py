"""What commands and the console ask of the server about kits and drills; the kits themselves never come here."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chappe.base import Invalid
from chappe.domain import kits
from chappe.recovery.drill import opened_record
from chappe.recovery.errors import RecoveryError
from chappe.recovery.keybox import KeyBox
from chappe.store import Store
from chappe.transparency import keys
from chappe.transparency.note import Verifier

Facts = dict[str, Any]


class RecoveryHands:
    """The acts, over one data folder and its store."""

    def __init__(self, store: Store, data_dir: Path) -> None:
        self._store = store
        self._folder = data_dir
        self.acts: dict[str, Callable[[Facts], Awaitable[object]]] = {
            "recovery_made": self.made,
            "recovery_record": self.record,
            "recovery_status": self.status,
        }

    async def made(self, facts: Facts) -> object:
        """These kits hold from now on. Errors: Invalid operator_recovery_numbers."""
        needed, trustees = int(facts["needed"]), int(facts["trustees"])
        recipient, digest = str(facts["recipient"]), str(facts["digest"])
        made = await self._store.write(lambda tx: kits.made(tx, needed, trustees, recipient, digest, "server"))
        return asdict(made)

    async def record(self, facts: Facts) -> object:
        """A drill is written down: `record` as it was signed, or `failed` with the reason in words; its number.

        Errors: Invalid operator_recovery_record if it was not signed with this log's keys; as `kits.record_drill`.
        """
        by, failed = str(facts.get("by", "server")), str(facts.get("failed", ""))
        if failed:
            now = await self._store.read(lambda rx: rx.now)
            return {"drill": await self._store.write(lambda tx: kits.record_drill(tx, failed, False, now, "", by))}
        text = str(facts.get("record", ""))
        try:
            drill = opened_record(text, self._known())
        except RecoveryError as error:
            raise Invalid("operator_recovery_record", what=str(error)) from error
        no = await self._store.write(
            lambda tx: kits.record_drill(tx, text, True, drill.performed, drill.digest, by)
        )
        return {"drill": no}

    async def status(self, facts: Facts) -> object:
        """How kits and drills are; `fits` is False if the keys are others than those that were sealed."""
        found = await self._store.read(kits.standing)
        return asdict(found) | {"fits": self.fits(found.kits)}

    def fits(self, made: kits.Kits | None) -> bool:
        """True if the kits hold the keys that are in use now."""
        try:
            return made is not None and KeyBox.of(self._folder).digest == made.digest
        except RecoveryError:
            return False

    def _known(self) -> tuple[Verifier, ...]:
        try:
            return keys.open_keys(self._folder / "keys" / "log.keys", "", bytes).verifiers
        except keys.KeysError as error:
            raise Invalid("operator_recovery_record", what=str(error)) from error
