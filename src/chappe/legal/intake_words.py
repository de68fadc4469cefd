"""What receipts and first answers say, in French and English.

Source: dsa/10(1), requirements/legal-intake
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chappe.legal.orders import of
from chappe.legal.orders.form import AT_EXECUTION
from chappe.legal.records import Order

LANGUAGES = ("en", "fr")
NAMED = ("unreadable", "xml")
"""Flaws that name a file each, and are told together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What letters say of this server. Shape: pages and portal end with a slash; portal empty where there is none."""

    name: str
    pages: str
    portal: str = ""
    address: str = ""
    phone: str = ""


WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "[{number}] Receipt: {instrument}",
        "hello": "This letter was written by {name} at once and by itself. A person answers next.",
        "received": "Your letter was received on {date} and is case {number}. Please quote this number.",
        "instrument": "It is treated as: {instrument}.",
        "again": "It had come before: it is one case, not two.",
        "deadline": "By {rule} an answer is due by {date}.",
        "secret": "It is kept secret until {date}. Then the people concerned are told, unless an act that may do so "
                  "prolongs it before; how long it can be, and by whose act, says {pages}territories.",
        "no_deadline": "It is answered without undue delay.",
        "quote": "Answer to this letter, or write to {address}; keep {number} in the subject.",
        "kept": "What follows is a receipt signed by this server. Keep it: with it you can prove to anybody that we "
                "had your letter, and when. It is checked with “chappe-verify --promise” against {log}",
        "unregistered": "The address you wrote from is not that of an authority registered here, so nothing is done "
                        "on this letter before we know who wrote it. Authorities register at {portal} "
                        "(a few minutes; we call back), and urgent matters are filed there at once.",
        "unregistered_plain": "The address you wrote from is not that of an authority registered here, so nothing is "
                              "done on this letter before we know who wrote it. We will ask you for proof.",
        "right_door": "If you are not an authority: notices of illegal content are filed at {pages}notice; what you "
                      "want to know about your own data is in the settings of your account.",
        "unsigned": "Your letter carries no signature that we know. We call back before anything is done; with a "
                    "signed letter (S/MIME, certificate registered with us) or through {portal} this is not needed.",
        "doubt_signature_broken": "The signature of this letter does not fit what it says: it was changed on its way, "
                                  "or it is not yours. Nothing is done on it. Please send it again.",
        "doubt_signature_unknown": "The certificate that signed this letter is not registered with us. Nothing is "
                                   "done on it before we have made sure of it.",
        "doubt_signature_expired": "The certificate that signed this letter is not valid at present.",
        "doubt_signature_weak": "The letter is signed in a way that can be forged today (SHA-1, MD5 or a short key).",
        "doubt_signature_old": "The letter was signed long ago. Please confirm that the order still holds.",
        "doubt_sender_other": "The letter was signed by another authority than the one it names.",
        "doubt_contradicts": "Nothing is done on it before you have said which order holds.",
        "doubt_authority_not_in_force": "Your registration here is not in force (expired, suspended, or not yet "
                                        "verified). Nothing is done on it before it is.",
        "doubt": "We are not sure that this order is genuine, and make sure before anything is done.",
        "contradicts": "It contradicts your order {number} of the same file: please tell us in writing which holds. "
                       "Until then neither goes further than it already has.",
        "lacks": "The following is missing, and is needed before the order can be carried out: {what}.",
        "malformed": "Parts of it could not be read as an order ({what}); your letter is kept as it came and a person "
                     "reads it. If it is urgent, please use the form of the portal.",
        "unreadable": "These attachments could not be read by machine and are looked at by a person: {what}.",
        "xml": "These XML documents are kept as they came, and a person is called to read them: this server knows no "
               "published form of such certificates and guesses nothing. If an answer is due within hours, please "
               "use the form of the portal as well: {what}.",
        "phone": "Danger to life or limb: {phone}, at any hour.",
    },
    "fr": {
        "subject": "[{number}] Accusé de réception : {instrument}",
        "hello": "Cette lettre est écrite par {name} immédiatement et automatiquement. Une personne répond ensuite.",
        "received": "Votre lettre a été reçue le {date} ; elle porte le numéro {number}, à rappeler dans tout échange.",
        "instrument": "Elle est traitée comme : {instrument}.",
        "again": "Elle était déjà arrivée : c’est une seule et même affaire.",
        "deadline": "Selon {rule}, la réponse est due au plus tard le {date}.",
        "secret": "Le secret est gardé jusqu’au {date}. Ensuite les personnes concernées sont informées, sauf si un "
                  "acte qui le peut le prolonge avant ; la durée possible, et par quel acte, est dite à l’adresse "
                  "{pages}territories.",
        "no_deadline": "Il y est répondu sans retard injustifié.",
        "quote": "Répondez à cette lettre ou écrivez à {address} en gardant {number} dans l’objet.",
        "kept": "Suit un accusé de réception signé par ce serveur. Conservez-le : il prouve à quiconque que nous "
                "avons eu votre lettre, et quand. « chappe-verify --promise » le vérifie avec {log}",
        "unregistered": "L’adresse d’où vous écrivez n’est pas celle d’une autorité inscrite ici ; rien n’est fait "
                        "sur cette lettre avant que nous sachions qui l’a écrite. Les autorités s’inscrivent sur "
                        "{portal} (quelques minutes ; nous rappelons) et y déposent aussitôt ce qui est urgent.",
        "unregistered_plain": "L’adresse d’où vous écrivez n’est pas celle d’une autorité inscrite ici ; rien n’est "
                              "fait sur cette lettre avant que nous sachions qui l’a écrite. Nous vous demanderons "
                              "une preuve.",
        "right_door": "Si vous n’êtes pas une autorité : un contenu illicite se signale sur {pages}notice ; ce que "
                      "vous voulez savoir de vos propres données se trouve dans les réglages de votre compte.",
        "unsigned": "Votre lettre ne porte aucune signature connue de nous. Nous rappelons avant toute suite ; une "
                    "lettre signée (S/MIME, certificat inscrit chez nous) ou le dépôt sur {portal} en dispense.",
        "doubt_signature_broken": "La signature de cette lettre ne correspond pas à son contenu : elle a été modifiée "
                                  "en chemin, ou n’est pas la vôtre. Rien n’est fait. Veuillez la renvoyer.",
        "doubt_signature_unknown": "Le certificat qui signe cette lettre n’est pas inscrit chez nous. Rien n’est fait "
                                   "avant que nous l’ayons vérifié.",
        "doubt_signature_expired": "Le certificat qui signe cette lettre n’est pas valide actuellement.",
        "doubt_signature_weak": "La lettre est signée d’une manière aujourd’hui falsifiable (SHA-1, MD5, clé courte).",
        "doubt_signature_old": "La lettre est signée depuis longtemps. Veuillez confirmer que l’ordre tient encore.",
        "doubt_sender_other": "La lettre est signée par une autre autorité que celle qu’elle nomme.",
        "doubt_contradicts": "Rien n’est fait avant que vous ayez dit quel ordre l’emporte.",
        "doubt_authority_not_in_force": "Votre inscription n’est pas en vigueur (expirée, suspendue ou pas encore "
                                        "vérifiée). Rien n’est fait avant qu’elle le soit.",
        "doubt": "Nous ne sommes pas certains que cet ordre soit authentique et nous en assurons avant toute suite.",
        "contradicts": "Elle contredit votre ordre {number} du même dossier : veuillez nous dire par écrit lequel "
                       "l’emporte. D’ici là, aucun ne va plus loin.",
        "lacks": "Il manque, pour que l’ordre puisse être exécuté : {what}.",
        "malformed": "Une partie n’a pu être lue comme un ordre ({what}) ; votre lettre est conservée telle quelle et "
                     "une personne la lit. En cas d’urgence, utilisez le formulaire du portail.",
        "unreadable": "Ces pièces jointes n’ont pu être lues par la machine ; une personne les regarde : {what}.",
        "xml": "Ces documents XML sont conservés tels quels et une personne est appelée à les lire : ce serveur ne "
               "connaît aucune forme publiée de tels certificats et ne devine rien. Si une réponse est due sous "
               "quelques heures, veuillez aussi utiliser le formulaire du portail : {what}.",
        "phone": "Danger pour la vie ou l’intégrité d’une personne : {phone}, à toute heure.",
    },
}
INSTRUMENTS: Mapping[str, tuple[str, str]] = {
    "dsa_order9": ("order to act against illegal content", "injonction d’agir contre un contenu illicite"),
    "dsa_order10": ("order to provide information", "injonction de fournir des informations"),
    "tco_removal": ("removal order (terrorist content)", "injonction de retrait (contenu à caractère terroriste)"),
    "epoc": ("European Production Order Certificate", "certificat d’injonction européenne de production"),
    "epoc_pr": ("European Preservation Order Certificate", "certificat d’injonction européenne de conservation"),
    "fr_lcen_6_1": ("24-hour removal demand (LCEN)", "demande de retrait sous 24 heures (LCEN)"),
    "national_requisition": ("judicial requisition", "réquisition judiciaire"),
    "third_country_request": ("request of a third country", "demande d’un pays tiers"),
    "emergency_disclosure": ("emergency: danger to life or limb", "urgence : danger pour la vie ou l’intégrité"),
    "preservation": ("preservation request", "demande de conservation"),
    "cryptology_requisition": ("cryptology requisition", "réquisition de conventions de déchiffrement"),
    "regulator_inquiry": ("inquiry of a regulator", "demande d’un régulateur"),
    "gdpr_request": ("data protection request", "demande relative aux données personnelles"),
    "threat_to_life18": ("alert: threat to life", "alerte : menace pour la vie"),
    "informal_wish": ("informal wish", "souhait informel"),
    "synthetic": ("daily test order", "ordre d’essai quotidien"),
    "unknown": ("letter, not yet sorted", "lettre, pas encore classée"),
}
FIELDS: Mapping[str, tuple[str, str]] = {
    "external_ref": ("file number", "numéro de dossier"), "legal_basis": ("legal basis", "base légale"),
    "reasons": ("statement of reasons", "motifs"), "redress": ("redress", "voies de recours"),
    "targets": ("exact location of what is meant", "emplacement exact de ce qui est visé"),
    "data": ("category of the data asked for", "catégorie des données demandées"), "country": ("country", "pays"),
    "territories": ("territorial scope", "portée territoriale"), "material": ("type of material", "type de contenu"),
    "issued_at": ("time and date of issue", "date et heure d’émission"), "signed_by": ("signatory", "signataire"),
    "danger": ("what the danger is", "nature du danger"), "persons": ("who is in danger", "personnes en danger"),
    "call_back": ("telephone number to call back", "numéro de rappel"), "offence": ("offence", "infraction"),
    "authority": ("issuing authority", "autorité émettrice"),
    "answer_by": ("a date for the answer that can be read", "une date de réponse lisible"),
    "secrecy_until": ("a date until which nobody is told; until it is known, nobody is",
                      "une date jusqu’à laquelle personne n’est informé ; tant qu’elle manque, personne ne l’est"),
}  # fmt: skip


def language_of(order: Order) -> str:
    """The language a letter about the order is written in."""
    return order.language if order.language in LANGUAGES else "en"


def instrument_name(lang: str, code: str) -> str:
    """What the instrument is called."""
    return INSTRUMENTS.get(code, (code, code))[LANGUAGES.index(lang)]


def field_name(lang: str, code: str) -> str:
    """What a field of a form is called."""
    return FIELDS.get(code, (code.replace("_", " "),) * 2)[LANGUAGES.index(lang)]


def moment(date: int) -> str:
    """A date as both languages write it for officials."""
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def flaw_lines(lang: str, flaws: Sequence[str], place: Place) -> list[str]:
    """What is wrong with an order, each a sentence; and whether the right door must be shown."""
    words, said = WORDS[lang], []
    lacking = [field_name(lang, one.partition(":")[2]) for one in flaws if one.startswith("lacks:")]
    named = {topic: [one.partition(":")[2] for one in flaws if one.startswith(f"{topic}:")] for topic in NAMED}
    for flaw in flaws:
        topic, _, rest = flaw.partition(":")
        facts = {"portal": place.portal, "pages": place.pages, "number": rest, "what": rest}
        if topic == "doubt":
            topic = f"doubt_{rest}" if f"doubt_{rest}" in words else "doubt"
        if topic == "unregistered" and not place.portal:
            topic = "unregistered_plain"
        if topic in words and topic not in ("lacks", *NAMED):
            said.append(words[topic].format(**facts))
        if topic.startswith("unregistered"):
            said.append(words["right_door"].format(**facts))
    if lacking:
        said.append(words["lacks"].format(what=", ".join(lacking)))
    said += [words[topic].format(what=", ".join(names)) for topic, names in named.items() if names]
    return said


def letter(order: Order, flaws: Sequence[str], place: Place, receipt: str, again: bool) -> tuple[str, str]:
    """(subject, text) of the letter that brings a receipt."""
    lang = language_of(order)
    w = WORDS[lang]
    name = instrument_name(lang, order.instrument)
    lines = [w["hello"].format(name=place.name)]
    lines.append(w["received"].format(date=moment(order.received_at), number=order.number))
    if again:
        lines.append(w["again"])
    lines.append(w["instrument"].format(instrument=name))
    if order.deadline_at:
        lines.append(w["deadline"].format(rule=order.deadline_rule, date=moment(order.deadline_at)))
    else:
        lines.append(w["no_deadline"])
    if order.is_secret(order.received_at) and of(order.instrument).tells == AT_EXECUTION:
        lines.append(w["secret"].format(date=moment(order.secrecy_until), pages=place.pages))
    lines += flaw_lines(lang, flaws, place)
    if place.address:
        lines.append(w["quote"].format(address=place.address, number=order.number))
    if place.phone:
        lines.append(w["phone"].format(phone=place.phone))
    lines.append(w["kept"].format(log=f"{place.pages}log/"))
    return w["subject"].format(number=order.number, instrument=name), "\n\n".join([*lines, receipt])
