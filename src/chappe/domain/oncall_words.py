"""What the server says to people on call, in English and French, for a screen, a telephone's, and a voice."""

from dataclasses import dataclass
from datetime import UTC, datetime

LANGUAGES = ("en", "fr")
HEADLINES = {
    "en": {
        "emergency": "Emergency: an authority reports a danger to life",
        "removal": "Removal order: one hour",
        "order": "An order has arrived",
        "effect": "A removal order took effect by itself: a person looks at it again",
        "order_late": "The time of an order is running out",
        "order_missed": "The time of an order has passed",
        "alert": "A danger to life was found: a second person is needed",
        "alert_late": "An alert to an authority has not gone out yet",
        "synthetic_missing": "Today’s test order has not arrived: orders may be getting lost",
        "intake_stopped": "Orders cannot be taken in",
        "log_stopped": "The public log does not go on",
        "report_late": "A daily report is late",
        "growth_guard": "Growth guard",
        "approval": "Data for an emergency wait for the second person",
        "authority_ends": "The registration of an authority ends",
        "disk": "The disk is filling up",
        "continuity": "Sign of life is needed",
        "straying": "An authority keeps reaching for what is not its own",
        "absence": "No owner gave a sign of life in time: the successors may take over",
        "handover": "A shift is handed over to you",
        "shift": "Your shift has begun",
        "gap": "Nobody is on call",
        "drill": "Drill: nothing has happened, take this page",
        "test": "Test of your ways",
    },
    "fr": {
        "emergency": "Urgence : une autorité signale un danger pour la vie",
        "removal": "Injonction de retrait : une heure",
        "order": "Une injonction est arrivée",
        "effect": "Une injonction de retrait a pris effet d’elle-même : une personne doit la revoir",
        "order_late": "Le délai d’une injonction touche à sa fin",
        "order_missed": "Le délai d’une injonction est dépassé",
        "alert": "Un danger pour la vie a été constaté : une deuxième personne est nécessaire",
        "alert_late": "Une alerte à une autorité n’est pas encore partie",
        "synthetic_missing": "L’injonction d’essai du jour n’est pas arrivée : des injonctions se perdent peut-être",
        "intake_stopped": "Les injonctions ne peuvent plus être reçues",
        "log_stopped": "Le journal public n’avance plus",
        "report_late": "Un rapport quotidien est en retard",
        "growth_guard": "Garde de croissance",
        "approval": "Des données pour une urgence attendent la deuxième personne",
        "authority_ends": "L’enregistrement d’une autorité prend fin",
        "disk": "Le disque se remplit",
        "continuity": "Un signe de vie est attendu",
        "absence": "Aucun propriétaire n’a donné signe de vie à temps : les successeurs peuvent prendre le relais",
        "handover": "Une astreinte vous est confiée",
        "shift": "Votre astreinte a commencé",
        "straying": "Une autorité cherche sans cesse ce qui n’est pas à elle",
        "gap": "Personne n’est d’astreinte",
        "drill": "Exercice : rien n’est arrivé, prenez cet appel",
        "test": "Essai de vos moyens de contact",
    },
}
WORDS = {
    "en": {
        "since": "Since {time} UTC.",
        "take": "Take it here: {link}",
        "answer": "or answer this chat with “ok”; “no” calls the next person at once.",
        "console": "All of it: {link}",
        "taken": "{headline} (page {page_id}): {name} took it after {seconds} s.",
        "taken_you": "You took page {page_id} after {seconds} s: {headline}",
        "over": "{headline} (page {page_id}): it is over.",
        "nothing": "No page waits for you.",
        "left": "Page {page_id} still waits: answer “ok” for it too.",
        "passed": "Page {page_id}: the next person is called.",
        "voice": "This is the server {server}. {headline}. {text} It began at {time} U T C. Press 1 to take it.",
        "handed": "{name} asks you to take over until {until} UTC. Answer in the console.\n\n{note}",
        "handover_yes": "{name} has taken over. You are not on call any more.",
        "handover_no": "{name} cannot take over. You are still on call.",
        "begun": "You are on call until {until} UTC. Pages that nobody has taken: {count}.",
    },
    "fr": {
        "since": "Depuis {time} UTC.",
        "take": "Prendre l’appel ici : {link}",
        "answer": "ou répondez « ok » dans cette conversation ; « non » appelle tout de suite la personne suivante.",
        "console": "Tout le dossier : {link}",
        "taken": "{headline} (appel {page_id}) : pris par {name} après {seconds} s.",
        "taken_you": "Vous avez pris l’appel {page_id} après {seconds} s : {headline}",
        "over": "{headline} (appel {page_id}) : c’est terminé.",
        "nothing": "Aucun appel ne vous attend.",
        "left": "L’appel {page_id} attend encore : répondez « ok » pour lui aussi.",
        "passed": "Appel {page_id} : la personne suivante est appelée.",
        "voice": "Ici le serveur {server}. {headline}. {text} Début à {time} temps universel. Tapez 1 pour prendre.",
        "handed": "{name} vous demande de prendre le relais jusqu’au {until} UTC. Répondez dans la console.\n\n{note}",
        "handover_yes": "{name} a pris le relais. Vous n’êtes plus d’astreinte.",
        "handover_no": "{name} ne peut pas prendre le relais. Vous restez d’astreinte.",
        "begun": "Vous êtes d’astreinte jusqu’au {until} UTC. Appels que personne n’a pris : {count}.",
    },
}
SMS_MOST = 300
"""Characters of an SMS: two parts at most, or four where a letter needs the wide alphabet."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a page has to say. Shape: link takes it; console is where the rest stands; a slash at its end."""

    page_id: int
    kind: str
    text: str
    date: int
    link: str
    console: str
    server: str


