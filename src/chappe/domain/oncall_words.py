"""What the server says to people on call, in English and French, for a screen, a telephone's, and a voice."""

import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

LANGUAGES = ("en", "fr")
HEADLINES = {
    "en": {
        "emergency": "Emergency: an authority reports a danger to life",
        "removal": "Removal order: one hour",
        "order": "An order has arrived",
        "effect": "A removal order took effect by itself: a person looks at it again",
        "order_late": "The time of an order is running out",
        "order_missed": "The time of an order has passed",
        "hotline_left": "A call on the hotline was begun and neither filed nor ended",
        "alert": "A danger to life was found: a second person is needed",
        "alert_late": "An alert to an authority has not gone out yet",
        "synthetic_missing": "Today’s test order has not arrived: orders may be getting lost",
        "intake_stopped": "Orders cannot be taken in",
        "log_stopped": "The public log does not go on",
        "report_late": "A daily report is late",
        "growth_guard": "Growth guard",
        "approval": "Data for an emergency wait for the second person",
        "secrecy_ends": "The secrecy of an order ends: people are told, unless an authority prolongs it before",
        "authority_ends": "The registration of an authority ends",
        "straying": "An authority keeps reaching for what is not its own",
        "disk": "The disk is filling up",
        "certificate": "The TLS certificate has ended, or ends soon: put a new one in its place",
        "continuity": "Sign of life is needed",
        "recovery_drill": "A recovery drill is overdue: try out whether the sheets still bring a backup back",
        "absence": "No owner gave a sign of life in time: the successors may take over",
        "handover": "Handing over a shift",
        "shift": "Your shift has begun",
        "gap": "Nobody is on call",
        "drill": "Drill: nothing has happened, take this page",
        "test": "Test of your ways",
        "new_key": "Colleagues ask for a new passkey in your name: refuse it on the operators’ page if you lost none",
        "key_given": "A colleague who is not on call is given a new passkey: ask them whether they lost theirs",
        "key_replaced": "Your passkeys were replaced by a new one: speak up if that was not you",
    },
    "fr": {
        "emergency": "Urgence : une autorité signale un danger pour la vie",
        "removal": "Injonction de retrait : une heure",
        "order": "Une injonction est arrivée",
        "effect": "Une injonction de retrait a pris effet d’elle-même : une personne doit la revoir",
        "order_late": "Le délai d’une injonction touche à sa fin",
        "order_missed": "Le délai d’une injonction est dépassé",
        "hotline_left": "Un appel à la ligne d’urgence a été commencé, et ni transmis ni clos",
        "alert": "Un danger pour la vie a été constaté : une deuxième personne est nécessaire",
        "alert_late": "Une alerte à une autorité n’est pas encore partie",
        "synthetic_missing": "L’injonction d’essai du jour n’est pas arrivée : des injonctions se perdent peut-être",
        "intake_stopped": "Les injonctions ne peuvent plus être reçues",
        "log_stopped": "Le journal public n’avance plus",
        "report_late": "Un rapport quotidien est en retard",
        "growth_guard": "Garde de croissance",
        "approval": "Des données pour une urgence attendent la deuxième personne",
        "secrecy_ends": "Le secret d’une injonction prend fin : les personnes sont informées, sauf prolongation avant",
        "authority_ends": "L’enregistrement d’une autorité prend fin",
        "straying": "Une autorité cherche sans cesse ce qui n’est pas à elle",
        "disk": "Le disque se remplit",
        "certificate": "Le certificat TLS a expiré ou expire bientôt : remplacez-le",
        "continuity": "Un signe de vie est attendu",
        "recovery_drill": "Un exercice de reprise est en retard : vérifiez que les feuilles rouvrent une sauvegarde",
        "absence": "Aucun propriétaire n’a donné signe de vie à temps : les successeurs peuvent prendre le relais",
        "handover": "Passage d’une astreinte",
        "shift": "Votre astreinte a commencé",
        "gap": "Personne n’est d’astreinte",
        "drill": "Exercice : rien n’est arrivé, prenez cet appel",
        "test": "Essai de vos moyens de contact",
        "new_key": "Des collègues demandent une nouvelle clé d’accès à votre nom : refusez-la sur la page des "
        "opérateurs si vous n’en avez perdu aucune",
        "key_given": "Un collègue hors astreinte reçoit une nouvelle clé d’accès : demandez-lui s’il a perdu la sienne",
        "key_replaced": "Vos clés d’accès ont été remplacées par une nouvelle : parlez si ce n’était pas vous",
    },
}
WORDS = {
    "en": {
        "utc": "U T C",
        "since": "Since {time}.",
        "take": "Take it here: {link}",
        "answer": "or answer this chat with “ok”; “no” calls the next person at once.",
        "many": "{count} pages ring",
        "first": "The first since {time}.",
        "further": "… and {count} more, all of them in the console.",
        "take_all": "Take them all here: {link}",
        "answer_all": "or answer this chat: “ok” takes them all, “ok {page_id}” that one alone; "
        "“no” calls the next person at once.",
        "taken_all": "{count} pages ({pages}): {name} took them, the first after {seconds} s.",
        "taken_all_you": "You took {count} pages ({pages}), the first after {seconds} s.",
        "passed_all": "{count} pages: the next person is called.",
        "left_all": "{count} pages still wait ({pages}): answer “ok” for them too.",
        "voice_many": "This is the server {server}. {count} pages ring. {headlines}. The first began at {time}. "
        "Press 1 to take them all.",
        "console": "All of it: {link}",
        "taken": "{headline} (page {page_id}): {name} took it after {seconds} s.",
        "taken_you": "You took page {page_id} after {seconds} s: {headline}",
        "over": "{headline} (page {page_id}): it is over.",
        "nothing": "No page waits for you.",
        "left": "Page {page_id} still waits: answer “ok” for it too.",
        "passed": "Page {page_id}: the next person is called.",
        "voice": "This is the server {server}. {headline}. {text} It began at {time}. Press 1 to take it.",
        "handed": "{name} asks you to take over until {until}. Answer in the console.\n\n{note}",
        "handover_yes": "{name} has taken over. You are not on call any more.",
        "handover_no": "{name} cannot take over. You are still on call.",
        "reached": "{name}, who works for this server, is reached in this chat when something cannot wait. If you are "
        "not {name}, tell who runs the server: nothing else is asked of you.",
        "begun": "You are on call until {until}. Pages that nobody has taken: {count}.",
    },
    "fr": {
        "utc": "temps universel",
        "since": "Depuis {time}.",
        "take": "Prendre l’appel ici : {link}",
        "many": "{count} appels sonnent",
        "first": "Le premier depuis {time}.",
        "further": "… et {count} de plus, tous dans la console.",
        "take_all": "Les prendre tous ici : {link}",
        "answer_all": "ou répondez dans cette conversation : « ok » les prend tous, « ok {page_id} » celui-là seul ; "
        "« non » appelle tout de suite la personne suivante.",
        "taken_all": "{count} appels ({pages}) : pris par {name}, le premier après {seconds} s.",
        "taken_all_you": "Vous avez pris {count} appels ({pages}), le premier après {seconds} s.",
        "passed_all": "{count} appels : la personne suivante est appelée.",
        "left_all": "{count} appels attendent encore ({pages}) : répondez « ok » pour eux aussi.",
        "voice_many": "Ici le serveur {server}. {count} appels sonnent. {headlines}. Le premier à {time}. "
        "Tapez 1 pour les prendre tous.",
        "answer": "ou répondez « ok » dans cette conversation ; « non » appelle tout de suite la personne suivante.",
        "console": "Tout le dossier : {link}",
        "taken": "{headline} (appel {page_id}) : pris par {name} après {seconds} s.",
        "taken_you": "Vous avez pris l’appel {page_id} après {seconds} s : {headline}",
        "over": "{headline} (appel {page_id}) : c’est terminé.",
        "nothing": "Aucun appel ne vous attend.",
        "left": "L’appel {page_id} attend encore : répondez « ok » pour lui aussi.",
        "passed": "Appel {page_id} : la personne suivante est appelée.",
        "voice": "Ici le serveur {server}. {headline}. {text} Début à {time}. Tapez 1 pour prendre.",
        "handed": "{name} vous demande de prendre le relais jusqu’au {until}. Répondez dans la console.\n\n{note}",
        "handover_yes": "{name} a pris le relais. Vous n’êtes plus d’astreinte.",
        "handover_no": "{name} ne peut pas prendre le relais. Vous restez d’astreinte.",
        "reached": "{name}, qui travaille pour ce serveur, est joint dans cette conversation quand quelque chose ne "
        "peut attendre. Si vous n’êtes pas {name}, dites-le à qui gère le serveur : rien d’autre ne vous est demandé.",
        "begun": "Vous êtes d’astreinte jusqu’au {until}. Appels que personne n’a pris : {count}.",
    },
}
SMS_MOST = 300
"""Characters of an SMS: two parts at most, or four where a letter needs the wide alphabet."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a page has to say. Shape: link takes it; console is where the rest stands; a slash at its end; zone is
    that of who is called."""

    page_id: int
    kind: str
    text: str
    date: int
    link: str
    console: str
    server: str
    others: tuple["Other", ...] = ()
    zone: str = ""


