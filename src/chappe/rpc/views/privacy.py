"""Privacy rules as TL values. Source: type/PrivacyRule"""

from collections.abc import Sequence

from chappe.base.ids import CHANNEL_MARK, PeerId, is_channel
from chappe.domain.privacy import Rule
from chappe.tl import types as t


def key_view(key: str) -> t.TypePrivacyKey:
    """The TL form of a key's name. Source: type/PrivacyKey"""
    made: t.TypePrivacyKey = getattr(t, f"PrivacyKey{key}")()
    return made


def rules_view(rules: Sequence[Rule]) -> list[t.TypePrivacyRule]:
    """The rules, in the order they were given."""
    return [_rule_view(rule) for rule in rules]


def _bare(peer: int) -> int:
    """The number without its mark, as rules list rooms."""
    return -peer - CHANNEL_MARK if is_channel(PeerId(peer)) else abs(peer)


def _rule_view(rule: Rule) -> t.TypePrivacyRule:
    made = getattr(t, f"PrivacyValue{rule.kind}")
    lists = {name: [_bare(i) for i in rule.ids] for name in ("users", "chats") if name in made.FIELDS}
    value: t.TypePrivacyRule = made(**lists)
    return value
