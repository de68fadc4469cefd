"""The append-only record of accountable acts, written in the same transaction as the act.

An entry with a `Public` part becomes a leaf of the log (room `transparency`), in the order of the entries. The leaf
shows the public part and the hour, and commits to the rest with a salt: who is given the salt can prove what was
done, and once the salt is erased the leaf says nothing of anybody.

Source: dsa/17
"""

import re

import msgspec

from chappe.base import Invalid
from chappe.store import Tx
from chappe.store.queries import journal as rows

SHARD = 0

KINDS = frozenset(
    {
        "account_created",
        "account_deleted",
        "bot_made",
        "bot_token_made",
        "bot_deleted",
        "authorization_made",
        "authorization_ended",
        "operator_made",
        "operator_role_changed",
        "operator_key_approved",
        "operator_key_refused",
        "operator_passkey_replaced",
        "operator_token_made",
        "operator_token_ended",
        "invite_made",
        "invite_used",
        "passkey_added",
        "passkey_removed",
        "recovery_begun",
        "recovery_approved",
        "recovery_refused",
        "recovery_opened",
        "password_reset_begun",
        "password_reset_declined",
        "password_reset_made",
        "guesses_halted",
        "secret_half_refused",
        "notice_filed",
        "notifier_warned",
        "notifier_limited",
        "case_opened",
        "case_claimed",
        "case_released",
        "case_noted",
        "case_sorted",
        "case_decided",
        "case_reopened",
        "case_overturned",
        "evidence_read",
        "evidence_erased",
        "queue_saved",
        "queue_removed",
        "complaint_filed",
        "complaint_assigned",
        "complaint_released",
        "complaint_decided",
        "flagger_made",
        "flagger_ended",
        "flagger_key_made",
        "flagger_key_revoked",
        "leaf_opened",
        "salt_erased",
        "day_measured",
        "report_published",
        "log_clock_accepted",
        "decision_made",
        "decision_undone",
        "decision_spared",
        "decision_ended",
        "hash_list_added",
        "hash_list_removed",
        "rule_mode_changed",
        "growth_guard_on",
        "growth_guard_lifted",
        "territory_settled",
        "territory_step",
        "home_country_set",
        "territory_planned",
        "territory_marked",
        "profile_published",
        "sanctions_list_added",
        "sanctions_list_removed",
        "sanctions_matched",
        "takeout_begun",
        "takeout_delayed",
        "takeout_ended",
        "person_exported",
        "disclosure_proposed",
        "disclosure_withdrawn",
        "disclosure_approved",
        "disclosure_refused",
        "disclosure_denied",
        "disclosure_built",
        "disclosure_fetched",
        "disclosure_confirmed",
        "disclosure_destroyed",
        "hold_placed",
        "hold_extended",
        "hold_ended",
        "person_told",
        "page_opened",
        "page_taken",
        "page_declined",
        "page_over",
        "oncall_changed",
        "shift_changed",
        "shift_handed_over",
        "drill_held",
        "hotline_called",
        "hotline_dropped",
        "alert_proposed",
        "alert_sent",
        "alert_dropped",
        "alert_told",
        "authority_registered",
        "authority_changed",
        "authority_verified",
        "authority_ended",
        "order_received",
        "order_repeated",
        "order_message",
        "order_denied",
        "letter_set_aside",
        "portal_link_made",
        "portal_key_added",
        "portal_key_ended",
        "certificate_added",
        "certificate_ended",
        "synthetic_sent",
        "synthetic_arrived",
        "synthetic_missed",
        "order_acknowledged",
        "order_moved",
        "order_sorted",
        "order_given",
        "order_noted",
        "order_corrected",
        "order_authenticated",
        "order_checked",
        "order_secrecy_set",
        "order_clock_stopped",
        "order_clock_resumed",
        "order_clock_extended",
        "order_late",
        "order_effected",
        "order_undone",
        "order_reviewed",
        "order_settled",
        "order_letter_drafted",
        "order_purged",
        "authority_forgotten",
        "order_letter_sent",
        "continuity_rule_proposed",
        "continuity_rule_agreed",
        "continuity_rule_withdrawn",
        "continuity_rule_in_force",
        "continuity_warned",
        "continuity_absent",
        "continuity_word_given",
        "continuity_taken_over",
        "continuity_act_proposed",
        "continuity_act_dropped",
        "continuity_act_done",
        "continuity_settled",
        "continuity_returned",
        "recovery_kits_made",
        "recovery_drill_recorded",
    }
)

