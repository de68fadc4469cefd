"""What is said to whoever noticed something, and to those who look after rooms, in English and French.

Source: dsa/16(4), dsa/16(5), dsa/23
"""

from datetime import UTC, datetime

from chappe.safety import taxonomy
from chappe.safety.records import GONE, MEASURE, NO_ACTION, UNFOUNDED

SUBJECT = {
    "receipt": {"en": "We have your notice ({number})", "fr": "Votre signalement est arrivé ({number})"},
    "outcome": {"en": "Your notice was decided ({number})", "fr": "Votre signalement est traité ({number})"},
    "warning": {"en": "Your notices", "fr": "Vos signalements"},
}
RECEIPT = {
    "en": "Thank you, your report has arrived. A person will look at it and you will hear here what was decided.\n\n"
    "Number: {number}\nWhat: {what}\nItems: {items}\n\nHow it stands, for you alone:\n{link}",
    "fr": "Merci, votre signalement est arrivé. Une personne l’examinera et vous saurez ici ce qui a été décidé.\n\n"
    "Numéro : {number}\nObjet : {what}\nÉléments : {items}\n\nOù il en est, pour vous seul :\n{link}",
}
OUTCOME = {
    "en": "Your report no. {number} ({what}) was decided.\n\n{outcome}\n\n{automation}\n\n{redress}\n{link}",
    "fr": "Votre signalement n° {number} ({what}) est traité.\n\n{outcome}\n\n{automation}\n\n{redress}\n{link}",
}
OUTCOMES = {
    MEASURE: {"en": "We acted on what you reported.", "fr": "Nous avons agi sur ce que vous avez signalé."},
    NO_ACTION: {
        "en": "We looked at it and found nothing that the law or our terms forbid. Nothing was done.",
        "fr": "Nous l’avons examiné sans rien trouver que la loi ou nos conditions interdisent. Rien n’a été fait.",
    },
    UNFOUNDED: {
        "en": "We looked at it: the report was plainly unfounded. Nothing was done.",
        "fr": "Nous l’avons examiné : le signalement était manifestement infondé. Rien n’a été fait.",
    },
    GONE: {
        "en": "What you reported was gone when we looked at it. Nothing more was done.",
        "fr": "Ce que vous avez signalé n’existait plus au moment de l’examen. Rien d’autre n’a été fait.",
    },
}
PARTLY = {
    "en": "We acted on part of what you reported. The rest may stay, or was gone.",
    "fr": "Nous avons agi sur une partie de ce que vous avez signalé. Le reste peut rester, ou n’existait plus.",
}
OVERTURNED = {
    "en": "It was looked at once more, and the measure we had taken was not right: it was taken back.",
    "fr": "Il a été réexaminé, et la mesure que nous avions prise n’était pas justifiée : elle est retirée.",
}
AUTOMATION = {
    False: {"en": "People decided this.", "fr": "Des personnes en ont décidé."},
    True: {
        "en": "A rule decided this automatically.",
        "fr": "Une règle en a décidé automatiquement.",
    },
}
REDRESS = {
    "en": "If you do not agree, you can object for six months and somebody else will decide; you can also turn to a "
    "certified body for settling disputes out of court, and to a court. Here is how it stands and where to object:",
    "fr": "Si vous n’êtes pas d’accord, vous pouvez faire une réclamation pendant six mois, qu’une autre personne "
    "tranchera ; vous pouvez aussi saisir un organe de règlement extrajudiciaire certifié, et la justice. Voici où "
    "il en est et où réclamer :",
}
WARNED = {
    "en": "Most of what you reported lately was plainly unfounded: {unfounded} of {decided} reports. Reports cost "
    "people time that others in danger need. If it goes on, your reports will be set aside for {days} days.",
    "fr": "La plupart de vos derniers signalements étaient manifestement infondés : {unfounded} sur {decided}. Chaque "
    "signalement prend un temps dont d’autres, en danger, ont besoin. Si cela continue, vos signalements seront "
    "refusés pendant {days} jours.",
}
LIMITED = {
    "en": "After our warning most of your reports were plainly unfounded again: {unfounded} of {decided}. "
    "Until {until} you cannot report anything, except the abuse of children. You can object where your reports are "
    "shown:\n{link}",
    "fr": "Après notre avertissement, la plupart de vos signalements étaient encore manifestement infondés : "
    "{unfounded} sur {decided}. Jusqu’au {until}, vous ne pouvez rien signaler, sauf l’abus d’enfants. Vous pouvez "
    "réclamer là où vos signalements sont affichés :\n{link}",
}
ROOM = {
    "en": "Somebody reported something in “{room}”, which you look after.\n\nWhat: {what}\nWhere: {link}\n\nYou may "
    "act by your own rules. Whatever you do, people of this server look at it too.",
    "fr": "Quelqu’un a signalé quelque chose dans « {room} », dont vous vous occupez.\n\nObjet : {what}\n"
    "Où : {link}\n\nVous pouvez agir selon vos propres règles. Quoi que vous fassiez, des personnes de ce serveur "
    "l’examinent aussi.",
}


def receipt(lang: str, number: int, what: tuple[str, str], items: int, link: str) -> str:
    """That the notice arrived. Shape: what is category and keyword."""
    said = taxonomy.in_words(*what, lang)
    return RECEIPT[taxonomy.language(lang)].format(number=number, what=said, items=items, link=link)


def outcome(
    lang: str, number: int, what: tuple[str, str], found: str, link: str, *, machine: bool, before: str = "",
    whole: bool = True,
) -> str:  # fmt: skip
    """What became of the notice. Shape: found is one of the outcomes of cases, for all of it if whole; before the one
    told earlier.
    """
    code = taxonomy.language(lang)
    said = OVERTURNED if before == MEASURE and found != MEASURE else OUTCOMES[found]
    if found == MEASURE and not whole:
        said = PARTLY
    return OUTCOME[code].format(
        number=number, what=taxonomy.in_words(*what, lang), outcome=said[code],
        automation=AUTOMATION[machine][code], redress=REDRESS[code], link=link,
    ).rstrip()  # fmt: skip


def subject(lang: str, sort: str, number: int = 0) -> str:
    """The subject of the same as a letter. Shape: sort is receipt, outcome or warning."""
    return SUBJECT[sort][taxonomy.language(lang)].format(number=number)


def warned(lang: str, unfounded: int, decided: int, days: int) -> str:
    """That further unfounded notices have a consequence."""
    return WARNED[taxonomy.language(lang)].format(unfounded=unfounded, decided=decided, days=days)


def limited(lang: str, unfounded: int, decided: int, until: int, link: str) -> str:
    """That notices are not taken for a time."""
    day = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%d")
    return LIMITED[taxonomy.language(lang)].format(unfounded=unfounded, decided=decided, until=day, link=link)


def room(lang: str, title: str, what: tuple[str, str], link: str) -> str:
    """That something in a room was noticed; never by whom, or in which words."""
    return ROOM[taxonomy.language(lang)].format(room=title, what=taxonomy.in_words(*what, lang), link=link)