Other = tuple[int, str, str]
"""What rings besides: (page_id, kind, text), the oldest first."""
LINES = 20
"""Pages of one ring that are listed; of the others their number is said."""
NUMBERS = 12


def language(lang_code: str) -> str:
    """One of ours."""
    return lang_code[:2] if lang_code[:2] in LANGUAGES else "en"


def headline(lang_code: str, kind: str) -> str:
    """What a kind of page is called; one that is not known stands as it is."""
    return HEADLINES[language(lang_code)].get(kind, kind)


def title(lang_code: str, said: Said) -> str:
    """What rings, in one line: the page, or how many there are."""
    if not said.others:
        return headline(lang_code, said.kind)
    return many(lang_code, len(said.others) + 1)


def many(lang_code: str, count: int) -> str:
    """That several pages ring."""
    return WORDS[language(lang_code)]["many"].format(count=count)


def chat(lang_code: str, said: Said) -> str:
    """The page in the chat with the server, and in a mail; with a line for each where several ring."""
    words = WORDS[language(lang_code)]
    if said.others:
        return "\n".join(_several(lang_code, said))
    parts = [
        headline(lang_code, said.kind), said.text, words["since"].format(time=moment(said.date, said.zone)), "",
        words["take"].format(link=said.link), words["answer"], words["console"].format(link=_place(said)),
    ]  # fmt: skip
    return "\n".join(part for part in parts if part or part == "")


