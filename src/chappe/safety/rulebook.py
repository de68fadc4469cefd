"""Rules as data: one TOML file a rule, its expression in CEL over a typed event; checked and compiled once, at load.

Source: requirements/rules
A rule that refers to what does not exist (a field, a clause of the terms, a category, an effect) is refused with a
sentence that names the file. All rules of an event are one compiled expression, so fifty cost little more than one.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from cel_expr_python import cel

from chappe.domain.categories import KEYWORDS
from chappe.domain.rulings import Ground
from chappe.safety.events import ASKED, EVENTS, Facts, environment, pattern

LIVE, SHADOW, OFF = "live", "shadow", "off"
WAIT, REFUSE = "wait", "refuse"
CASE, LIMIT, REMOVE, REMOVE_AGAIN = "case", "limit", "remove", "remove_again"
ANSWERS = ("", WAIT, REFUSE)
"""What the person meets: nothing, a wait that anybody would meet, a refusal."""
THEN = ("", CASE, LIMIT, REMOVE, REMOVE_AGAIN)
"""What follows: nothing, a case, a decision and a case."""
EXPRESSION = 4000
_KEYS = frozenset(
    {"version", "date", "title", "why", "on", "mode", "category", "keyword", "ground", "expression", "effect"}
)
_EFFECT = frozenset({"answer", "wait_s", "then", "hours"})


_PATTERNS = re.compile(r"\.(?:finds|matches)\('((?:[^'\\]|\\.)*)'\)")
_WORDS = re.compile(r"[a-z_][a-z0-9_]*")


class RuleError(Exception):
    """A rule cannot be used; the text names its file and says what is wrong."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a live rule does. Shape: wait_s for a wait; hours how long a limit lasts."""

    answer: str = ""
    wait_s: int = 0
    then: str = ""
    hours: int = 24


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule. Shape: title and why by language; on is one of EVENTS; mode live, shadow or off."""

    name: str
    version: int
    date: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    on: str
    mode: str
    category: str
    keyword: str
    ground: Ground
    expression: str
    effect: Effect
    reasons: Mapping[str, str]
    """The ground's text by language."""

    @property
    def label(self) -> str:
        """As decisions and the journal name it."""
        return f"{self.name}@{self.version}"

    @property
    def asked(self) -> bool:
        """True if it speaks before the act is done: a live one that answers, and any about what is not read again."""
        if self.on == "message":
            return self.mode == LIVE and bool(self.effect.answer)
        return self.on in ASKED


@dataclass(slots=True)
class Compiled:
    """The rules of one event as one expression."""

    event: str
    rules: tuple[Rule, ...]
    _all: cel.Expression | None = field(init=False, default=None)
    _each: tuple[cel.Expression, ...] = field(init=False, default=())
    uses: tuple[str, ...] = field(init=False, default=())
    """Fields of the event that are spoken of; the others need not be handed over."""

    def __post_init__(self) -> None:
        self._each = tuple(_compiled(self.event, rule.expression) for rule in self.rules)
        words = {word for rule in self.rules for word in _WORDS.findall(rule.expression)}
        self.uses = tuple(one.name for rule in self.rules[:1] for one in EVENTS[rule.on] if one.name in words)
        if self.rules:
            self._all = _compiled(self.event, "[" + ", ".join(f"({rule.expression}\n)" for rule in self.rules) + "]")

    def found(self, facts: Facts) -> list[Rule]:
        """The rules that the event meets; one whose expression fails (a number divided by zero) meets nothing."""
        if self._all is None:
            return []
        activation = environment(self.event).Activation({name: facts[name] for name in self.uses})
        value = self._all.eval(activation)
        if value.type() == cel.Type.ERROR:
            said = [one.eval(activation).plain_value() is True for one in self._each]
        else:
            said = value.plain_value()
        return [rule for rule, yes in zip(self.rules, said, strict=True) if yes is True] if True in said else []


class Rulebook:
    """Every rule, compiled."""

    def __init__(self, rules: Iterable[Rule], clauses: Collection[str] = ()) -> None:
        """Shape: clauses of the terms as `3.6@1`, which grounds may name; none: they are not known."""
        self.clauses = frozenset(clauses)
        self.rules = {rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name)}
        alive = [rule for rule in self.rules.values() if rule.mode != OFF]
        self.asked = {
            event: Compiled(event, tuple(rule for rule in alive if rule.on == event and rule.asked))
            for event in ASKED
        }
        """Rules that speak before the act is done, by event."""
        self.read = {
            event: Compiled(event, tuple(rule for rule in alive if rule.on == event and not rule.asked))
            for event in EVENTS
        }
        """Rules that look at what was committed, by event."""

    def with_rule(self, rule: Rule) -> "Rulebook":
        """The book with this version of the rule in the place of another."""
        return Rulebook([*(one for one in self.rules.values() if one.name != rule.name), rule], self.clauses)

    def in_mode(self, name: str, mode: str) -> "Rulebook":
        """The book with the rule in this mode. Errors: RuleError."""
        if name not in self.rules or mode not in (LIVE, SHADOW, OFF):
            raise RuleError(f"{name}: no such rule, or no such mode")
        return self.with_rule(replace(self.rules[name], mode=mode))


def shipped() -> dict[str, str]:
    """Name → text of the rules that come with Chappe."""
    return _files(resources.files("chappe.safety") / "rules")


def of_folder(folder: Path) -> dict[str, str]:
    """Name → text of an operator's own rules; one named as a shipped rule takes its place."""
    return _files(folder) if folder.is_dir() else {}


