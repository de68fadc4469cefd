"""A person says in which country they are: by a link that the server writes into their own chat with it.

Source: requirements/territories
Any client shows the link, so that nobody has to trust a page with a password. Whoever asks for it learns nothing:
neither whether the name exists nor where its owner is.
"""

import base64
import binascii

from chappe.base.errors import NotFound, TooMany
from chappe.base.ids import UserId
from chappe.domain import limits, phones, proofs, service_chat, territories
from chappe.domain.auth_keys import Wrapper
from chappe.domain.limits import Rate
from chappe.domain.territories import Place
from chappe.store import Reader, Tx
from chappe.store.queries import people
from chappe.store.queries import territories as rows

LIFE_S = 3600
PER_PERSON, PER_ADDRESS = Rate(3, 86_400), Rate(20, 3600)
_ABOUT = b"territory"
WORDS = {
    "en": "By this link you see in which country you are thought to be and why, and can say where you are, within an "
    "hour:\n{link}\n\nIf you did not ask for it, leave it: nothing has changed.",
    "fr": "Par ce lien vous voyez dans quel pays on pense que vous êtes et pourquoi, et pouvez dire où vous êtes, "
    "pendant une heure :\n{link}\n\nSi vous ne l’avez pas demandé, laissez-le : rien n’a changé.",
}


def ask(tx: Tx, wrapper: Wrapper, who: str, network: str, site: str) -> None:
    """The owner of the name or number has the link in their chat with the server; nothing says so to who asked.

    Errors: TooMany flood_wait_x for the address.
    """
    limits.take(tx, f"territory:{network}", PER_ADDRESS)
    key = proofs.key_of(who)
    found = people.by_phone(tx, key) if key.isdecimal() else people.by_username(tx, key)
    if found is None or found <= 0:
        return
    try:
        limits.take(tx, f"territory:{found}", PER_PERSON)
    except TooMany:
        return
    lang = rows.language(tx, found)[:2].lower()
    words = WORDS.get(lang, WORDS["en"])
    service_chat.tell(tx, UserId(found), words.format(link=f"{site}territories/me/{token(wrapper, found, tx.now)}"))


def token(wrapper: Wrapper, user_id: int, now: int) -> str:
    """What the link bears: who it is for and until when, sealed."""
    said = user_id.to_bytes(8, "big") + (now + LIFE_S).to_bytes(8, "big")
    return base64.urlsafe_b64encode(wrapper.wrap(said, _ABOUT)).decode().rstrip("=")


def whose(wrapper: Wrapper, said: str, now: int) -> UserId:
    """Whom the link is for. Errors: NotFound territory_link_gone."""
    try:
        sealed = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except (ValueError, binascii.Error):
        raise NotFound("territory_link_gone") from None
    opened = wrapper.unwrap(sealed, _ABOUT)
    if opened is None or len(opened) != 16 or int.from_bytes(opened[8:], "big") < now:
        raise NotFound("territory_link_gone")
    return UserId(int.from_bytes(opened[:8], "big"))


def shown(rx: Reader, user_id: UserId) -> tuple[Place, str]:
    """(where the person is thought to be and why, the country of their number or '')."""
    row = rows.whereabouts(rx, user_id)
    return territories.place(rx, user_id), phones.country(row[0]) if row else ""
