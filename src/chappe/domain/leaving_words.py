"""What people are told where their country is left, or all of them are; in English and French.

Source: requirements/leave
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from chappe.domain import leaving

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
        "how": "To export: here, in the browser: {link} (or in your app, Settings → Advanced or Data → Export, if it "
        "has that)",
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
        "how": "Pour exporter : ici, dans le navigateur : {link} (ou dans votre application, Paramètres → Avancé ou "
        "Données → Exporter, si elle le propose)",
        "where": "Où en sont les choses, où l’on pense que vous êtes et pourquoi : {page}",
    },
}
EVERYWHERE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "notice": "This server is going to close.",
        "closed_to_new": "This server is closing: since {date} nobody can make a new account. Yours goes on.",
        "export": "Take your data with you: while this server is closing you can export everything at any time, and "
        "later too.",
        "read_only": "Since {date} you can read here and export, but no longer write: this server is closing.",
        "closed": "Since {date} this server is closed. You can still sign in to export your data, or to delete your "
        "account. Nothing of yours was deleted.",
        "planned": "The dates on which this server closes have changed.",
        "reopened": "A step of closing this server was taken back.",
        "returned": "This server stays open, or is open again: your account works as it did before.",
        "where": "How things stand: {page}",
    },
    "fr": {
        "notice": "Ce serveur va fermer.",
        "closed_to_new": "Ce serveur ferme : depuis le {date}, plus personne ne peut créer de compte. Le vôtre "
        "continue.",
        "export": "Emportez vos données : pendant que ce serveur ferme, vous pouvez tout exporter à tout moment, et "
        "plus tard aussi.",
        "read_only": "Depuis le {date}, vous pouvez lire ici et exporter, mais plus écrire : ce serveur ferme.",
        "closed": "Depuis le {date}, ce serveur est fermé. Vous pouvez encore vous connecter pour exporter vos données "
        "ou supprimer votre compte. Rien de ce qui est à vous n’a été effacé.",
        "planned": "Les dates de la fermeture de ce serveur ont changé.",
        "reopened": "Une étape de la fermeture de ce serveur a été annulée.",
        "returned": "Ce serveur reste ouvert, ou l’est à nouveau : votre compte fonctionne comme avant.",
        "where": "Où en sont les choses : {page}",
    },
}
"""What is said otherwise where it is not one country that is left, but every one."""
PLAN = ("closed_to_new", "export", "read_only", "closed")
ENDS = ("returned", "closed")
"""After these letters nothing is to come."""


def letter(lang: str, kind: str, territory: str, date: int, plan: Mapping[str, int], site: str) -> str:
    """What a person is told. Shape: kind is a key of WORDS; date when it began; site ends in a slash."""
    known = lang if lang in LANGUAGES else "en"
    words = {**WORDS[known], **(EVERYWHERE[known] if territory == leaving.EVERYWHERE else {})}
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