def _files(folder: Any) -> dict[str, str]:
    places = sorted((place for place in folder.iterdir() if place.name.endswith(".toml")), key=lambda place: place.name)
    return {
        place.name.removesuffix(".toml"): place.read_text("utf-8")
        for place in places
        if not place.name.endswith(".cases.toml")
    }


def load(texts: Mapping[str, str], clauses: Collection[str] = ()) -> Rulebook:
    """The book of these rules. Shape: clauses are the terms' numbers as `3.6@1`; none: they are not checked.

    Errors: RuleError.
    """
    return Rulebook([parse(name, text, clauses) for name, text in texts.items()], clauses)


def parse(name: str, text: str, clauses: Collection[str] = ()) -> Rule:
    """The rule of one file, checked. Errors: RuleError."""
    try:
        told = tomllib.loads(text)
        rule = _rule(name, told)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}.toml is no TOML: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleError(f"{name}.toml lacks or misspells {error}") from error
    wrong = _wrong(rule, told, clauses) or _uncompiled(rule)
    if wrong:
        raise RuleError(f"{name}.toml: {wrong}")
    return rule


def _rule(name: str, told: dict[str, Any]) -> Rule:
    ground, effect = told["ground"], told.get("effect", {})
    said = ground["text"]
    reasons = {"en": said, "fr": said} if isinstance(said, str) else _words(said)
    return Rule(
        name, _number(told["version"]), str(told["date"]), _words(told["title"]), _words(told["why"]), str(told["on"]),
        str(told["mode"]), str(told["category"]), str(told.get("keyword", "OTHER")),
        Ground(str(ground["basis"]), str(ground["clause"]), _number(ground.get("version", 0)), reasons["en"]),
        str(told["expression"]).strip(),
        Effect(
            str(effect.get("answer", "")), _number(effect.get("wait_s", 0)), str(effect.get("then", "")),
            _number(effect.get("hours", 24)),
        ),
        reasons,
    )  # fmt: skip


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 2**31:
        raise ValueError(f"a number: {value!r}")
    return value


def _words(value: Mapping[str, str]) -> dict[str, str]:
    return {"en": str(value["en"]), "fr": str(value["fr"])}


def _wrong(rule: Rule, told: dict[str, Any], clauses: Collection[str]) -> str:
    """What the rule refers to and does not exist, as a sentence; empty if all does."""
    unknown = sorted((set(told) - _KEYS) | {f"effect.{key}" for key in set(told.get("effect", {})) - _EFFECT})
    checks: Sequence[tuple[bool, str]] = (
        (not unknown, f"nothing is called {', '.join(unknown)} in a rule"),
        (rule.version >= 1, "the version begins at 1"),
        (rule.on in EVENTS, f"there is no event {rule.on}; there are {', '.join(EVENTS)}"),
        (rule.mode in (LIVE, SHADOW, OFF), f"a rule is live, shadow or off, not {rule.mode}"),
        (rule.category in KEYWORDS, f"there is no category {rule.category}"),
        (rule.keyword == "OTHER" or rule.keyword in KEYWORDS.get(rule.category, ()),
         f"{rule.category} has no keyword {rule.keyword}"),
        (rule.ground.basis in ("law", "terms"), f"a ground is law or terms, not {rule.ground.basis}"),
        (rule.ground.basis == "law" or not clauses or f"{rule.ground.clause}@{rule.ground.version}" in clauses,
         f"the terms have no clause {rule.ground.clause} in version {rule.ground.version}"),
        (0 < len(rule.expression) <= EXPRESSION, f"the expression has 1 to {EXPRESSION} characters"),
        (rule.effect.answer in ANSWERS, f"there is no answer {rule.effect.answer}"),
        (rule.effect.then in THEN, f"nothing follows that is called {rule.effect.then}"),
        (not rule.effect.answer or rule.on in ASKED, f"nobody is answered at {rule.on}"),
        (rule.effect.answer != WAIT or rule.effect.wait_s > 0, "a wait needs wait_s"),
        (rule.effect.answer != REFUSE or rule.effect.then == LIMIT,
         "a refusal restricts a person: a decision must follow (then = \"limit\")"),
        (rule.effect.then != LIMIT or rule.on not in ("sign_up", "media"), f"nobody can be limited at {rule.on}"),
        (rule.effect.then != REMOVE or rule.on in ("message", "media"), f"nothing can be removed at {rule.on}"),
        (rule.effect.then != REMOVE_AGAIN or rule.on == "media", "only media can be removed again"),
        (rule.effect.then != LIMIT or rule.effect.hours > 0, "a limit needs hours"),
    )  # fmt: skip
    return next((sentence for holds, sentence in checks if not holds), "")


@lru_cache(maxsize=1024)
def _compiled(event: str, expression: str) -> cel.Expression:
    """Errors: RuntimeError says what is wrong with the expression."""
    return environment(event).compile(expression)


def _uncompiled(rule: Rule) -> str:
    """Why the expression is none of a rule; empty if it is one."""
    try:
        compiled = _compiled(rule.on, rule.expression)
    except RuntimeError as error:
        return str(error).removeprefix("INVALID_ARGUMENT: ").splitlines()[0].removeprefix("ERROR: <input>:")
    if compiled.return_type() != cel.Type.BOOL:
        return f"the expression says {compiled.return_type().name()}, it must say true or false"
    for written in _PATTERNS.findall(rule.expression):
        try:
            pattern(written.replace("\\\\", "\\"))
        except ValueError as error:
            return str(error)
    return ""
