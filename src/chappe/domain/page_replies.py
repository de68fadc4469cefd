"""Who is called for a page may answer in the chat with the server: any word takes it, "no" has the next one called.

Source: requirements/on-call
"""

import re
from collections.abc import Sequence

from chappe.base.errors import Conflict
from chappe.base.ids import UserId
from chappe.domain import oncall, rota, service_chat
from chappe.domain import oncall_words as w
from chappe.domain.content import Content, Text
from chappe.domain.rota import Person
from chappe.store import Tx
from chappe.store.queries import oncall as rows

NO = frozenset({"no", "non", "pass", "passe", "impossible", "cannot", "cant"})
"""First words that mean: somebody else, please."""


def heard(tx: Tx, user_id: UserId, content: Content) -> None:
    """What somebody on call said to the server has taken the pages of the newest ring they heard, or passed them on.

    Shape: numbers among the words name the pages that are meant.
    After: as `oncall.acknowledge` or `oncall.decline`; an answer in the chat.
    """
    said = content.message.lower() if isinstance(content, Text) else ""
    words = re.findall(r"\w+", said.replace("'", "").replace("’", ""))
    named = [int(word) for word in words if word.isdecimal() and len(word) < 10]
    for operator_id in rows.by_user(tx, user_id):
        person = rota.find(tx, operator_id)
        waiting = rows.called_open(tx, operator_id)
        if person is None or not waiting:
            continue
        meant = [one for one in waiting if one in named] or rows.last_ring(tx, operator_id)
        _answer(tx, person, meant, passes=bool(words) and words[0] in NO)
        left = [one for one in waiting if one not in meant]
        if left:
            service_chat.tell(tx, user_id, w.left(person.lang_code, left))
        return
    lang = next((one.lang_code for one in rota.everyone(tx) if one.user_id == user_id), "en")
    service_chat.tell(tx, user_id, w.nothing(lang))


def _answer(tx: Tx, person: Person, page_ids: Sequence[int], passes: bool) -> None:
    try:
        if passes:
            for page_id in page_ids:
                oncall.decline(tx, page_id, person.operator_id)
            service_chat.tell(tx, person.user_id, w.passed(person.lang_code, page_ids))
        else:
            oncall.acknowledge_all(tx, page_ids, f"operator:{person.operator_id}", "chat")
    except Conflict:  # somebody was faster in this very moment
        service_chat.tell(tx, person.user_id, w.nothing(person.lang_code))