def _several(lang_code: str, said: Said) -> list[str]:
    words = WORDS[language(lang_code)]
    all_ = _all(said)
    lines = [f"{no}. {headline(lang_code, kind)} · {text}".rstrip(" ·") for no, kind, text in all_[:LINES]]
    further = [words["further"].format(count=len(all_) - LINES)] if len(all_) > LINES else []
    return [
        title(lang_code, said), *lines, *further, words["first"].format(time=moment(said.date, said.zone)), "",
        words["take_all"].format(link=said.link), words["answer_all"].format(page_id=all_[0][0]),
        words["console"].format(link=f"{said.console}oncall"),
    ]  # fmt: skip


def _all(said: Said) -> list[Other]:
    return sorted([(said.page_id, said.kind, said.text), *said.others])


def _kinds(lang_code: str, said: Said) -> str:
    """How many of each kind, in words."""
    found: dict[str, int] = {}
    for _, kind, _ in _all(said):
        found[kind] = found.get(kind, 0) + 1
    return "; ".join(f"{count} × {headline(lang_code, kind)}" for kind, count in found.items())


def note(lang_code: str, said: Said) -> str:
    """What is said once and needs no answer."""
    words = WORDS[language(lang_code)]
    return "\n".join((headline(lang_code, said.kind), said.text, words["console"].format(link=_place(said))))


def subject(lang_code: str, said: Said) -> str:
    """The subject of its mail."""
    return f"[{said.server}] {title(lang_code, said)}"


def sms(lang_code: str, said: Said) -> str:
    """The page as an SMS: the link is never cut."""
    about = _kinds(lang_code, said) if said.others else said.text
    head = f"{said.server}: {title(lang_code, said)}. {about}"
    room = SMS_MOST - len(said.link) - 1
    return f"{head if len(head) <= room else head[: room - 1] + '…'} {said.link}"


def voice(lang_code: str, said: Said) -> str:
    """The page as a voice reads it."""
    words, time = WORDS[language(lang_code)], _spoken(lang_code, said.date, said.zone)
    if said.others:
        told = {"server": said.server, "count": len(said.others) + 1, "headlines": _kinds(lang_code, said)}
        return words["voice_many"].format(**told, time=time)
    return words["voice"].format(
        server=said.server, headline=headline(lang_code, said.kind), text=said.text, time=time
    )


