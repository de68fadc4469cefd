"""What people in a country that is being left are told, in English and French. Source: requirements/leave"""

from collections.abc import Mapping
from datetime import UTC, datetime

LANGUAGES = ("en", "fr")
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "notice": "This server is going to leave your country ({territory}).",
        "closed_to_new": "This server is leaving your country ({territory}): since {date} nobody there can make a new "
        "account. Yours goes on.",
        "export": "Take your data with you: while this server is leaving your country ({territory}), you can export "
        "everything at any time, and later too.",
        "read_only": "Since {date} you can read here and export, but no longer write: this server is leaving your "
        "country ({territory}).",
        "closed": "Since {date} this server is closed for your country ({territory}). You can still sign in to export "
        "your data, or to delete your account. Nothing of yours was deleted.",
        "planned": "The dates of leaving your country ({territory}) have changed.",
        "reopened": "A step of leaving your country ({territory}) was taken back.",
        "returned": "This server stays in your country ({territory}), or is back in it: your account works as it did "
        "before.",
        "plan": "What is planned:",
        "step_closed_to_new": "{date}: no new accounts",
        "step_export": "{date}: everybody is asked to export their data",
        "step_read_only": "{date}: you can read, but no longer write",
        "step_closed": "{date}: closed; exporting and deleting still work",
        "none": "No dates are set yet; you will be told.",
        "how": "To export: in your app, Settings → Advanced or Data → Export, if it has that; or here: {link}",
        "where": "How things stand, and where you are thought to be and why: {page}",
    },
    "fr": {
        "notice": "Ce serveur va quitter votre pays ({territory}).",
        "closed_to_new": "Ce serveur quitte votre pays ({territory}) : depuis le {date}, plus personne ne peut y créer "
        "de compte. Le vôtre continue.",
        "export": "Emportez vos données : pendant que ce serveur quitte votre pays ({territory}), vous pouvez tout "
        "exporter à tout moment, et plus tard aussi.",
        "read_only": "Depuis le {date}, vous pouvez lire ici et exporter, mais plus écrire : ce serveur quitte votre "
        "pays ({territory}).",
        "closed": "Depuis le {date}, ce serveur est fermé pour votre pays ({territory}). Vous pouvez encore vous "
        "connecter pour exporter vos données ou supprimer votre compte. Rien de ce qui est à vous n’a été effacé.",
        "planned": "Les dates du départ de votre pays ({territory}) ont changé.",
        "reopened": "Une étape du départ de votre pays ({territory}) a été annulée.",
        "returned": "Ce serveur reste dans votre pays ({territory}), ou y est revenu : votre compte fonctionne comme "
        "avant.",
        "plan": "Ce qui est prévu :",
        "step_closed_to_new": "{date} : plus de nouveaux comptes",
        "step_export": "{date} : chacun est invité à exporter ses données",
        "step_read_only": "{date} : vous pourrez lire, mais plus écrire",
        "step_closed": "{date} : fermeture ; l’export et la suppression restent possibles",
        "none": "Aucune date n’est encore fixée ; vous serez prévenu.",
        "how": "Pour exporter : dans votre application, Paramètres → Avancé ou Données → Exporter, si elle le propose "
        "; ou ici : {link}",
        "where": "Où en sont les choses, où l’on pense que vous êtes et pourquoi : {page}",
    },
}
PLAN = ("closed_to_new", "export", "read_only", "closed")
ENDS = ("returned", "closed")
"""After these letters nothing is to come."""


def letter(lang: str, kind: str, territory: str, date: int, plan: Mapping[str, int], site: str) -> str:
    """What a person is told. Shape: kind is a key of WORDS; date when it began; site ends in a slash."""
    words = WORDS[lang if lang in LANGUAGES else "en"]
    parts = [words[kind].format(territory=territory, date=_day(date))]
    if kind not in ENDS:
        lines = [words[f"step_{step}"].format(date=_day(plan[step])) for step in PLAN if step in plan]
        parts.append("\n".join([words["plan"], *lines]) if lines else words["none"])
    if kind != "returned":
        parts.append(words["how"].format(link=f"{site}export"))
    parts.append(words["where"].format(page=f"{site}territories/{territory}"))
    return "\n\n".join(parts)


def _day(date: int) -> str:
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d %H:%M UTC")
