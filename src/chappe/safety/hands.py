"""What commands and the console ask about lists, rules and the growth guard; answers are plain values.

Source: requirements/rules, requirements/hash-matching
"""

import dataclasses
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from chappe.base.clock import Clock
from chappe.base.errors import Invalid, NotFound
from chappe.domain.rulings import Ground
from chappe.safety import backtest, findings, growth, hash_files, lists, modes, rulebook
from chappe.safety.rulebook import Rule, Rulebook, RuleError
from chappe.store import Store

FILE_BYTES = 512 << 20
RULE_BYTES = 64 << 10
DAY_S = 86_400
SHOWN_DAYS = 30
Facts = dict[str, Any]


class SignalHands:
    """The acts by name, over one store. Shape: book is the rules as they are in their files."""

    def __init__(self, store: Store, clock: Clock, book: Rulebook, changed: Callable[[], Awaitable[None]]) -> None:
        self._store = store
        self._clock = clock
        self._book = book
        self._changed = changed
        self.acts: dict[str, Callable[[Facts], Awaitable[object]]] = {
            "lists": self.lists,
            "list_add": self.list_add,
            "list_remove": self.list_remove,
            "rules": self.rules,
            "rule_mode": self.rule_mode,
            "rule_test": self.rule_test,
        }

    async def lists(self, facts: Facts) -> object:
        """Every list."""
        return [_told(one) for one in await self._store.read(lists.all_lists)]

    async def list_add(self, facts: Facts) -> object:
        """The list of a file is compared from now on.

        Shape: path of the file, name, provenance, category, keyword, effect, distance, kind of bare hashes; law or
        clause (`3.1@1`), explanation.
        Errors: as `hash_files.read` and `lists.add`; Invalid operator_list_file, operator_list_ground.
        """
        text = _text(Path(str(facts.get("path", ""))), FILE_BYTES, "operator_list_file")
        read = hash_files.read(text, str(facts.get("kind", "")))
        wish = lists.Wish(
            str(facts.get("name", "")), str(facts.get("provenance", "")), str(facts.get("category", "")),
            str(facts.get("keyword", "OTHER")), str(facts.get("effect", lists.CASE)), self._ground(facts),
            int(facts.get("distance", lists.DISTANCE)),
        )  # fmt: skip
        made = await lists.add(self._store, wish, read, str(facts.get("actor", "server")))
        return {**_told(made), "left_out": read.other}

    async def list_remove(self, facts: Facts) -> object:
        """The list is compared no more. Errors: NotFound operator_list_unknown."""
        await lists.remove(self._store, str(facts.get("name", "")), str(facts.get("actor", "server")))
        return {}

    async def rules(self, facts: Facts) -> object:
        """Every rule with its mode and its daily results."""
        book = await self._store.read(partial(modes.chosen, book=self._book))
        since = int(self._clock.now()) // DAY_S - SHOWN_DAYS
        out = []
        for rule in book.rules.values():
            days = await self._store.read(partial(findings.results, name=rule.name, since=since))
            out.append({**dataclasses.asdict(rule), "ground": _plain(rule.ground),
                        "days": [dataclasses.asdict(one) for one in days]})  # fmt: skip
        return out

    async def rule_mode(self, facts: Facts) -> object:
        """The rule is in this mode. Errors: NotFound operator_rule_unknown; Invalid operator_rule_mode."""
        name, mode, actor = (str(facts.get(key, "")) for key in ("name", "mode", "actor"))
        await self._store.write(lambda tx: modes.choose(tx, self._book, name, mode, actor or "server"))
        await self._changed()
        return {"name": name, "mode": mode}

    async def rule_test(self, facts: Facts) -> object:
        """What the rule of this name, or of a file, would have found in so many days.

        Errors: NotFound operator_rule_unknown; Invalid operator_rule_untestable, operator_rule_file.
        """
        rule = self._rule(str(facts.get("name", "")), str(facts.get("path", "")))
        days = max(1, min(int(facts.get("days", 7)), 366))
        tested = await backtest.run(self._store, rule, days, int(self._clock.now()))
        return {**dataclasses.asdict(tested), "samples": [item.key for item in tested.samples]}

    async def guards(self) -> list[tuple[growth.Guard, int]]:
        """(guard, when it was lifted or 0) of the last month, newest first."""
        since = int(self._clock.now()) - SHOWN_DAYS * DAY_S
        return await self._store.read(lambda rx: growth.past(rx, since))

    def _rule(self, name: str, path: str) -> Rule:
        if path:
            place = Path(path)
            text = _text(place, RULE_BYTES, "operator_rule_file")
            try:
                return rulebook.parse(place.name.removesuffix(".toml"), text)
            except RuleError as error:
                raise Invalid("operator_rule_file", says=str(error)) from error
        if name not in self._book.rules:
            raise NotFound("operator_rule_unknown")
        return self._book.rules[name]

    def _ground(self, facts: Facts) -> Ground:
        """The ground of decisions that follow of a list: a provision of law, or a clause of the terms as `3.1@1`."""
        text = str(facts.get("explanation", "") or lists.LISTED["en"])
        if law := str(facts.get("law", "")):
            return Ground("law", law, 0, text)
        said = str(facts.get("clause", ""))
        clause, _, version = said.partition("@")
        if not version.isdecimal() or (self._book.clauses and said not in self._book.clauses):
            raise Invalid("operator_list_ground")
        return Ground("terms", clause, int(version), text)


def _text(path: Path, most: int, reason: str) -> str:
    """What a file of the operator's says. Errors: Invalid(reason)."""
    try:
        if path.stat().st_size > most:
            raise Invalid(reason)
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(reason) from error


def _told(one: lists.HashList) -> Facts:
    return {**dataclasses.asdict(one), "ground": _plain(one.ground)}


def _plain(ground: Ground) -> Facts:
    return {"basis": ground.basis, "clause": ground.clause, "version": ground.version, "text": ground.text}