def language(lang_code: str) -> str:
    """One of ours."""
    return lang_code[:2] if lang_code[:2] in LANGUAGES else "en"


def headline(lang_code: str, kind: str) -> str:
    """What a kind of page is called; one that is not known stands as it is."""
    return HEADLINES[language(lang_code)].get(kind, kind)


def chat(lang_code: str, said: Said) -> str:
    """The page in the chat with the server, and in a mail."""
    words = WORDS[language(lang_code)]
    parts = [
        headline(lang_code, said.kind), said.text, words["since"].format(time=instant(said.date)), "",
        words["take"].format(link=said.link), words["answer"], words["console"].format(link=_place(said)),
    ]  # fmt: skip
    return "\n".join(part for part in parts if part or part == "")


def note(lang_code: str, said: Said) -> str:
    """What is said once and needs no answer."""
    words = WORDS[language(lang_code)]
    return "\n".join((headline(lang_code, said.kind), said.text, words["console"].format(link=_place(said))))


def subject(lang_code: str, said: Said) -> str:
    """The subject of its mail."""
    return f"[{said.server}] {headline(lang_code, said.kind)}"


def sms(lang_code: str, said: Said) -> str:
    """The page as an SMS: the link is never cut."""
    head = f"{said.server}: {headline(lang_code, said.kind)}. {said.text}"
    room = SMS_MOST - len(said.link) - 1
    return f"{head if len(head) <= room else head[: room - 1] + '…'} {said.link}"


def voice(lang_code: str, said: Said) -> str:
    """The page as a voice reads it."""
    words = WORDS[language(lang_code)]
    return words["voice"].format(
        server=said.server, headline=headline(lang_code, said.kind), text=said.text, time=instant(said.date)[-5:]
    )


def taken(lang_code: str, page_id: int, kind: str, name: str, seconds: int) -> str:
    """Who was called hears who has it; without a name it is who reads this."""
    words = WORDS[language(lang_code)]
    text = words["taken" if name else "taken_you"]
    return text.format(headline=headline(lang_code, kind), page_id=page_id, name=name, seconds=seconds)


def over(lang_code: str, page_id: int, kind: str) -> str:
    """Who was called hears that it is over."""
    return WORDS[language(lang_code)]["over"].format(headline=headline(lang_code, kind), page_id=page_id)


def passed(lang_code: str, page_id: int) -> str:
    """Who declined hears that the next one is called."""
    return WORDS[language(lang_code)]["passed"].format(page_id=page_id)


def left(lang_code: str, page_id: int) -> str:
    """Who took one page and is called for another."""
    return WORDS[language(lang_code)]["left"].format(page_id=page_id)


def nothing(lang_code: str) -> str:
    """Who answers without having been called."""
    return WORDS[language(lang_code)]["nothing"]


def handed(lang_code: str, name: str, until: int, note: str) -> str:
    """Who is asked to take over."""
    text = WORDS[language(lang_code)]["handed"].format(name=name, until=instant(until), note=note)
    return f"{headline(lang_code, 'handover')}\n\n{text.strip()}"


def handover_answered(lang_code: str, name: str, taken: bool) -> str:
    """Who asked hears the answer."""
    return WORDS[language(lang_code)]["handover_yes" if taken else "handover_no"].format(name=name)


def begun(lang_code: str, until: int, count: int) -> str:
    """Whose shift has begun."""
    text = WORDS[language(lang_code)]["begun"].format(until=instant(until), count=count)
    return f"{headline(lang_code, 'shift')}\n\n{text}"


def _place(said: Said) -> str:
    return f"{said.console}oncall#page-{said.page_id}"


def instant(date: int) -> str:
    """A date as it is written. Shape: UTC."""
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d %H:%M")
