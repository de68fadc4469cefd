"""What the summary of a package, the letter that it is ready and the word to the person say, in French and English."""

from collections.abc import Mapping
from datetime import UTC, datetime

LANGUAGES = ("en", "fr")

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Data handed over: case {number}",
        "made": "Made on {date} for {authority} ({country}), file {reference}.",
        "two": "Two different people of this service stand behind it, neither of whom registered the authority.",
        "matched": "What your order named, and exactly what it matched",
        "target": "Target {no}",
        "nothing": "nothing here",
        "files": "What is in this package",
        "records": "{name}: {category}, {key}, {time}: {count} records",
        "time": "{since} to {until}",
        "no_time": "as it is",
        "check": "How to check it",
        "check_text": "manifest.json names each file with its SHA-256. manifest.sig is its Ed25519 signature (base64) "
                      "by the key {key}, which is published at {link}.",
        "limits": "What is not here",
        "limits_text": "Only what was ordered, of the times that were ordered, and only what exists: what is past the "
                       "time for which it may be kept is gone. Of secret chats this server holds no key and no text. "
                       "Times of connections are stored once an hour, and with each new port, at most once a minute; a "
                       "stretch says when a device was first and last seen at an address and port. Of groups and "
                       "channels only what the person wrote there is here, also of those they have left.",
        "unprintable": "Letters that this page cannot print stand here as their number (U+….); the JSON files have "
                       "them as they are.",
        "ready_subject": "[{number}] Ready to be fetched",
        "ready": "What you ordered in case {number} (your file {reference}) is ready. It is encrypted to the key you "
                 "registered; it can be fetched until {date}, then it is destroyed.\n\n{link}",
        "matched_username": "the username {username} is held by this account",
        "matched_username_formerly": "the username {username} was held by this account, which ended on {ended}",
        "matched_username_room": "the username {username} is that of the room “{room}”, made by this account",
        "matched_phone": "the number {phone} is held by this account",
        "matched_phone_formerly": "the number {phone} was held by this account, which ended on {ended}",
        "matched_ip": "a device of this account was in use from {ip} between {since} and {until}",
        "matched_ip_before": "a device of this account was noted at {ip} within the hour before {since} and may still "
                             "have been there: signs of life are noted once an hour",
        "shared": "; {accounts} accounts match that address and time, which alone do not tell them apart",
        "matched_link": "the link {link} leads to this account",
        "matched_link_room": "the link {link} leads to the room “{room}”, made by this account",
        "matched_message_link_room": "the link {link} leads to the room “{room}”, made by this account",
        "matched_message_link": "the link {link} leads to this account",
        "matched_message": "the link {link} leads to a message of {date}, written by this account",
        "matched_user_id": "the account has the number {user_id}",
        "matched_bot_owner": "{username} (number {user_id}) is a bot; this account answers for it",
        "matched_bot_owner_formerly": "{username} (number {user_id}) was a bot until {ended}; this account answered "
                                      "for it",
        "matched_before": "this account was what was named when the order was first looked at",
        "matched_user_id_room": "the number {user_id} is that of the room “{room}”, made by this account",
        "subscriber": "subscriber data", "identification": "addresses and times of connections",
        "traffic": "traffic data", "content": "content",
    },
    "fr": {
        "title": "Données communiquées : dossier {number}",
        "made": "Établi le {date} pour {authority} ({country}), référence {reference}.",
        "two": "Deux personnes différentes de ce service en répondent ; aucune n’a enregistré l’autorité.",
        "matched": "Ce que votre injonction désignait, et exactement ce qui y correspond",
        "target": "Cible {no}",
        "nothing": "rien ici",
        "files": "Ce que contient cet envoi",
        "records": "{name} : {category}, {key}, {time} : {count} enregistrements",
        "time": "du {since} au {until}",
        "no_time": "en l’état",
        "check": "Comment le vérifier",
        "check_text": "manifest.json nomme chaque fichier avec son SHA-256. manifest.sig en est la signature Ed25519 "
                      "(base64) par la clé {key}, publiée à l’adresse {link}.",
        "limits": "Ce qui n’y est pas",
        "limits_text": "Seulement ce qui a été ordonné, pour les périodes ordonnées, et seulement ce qui existe : ce "
                       "dont la durée de conservation est dépassée a disparu. Des discussions secrètes, ce serveur ne "
                       "détient ni clé ni texte. Les heures de connexion sont notées une fois par heure, et à chaque "
                       "nouveau port, au plus une fois par minute ; une période dit quand un appareil a été vu à une "
                       "adresse et un port pour la première et la dernière fois. Des groupes et canaux, seul s’y "
                       "trouve ce que la personne y a écrit, aussi dans ceux qu’elle a quittés.",
        "unprintable": "Les lettres que cette page ne peut imprimer y figurent par leur numéro (U+….) ; les fichiers "
                       "JSON les contiennent telles quelles.",
        "ready_subject": "[{number}] Prêt à être retiré",
        "ready": "Ce que vous avez ordonné dans le dossier {number} (votre référence {reference}) est prêt. Le fichier "
                 "est chiffré pour la clé que vous avez enregistrée ; il peut être retiré jusqu’au {date}, puis il est "
                 "détruit.\n\n{link}",
        "matched_username": "le nom d’utilisateur {username} appartient à ce compte",
        "matched_username_formerly": "le nom d’utilisateur {username} appartenait à ce compte, fermé le {ended}",
        "matched_username_room": "le nom d’utilisateur {username} est celui du salon « {room} », créé par ce compte",
        "matched_phone": "le numéro {phone} appartient à ce compte",
        "matched_phone_formerly": "le numéro {phone} appartenait à ce compte, fermé le {ended}",
        "matched_ip": "un appareil de ce compte était en usage depuis {ip} entre {since} et {until}",
        "matched_ip_before": "un appareil de ce compte a été noté à {ip} dans l’heure précédant {since} et pouvait s’y "
                             "trouver encore : les signes de vie sont notés une fois par heure",
        "shared": " ; {accounts} comptes correspondent à cette adresse et à cette heure, qui seules ne les distinguent "
                  "pas",
        "matched_link": "le lien {link} mène à ce compte",
        "matched_link_room": "le lien {link} mène au salon « {room} », créé par ce compte",
        "matched_message_link_room": "le lien {link} mène au salon « {room} », créé par ce compte",
        "matched_message_link": "le lien {link} mène à ce compte",
        "matched_message": "le lien {link} mène à un message du {date}, écrit par ce compte",
        "matched_user_id": "le compte porte le numéro {user_id}",
        "matched_bot_owner": "{username} (numéro {user_id}) est un robot ; ce compte en répond",
        "matched_bot_owner_formerly": "{username} (numéro {user_id}) était un robot jusqu’au {ended} ; ce compte en "
                                      "répondait",
        "matched_before": "ce compte était ce qui était désigné lors du premier examen de l’injonction",
        "matched_user_id_room": "le numéro {user_id} est celui du salon « {room} », créé par ce compte",
        "subscriber": "données d’abonné", "identification": "adresses et heures de connexion",
        "traffic": "données de trafic", "content": "contenu",
    },
}  # fmt: skip
_DATES = frozenset({"since", "until", "ended", "date"})


def of(language: str) -> Mapping[str, str]:
    """The words of the language, English for others."""
    return WORDS.get(language[:2].lower(), WORDS["en"])


def matched(language: str, how: str, facts: Mapping[str, str]) -> str:
    """In one sentence how a target was matched."""
    told = {key: moment(int(value)) if key in _DATES else value for key, value in facts.items()}
    said = of(language)[f"matched_{how}"].format_map(told)
    return said + of(language)["shared"].format_map(told) if int(facts.get("accounts", "1")) > 1 else said


def moment(date: int) -> str:
    """A date with its time zone."""
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