def taken(lang_code: str, pages: Sequence[tuple[int, str]], name: str, seconds: int) -> str:
    """Who was called hears who has them; without a name it is who reads this. Shape: pages are (page_id, kind)."""
    words = WORDS[language(lang_code)]
    if len(pages) == 1:
        ((page_id, kind),) = pages
        text = words["taken" if name else "taken_you"]
        return text.format(headline=headline(lang_code, kind), page_id=page_id, name=name, seconds=seconds)
    text = words["taken_all" if name else "taken_all_you"]
    return text.format(count=len(pages), pages=_numbers([no for no, _ in pages]), name=name, seconds=seconds)


def _numbers(page_ids: Sequence[int]) -> str:
    more = [f"… +{len(page_ids) - NUMBERS}"] if len(page_ids) > NUMBERS else []
    return ", ".join([*map(str, page_ids[:NUMBERS]), *more])


def over(lang_code: str, page_id: int, kind: str) -> str:
    """Who was called hears that it is over."""
    return WORDS[language(lang_code)]["over"].format(headline=headline(lang_code, kind), page_id=page_id)


def passed(lang_code: str, page_ids: Sequence[int]) -> str:
    """Who declined hears that the next one is called."""
    words = WORDS[language(lang_code)]
    if len(page_ids) == 1:
        return words["passed"].format(page_id=page_ids[0])
    return words["passed_all"].format(count=len(page_ids))


def left(lang_code: str, page_ids: Sequence[int]) -> str:
    """Who took some pages and is called for others."""
    words = WORDS[language(lang_code)]
    if len(page_ids) == 1:
        return words["left"].format(page_id=page_ids[0])
    return words["left_all"].format(count=len(page_ids), pages=_numbers(page_ids))


def nothing(lang_code: str) -> str:
    """Who answers without having been called."""
    return WORDS[language(lang_code)]["nothing"]


def handed(lang_code: str, name: str, until: int, note: str, zone: str = "") -> str:
    """Who is asked to take over."""
    text = WORDS[language(lang_code)]["handed"].format(name=name, until=moment(until, zone), note=note)
    return f"{headline(lang_code, 'handover')}\n\n{text.strip()}"


def handover_answered(lang_code: str, name: str, taken: bool) -> str:
    """Who asked hears the answer."""
    return WORDS[language(lang_code)]["handover_yes" if taken else "handover_no"].format(name=name)


def reached(lang_code: str, name: str) -> str:
    """Whose account is one by which somebody on call is reached."""
    return WORDS[language(lang_code)]["reached"].format(name=name)


def begun(lang_code: str, until: int, count: int, zone: str = "") -> str:
    """Whose shift has begun."""
    text = WORDS[language(lang_code)]["begun"].format(until=moment(until, zone), count=count)
    return f"{headline(lang_code, 'shift')}\n\n{text}"


def _place(said: Said) -> str:
    return f"{said.console}oncall#page-{said.page_id}"


def moment(date: int, zone: str = "") -> str:
    """A date as it is written, with the short name of the zone. Shape: zone empty for UTC."""
    return f"{datetime.fromtimestamp(date, _zone(zone)):%Y-%m-%d %H:%M %Z}"


def local(text: str, zone: str) -> str:
    """The text with the moments in it, as `moment` writes them in UTC, as they are in the zone."""
    return _MOMENT.sub(lambda found: moment(int(datetime.fromisoformat(f"{found[1]}+00:00").timestamp()), zone), text)


_MOMENT = re.compile(r"\b([0-9]{4}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]) UTC\b")


def is_zone(zone: str) -> bool:
    """True for a zone that this machine knows, and for none."""
    return not zone or _zone(zone) is not UTC or zone == "UTC"


def _zone(zone: str) -> tzinfo:
    """The zone, UTC where the machine does not know it any more: a page goes out all the same."""
    try:
        return zoneinfo.ZoneInfo(zone) if zone else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _spoken(lang_code: str, date: int, zone: str) -> str:
    """The hour as a voice reads it: the name of the zone letter by letter."""
    hour, name = moment(date, zone)[11:].split(" ", 1)
    utc = WORDS[language(lang_code)]["utc"]
    told = utc if name == "UTC" else " ".join(name) if name.isalpha() else f"{utc} {name}"
    return f"{hour} {told}"
