"""What changes how one gets into an account is told to all its devices: a thief who stays changes just that.

Source: api/auth#session-management
"""

from datetime import UTC, datetime

from chappe.base.ids import UserId
from chappe.domain import authorizations, outbox, service_chat
from chappe.domain.auth import Policy
from chappe.domain.authorizations import Authorization
from chappe.store import Tx

SET, CHANGED, REMOVED, ADDRESS, EMAIL, PHONE = "set", "changed", "removed", "address", "email", "phone"
TEXTS = {
    SET: {
        "en": "A second password was set on your account on {date}: a new device must give it from now on.",
        "fr": "Un second mot de passe a été mis sur votre compte le {date} : un nouvel appareil devra le donner.",
    },
    CHANGED: {
        "en": "The second password of your account was changed on {date}.",
        "fr": "Le second mot de passe de votre compte a été changé le {date}.",
    },
    REMOVED: {
        "en": "The second password of your account was removed on {date}: a login code alone opens it from now on.",
        "fr": "Le second mot de passe de votre compte a été supprimé le {date} : un code de connexion suffit.",
    },
    ADDRESS: {
        "en": "The address by which your second password is recovered was changed on {date}.",
        "fr": "L’adresse qui permet de récupérer votre second mot de passe a été changée le {date}.",
    },
    EMAIL: {
        "en": "The address to which login codes of your account go was changed on {date}.",
        "fr": "L’adresse à laquelle partent les codes de connexion de votre compte a été changée le {date}.",
    },
    PHONE: {
        "en": "The number of your account was changed on {date}: login codes go to the new one.",
        "fr": "Le numéro de votre compte a été changé le {date} : les codes de connexion partent au nouveau.",
    },
}
NOT_YOU = {
    "en": "\n\nDevice: {device}\nAddress: {ip}\n\nIf this was not you, end that session at once: Settings, Devices. "
    "Then change it back; a password you do not know can be removed there as forgotten.",
    "fr": "\n\nAppareil : {device}\nAdresse : {ip}\n\nSi ce n’était pas vous, fermez cette session tout de suite : "
    "Paramètres, Appareils. Puis rétablissez-le ; un mot de passe inconnu se supprime là comme oublié.",
}
SUBJECT = {"en": "Your account was changed", "fr": "Votre compte a été modifié"}


def tell(tx: Tx, policy: Policy, user_id: UserId, device: Authorization, what: str, former: str = "") -> None:
    """The other devices, if there are any, hear what this one changed; so does the address that it was before.

    Shape: what is one of the words above; former is a mail address or empty.
    """
    others = authorizations.others(tx, user_id, device.auth_key_id)
    lang = (others[0] if others else device).lang_code[:2]
    text = (TEXTS[what].get(lang, TEXTS[what]["en"]) + NOT_YOU.get(lang, NOT_YOU["en"])).format(
        date=datetime.fromtimestamp(tx.now, UTC).strftime("%d/%m/%Y %H:%M UTC"),
        device=f"{device.device_model}, {device.app_version}".strip(", "),
        ip=device.ip or "?",
    )
    if others:
        service_chat.tell(tx, user_id, text)
    if former and "mail" in policy.outlets:
        letter = outbox.pack(outbox.Message(text, SUBJECT.get(lang, SUBJECT["en"])), policy.wrapper.seal)
        outbox.enqueue(tx, "mail", former, letter, expires=tx.now + 86_400)
