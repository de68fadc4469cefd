"""What the server says about a password and its address. English, and French where the client speaks it."""

from datetime import UTC, datetime

LETTERS = {
    "proof": {
        "en": (
            "Confirm this address",
            "Code to recover your password by this address: {code}. If you did not ask for it, ignore this letter.",
        ),
        "fr": (
            "Confirmez cette adresse",
            "Code pour récupérer votre mot de passe par cette adresse : {code}. Si vous ne l’avez pas demandé, ignorez "
            "cette lettre.",
        ),
    },
    "recovery": {
        "en": (
            "Recover your password",
            "Code that replaces your password: {code}. Do not give it to anyone. If you did not ask for it, somebody "
            "knows your number and your login code: change your password.",
        ),
        "fr": (
            "Récupérer votre mot de passe",
            "Code qui remplace votre mot de passe : {code}. Ne le donnez à personne. Si vous ne l’avez pas demandé, "
            "quelqu’un connaît votre numéro et votre code de connexion : changez de mot de passe.",
        ),
    },
}
RECOVERED = {
    "en": "Your password was replaced on {date} by a code sent to its address. If this was not you, end the sessions "
    "you do not know at once, and set a new password.",
    "fr": "Votre mot de passe a été remplacé le {date} par un code envoyé à son adresse. Si ce n’était pas vous, "
    "fermez tout de suite les sessions inconnues et choisissez un nouveau mot de passe.",
}
RESET_SUBJECT = {"en": "Somebody wants to remove your password", "fr": "Quelqu’un veut supprimer votre mot de passe"}
RESET = {
    "begun": {
        "en": "A device that is signed in to your account asked on {date} to remove its password, as forgotten. From "
        "{ready} on any of your devices can remove it.\n\nDevice: {device}\nAddress: {ip}\n\nIf this was not you, "
        "decline it on any other device, where the password is set: Settings, Two-Step Verification. Signing in "
        "with the password, or changing it, ends this, too. Then end the session of that device.",
        "fr": "Un appareil connecté à votre compte a demandé le {date} d’en supprimer le mot de passe, comme oublié. À "
        "partir du {ready}, chacun de vos appareils pourra le supprimer.\n\nAppareil : {device}\nAdresse : {ip}\n\n"
        "Si ce n’était pas vous, refusez sur un autre appareil, là où se règle le mot de passe : Paramètres, "
        "Vérification en deux étapes. Se connecter avec le mot de passe, ou le changer, y met fin aussi. Fermez "
        "ensuite la session de cet appareil.",
    },
    "declined": {
        "en": "The removal of your password was declined on {date}: the password stays. It can be asked for again from "
        "{ready} on.",
        "fr": "La suppression de votre mot de passe a été refusée le {date} : le mot de passe reste. On pourra la "
        "redemander à partir du {ready}.",
    },
    "made": {
        "en": "The password of your account was removed on {date}, a week after a device asked for it.\n\nDevice: "
        "{device}\nAddress: {ip}\n\nIf this was not you, end the sessions you do not know at once, and set a new "
        "password.",
        "fr": "Le mot de passe de votre compte a été supprimé le {date}, une semaine après la demande d’un appareil."
        "\n\nAppareil : {device}\nAdresse : {ip}\n\nSi ce n’était pas vous, fermez tout de suite les sessions "
        "inconnues et choisissez un nouveau mot de passe.",
    },
}


def letter(lang_code: str, what: str, code: str) -> tuple[str, str]:
    """(subject, text) of the letter that proves a password's address or recovers it."""
    subject, text = LETTERS[what].get(lang_code[:2], LETTERS[what]["en"])
    return subject, text.format(code=code)


def recovered(lang_code: str, date: int) -> str:
    """The message that tells a person's devices of a recovered password."""
    return RECOVERED.get(lang_code[:2], RECOVERED["en"]).format(date=_when(date))


def reset(lang_code: str, what: str, date: int, ready: int, device: str, ip: str) -> tuple[str, str]:
    """(subject, text) of what tells a person that their password's removal was asked for, declined or made."""
    text = RESET[what].get(lang_code[:2], RESET[what]["en"])
    said = text.format(date=_when(date), ready=_when(ready), device=device, ip=ip or "?")
    return RESET_SUBJECT.get(lang_code[:2], RESET_SUBJECT["en"]), said


def _when(date: int) -> str:
    return datetime.fromtimestamp(date, UTC).strftime("%d/%m/%Y %H:%M UTC")