_WORD = re.compile(r"[A-Za-z0-9_.:/@+-]{0,64}")
_COUNTRY = re.compile(r"([A-Z]{2})?")


class Public(msgspec.Struct, frozen=True, omit_defaults=True):
    """What everybody sees of an entry: codes of fixed lists, never a name, a number or a text of somebody's own.

    Shape: each at most 64 characters of ASCII letters, digits and `_.:/@+-`; country two capitals or empty. The daily
    report counts by these words:
    `notice` when one came in (source, item, category) · `decision` (outcome: the measure's kind or `nothing`, item,
    source, ground `law` or `terms`, automation, hours) · `undo` of a decision (outcome `undone`; `ended` at its
    date; `spared` where it stands for all else) ·
    `complaint` (outcome filed, upheld, partially_reversed, reversed, omitted; hours when decided) · `order`.
    """

    instrument: str
    """What was done, by which rule: `notice`, `decision`, `undo`, `complaint`, `order`, …"""
    country: str = ""
    category: str = ""
    keyword: str = ""
    """The first of its keywords: child abuse and terrorism are told by these."""
    ground: str = ""
    automation: str = ""
    """How much of it a machine did: none, partial, full."""
    outcome: str = ""
    item: str = ""
    """The kind of what it was about: message, media, account, room, …"""
    source: str = ""
    """What made the matter known: notice, trusted_flagger, own_initiative, order, rule."""
    hours: int = -1
    """Whole hours it took since the matter was known, rounded up; -1 where nothing was waited for."""
    count: int = 0
    """A figure that is measured, not counted from other leaves; of a notice, how many items it is about."""
    items: int = 1
    """How many items it was about at once."""
    sealed: bool = False
    """The leaf shows a commitment instead of these fields, until `open_sealed`."""
    opens: int = 0
    """The entry that this one opens; set by `open_sealed` alone."""

    def __post_init__(self) -> None:
        words = (
            self.instrument, self.category, self.keyword, self.ground, self.automation, self.outcome,
            self.item, self.source,
        )  # fmt: skip
        if not self.instrument or not all(map(_WORD.fullmatch, words)) or not _COUNTRY.fullmatch(self.country):
            raise ValueError(f"no codes of fixed lists: {words} {self.country}")


def record(
    tx: Tx, kind: str, actor: str, subject: str, public: Public | None = None, **facts: str | int | bool
) -> int:
    """The act stands in the journal of this transaction, and with `public` soon in the log; the entry's number.

    Shape: actor and subject are `user:1`, `operator:2`, `server`; facts hold no message content, phone number or key.
    """
    assert kind in KINDS, kind
    shown = None if public is None else msgspec.json.encode(public)
    no = rows.append(tx, SHARD, tx.now, kind, actor, subject, msgspec.json.encode(facts), shown)
    if public is not None and public.sealed:
        rows.seal(tx, SHARD, no)
    return no


def open_sealed(tx: Tx, no: int, actor: str) -> int:
    """A second leaf will show what the leaf of the sealed entry `no` commits to; the new entry's number.

    Errors: Invalid journal_entry_not_sealed. After: journal leaf_opened.
    """
    data = rows.public(tx, SHARD, no) if rows.is_sealed(tx, SHARD, no) else None
    if data is None:
        raise Invalid("journal_entry_not_sealed")
    public = msgspec.structs.replace(msgspec.json.decode(data, type=Public), sealed=False, opens=no)
    opened_no = record(tx, "leaf_opened", actor, f"entry:{no}", public, opens=no)
    rows.unseal(tx, SHARD, no, opened_no)
    return opened_no


def erase_salt(tx: Tx, no: int, actor: str) -> None:
    """Nobody can prove any more whom the leaf of the entry speaks of; the leaf stays.

    Errors: Invalid journal_entry_sealed while it is not opened. After: journal salt_erased, if there was a salt.
    """
    if rows.is_sealed(tx, SHARD, no):
        raise Invalid("journal_entry_sealed")
    if rows.drop_salt(tx, SHARD, no):
        record(tx, "salt_erased", actor, f"entry:{no}")
