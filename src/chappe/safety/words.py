"""What is said about complaints, in English and French: in the service chat, and by mail."""

COMPLAINT_SUBJECT = {"en": "Your complaint was decided", "fr": "Votre réclamation est décidée"}
COMPLAINT_OUTCOME = {
    "upheld": {"en": "The decision stays as it was.", "fr": "La décision reste ce qu’elle était."},
    "partially_reversed": {"en": "The decision was changed in part.", "fr": "La décision est modifiée en partie."},
    "reversed": {"en": "The decision was taken back.", "fr": "La décision est retirée."},
    "omitted": {
        "en": "It was not decided, because there was nothing left to decide.",
        "fr": "Elle n’a pas été tranchée, car il n’y avait plus rien à décider.",
    },
}
REFUSAL_OUTCOME = {
    "upheld": {"en": "The refusal stays as it was.", "fr": "Le refus reste ce qu’il était."},
    "partially_reversed": {
        "en": "The refusal was changed in part: part of what you reported is looked at again.",
        "fr": "Le refus est modifié en partie : une part de ce que vous avez signalé est examinée de nouveau.",
    },
    "reversed": {
        "en": "The refusal was taken back: what you reported is looked at again.",
        "fr": "Le refus est retiré : ce que vous avez signalé est examiné de nouveau.",
    },
    "omitted": COMPLAINT_OUTCOME["omitted"],
}
COMPLAINT_DECIDED = {
    "en": "Your complaint was decided by somebody who did not take the first decision.\n\n{outcome}\n\n"
    "Reasons: {reasons}\n\nIf you do not agree, you can turn to a body for settling disputes out of court that is "
    "certified in the European Union, and to a court.",
    "fr": "Votre réclamation a été décidée par une personne qui n’avait pas pris la première décision.\n\n{outcome}\n\n"
    "Motifs : {reasons}\n\nSi vous n’êtes pas d’accord, vous pouvez saisir un organe de règlement extrajudiciaire des "
    "litiges certifié dans l’Union européenne, et la justice.",
}


def complaint_decided(lang: str, outcome: str, reasons: str, *, refusal: bool) -> str:
    """What the complainant is told. Source: dsa/20(5)"""
    code = "fr" if lang.startswith("fr") else "en"
    said = (REFUSAL_OUTCOME if refusal else COMPLAINT_OUTCOME)[outcome][code]
    return COMPLAINT_DECIDED[code].format(outcome=said, reasons=reasons)


def complaint_subject(lang: str) -> str:
    """The subject of the same as a letter."""
    return COMPLAINT_SUBJECT["fr" if lang.startswith("fr") else "en"]
