"""What the server itself says to people: login codes, new devices. English, and French where the client speaks it."""

from datetime import UTC, datetime

CODE_NOTICE = {
    "en": "Login code: {code}. Do not give this code to anyone, not even to those who run this server.\n\n"
    "It lets a new device into your account. If you did not ask for it, ignore this message.",
    "fr": "Code de connexion : {code}. Ne donnez ce code à personne, pas même à ceux qui gèrent ce serveur.\n\n"
    "Il ouvre votre compte à un nouvel appareil. Si vous ne l’avez pas demandé, ignorez ce message.",
}
CODE_LETTER = {
    "en": ("Your login code", "Your login code: {code}. Do not give it to anyone."),
    "fr": ("Votre code de connexion", "Votre code de connexion : {code}. Ne le donnez à personne."),
}
NEW_DEVICE = {
    "en": "New login. A new device entered your account on {date}.\n\nDevice: {device}\nAddress: {ip}\n\n"
    "If this was not you, end that session at once: Settings, Devices.",
    "fr": "Nouvelle connexion. Un nouvel appareil a ouvert votre compte le {date}.\n\nAppareil : {device}\n"
    "Adresse : {ip}\n\nSi ce n’était pas vous, fermez cette session tout de suite : Paramètres, Appareils.",
}
HALF_LOGIN = {
    "en": "Somebody entered the login code of your account on {date}, but not your password. They are not in.\n\n"
    "Device: {device}\nAddress: {ip}\n\nIf this was not you, somebody else reads the codes sent to your number: keep "
    "the password to yourself, and see who can receive them.",
    "fr": "Quelqu’un a saisi le code de connexion de votre compte le {date}, mais pas votre mot de passe. Cette "
    "personne n’est pas entrée.\n\nAppareil : {device}\nAdresse : {ip}\n\nSi ce n’était pas vous, quelqu’un d’autre "
    "lit les codes envoyés à votre numéro : gardez le mot de passe pour vous, et voyez qui peut les recevoir.",
}

PASSKEY_ADDED = {
    "en": "A passkey was added to your account on {date}: {name}. Whoever holds it can sign in.\n\n"
    "If this was not you, remove it at once in your settings, and end the sessions you do not know.",
    "fr": "Une clé d’accès a été ajoutée à votre compte le {date} : {name}. Qui la détient peut se connecter.\n\n"
    "Si ce n’était pas vous, retirez-la tout de suite dans les paramètres et fermez les sessions inconnues.",
}

RECOVERY_BEGUN = {
    "en": "Somebody asked those who run this server to let them back into your account, saying that they lost every "
    "way in. From {date} on they can enter it.\n\nIf this was not you, refuse it now; nothing else is needed:\n{link}",
    "fr": "Quelqu’un a demandé à ceux qui gèrent ce serveur de rouvrir votre compte, disant avoir perdu tout moyen "
    "d’y entrer. À partir du {date}, cette personne pourra y entrer.\n\nSi ce n’est pas vous, refusez "
    "maintenant ; rien d’autre n’est nécessaire :\n{link}",
}
RECOVERY_SUBJECT = {"en": "Somebody wants to recover your account", "fr": "Quelqu’un veut récupérer votre compte"}
RECOVERY_OPENED = {
    "en": "The recovery of your account was used on {date}: its password and passkeys are gone, and a new device may "
    "come. If this was not you, end the sessions you do not know at once, and set a new password.",
    "fr": "La récupération de votre compte a été utilisée le {date} : son mot de passe et ses clés d’accès sont "
    "effacés, et un nouvel appareil peut venir. Si ce n’est pas vous, fermez tout de suite les sessions inconnues et "
    "choisissez un nouveau mot de passe.",
}

TAKEOUT = {
    "en": "A copy of your data was asked for on {date}.\n\nDevice: {device}\nAddress: {ip}\n\nIf this was not you, "
    "end that session at once: Settings, Devices.",
    "fr": "Une copie de vos données a été demandée le {date}.\n\nAppareil : {device}\nAdresse : {ip}\n\nSi ce n’était "
    "pas vous, fermez cette session tout de suite : Paramètres, Appareils.",
}
EXPORTED = {
    "en": "On {date} those who run this server made a copy of your data, as you may ask them to. If you did not ask "
    "for it, complain to them, or to your data protection authority: the copy stands in the journal.",
    "fr": "Le {date}, ceux qui gèrent ce serveur ont établi une copie de vos données, comme vous pouvez le leur "
    "demander. Si vous ne l’avez pas demandée, plaignez-vous auprès d’eux ou de l’autorité de protection des données : "
    "la copie figure au journal.",
}
TAKEOUT_WAITS = {
    "en": "\n\nSince that device is new, it gets nothing before {then}.",
    "fr": "\n\nComme cet appareil est récent, il n’obtiendra rien avant le {then}.",
}


def _of(table: "dict[str, str]", lang_code: str) -> str:
    return table.get(lang_code[:2], table["en"])


def login_code(lang_code: str, code: str) -> str:
    """The message that brings a code to a person's other devices."""
    return _of(CODE_NOTICE, lang_code).format(code=code)


def code_letter(lang_code: str, code: str) -> tuple[str, str]:
    """(subject, text) of the letter that brings a code."""
    subject, text = CODE_LETTER.get(lang_code[:2], CODE_LETTER["en"])
    return subject, text.format(code=code)


def new_device(lang_code: str, date: int, device: str, ip: str) -> str:
    """The message that tells a person's other devices of a sign-in."""
    return _of(NEW_DEVICE, lang_code).format(date=_when(date), device=device, ip=ip or "?")


def half_login(lang_code: str, date: int, device: str, ip: str) -> str:
    """The message that tells a person's devices that somebody has the code but not the password."""
    return _of(HALF_LOGIN, lang_code).format(date=_when(date), device=device, ip=ip or "?")


def passkey_added(lang_code: str, date: int, name: str) -> str:
    """The message that tells a person's devices of a new passkey."""
    return _of(PASSKEY_ADDED, lang_code).format(date=_when(date), name=name)


def recovery_begun(lang_code: str, date: int, link: str) -> str:
    """The message that tells a person's devices of a recovery that they may refuse."""
    return _of(RECOVERY_BEGUN, lang_code).format(date=_when(date), link=link)


def recovery_subject(lang_code: str) -> str:
    """The subject of the same as a letter."""
    return _of(RECOVERY_SUBJECT, lang_code)


def recovery_opened(lang_code: str, date: int) -> str:
    """The message that tells a person's devices that the recovery was used."""
    return _of(RECOVERY_OPENED, lang_code).format(date=_when(date))


def takeout(lang_code: str, date: int, device: str, ip: str, wait_s: int = 0) -> str:
    """The message that tells a person's devices of an export of their data, and how long it waits."""
    said = _of(TAKEOUT, lang_code).format(date=_when(date), device=device, ip=ip or "?")
    return said + (_of(TAKEOUT_WAITS, lang_code).format(then=_when(date + wait_s)) if wait_s else "")


def exported(lang_code: str, date: int) -> str:
    """The message that tells a person that their data were copied for them."""
    return _of(EXPORTED, lang_code).format(date=_when(date))


def _when(date: int) -> str:
    return datetime.fromtimestamp(date, UTC).strftime("%d/%m/%Y %H:%M UTC")
