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


def letter(lang_code: str, what: str, code: str) -> tuple[str, str]:
    """(subject, text) of the letter that proves a password's address or recovers it."""
    subject, text = LETTERS[what].get(lang_code[:2], LETTERS[what]["en"])
    return subject, text.format(code=code)


def recovered(lang_code: str, date: int) -> str:
    """The message that tells a person's devices of a recovered password."""
    when = datetime.fromtimestamp(date, UTC).strftime("%d/%m/%Y %H:%M UTC")
    return RECOVERED.get(lang_code[:2], RECOVERED["en"]).format(date=when)
