"""The words of statements of reasons, in English and French. Source: dsa/17(3)"""

from collections.abc import Mapping

LANGUAGES = ("en", "fr")

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Statement of reasons",
        "what": "What was decided",
        "about": "What it is about",
        "where": "Where it applies",
        "everywhere": "everywhere",
        "how_long": "For how long",
        "for_good": "without an end date",
        "until": "until {date}",
        "from": "since {date}",
        "facts": "Facts and circumstances",
        "source": "How it came to be known",
        "written_en": "(These words and the reason below were written in English only.)",
        "written_fr": "(These words and the reason below were written in French only.)",
        "ground": "Ground",
        "law": "Illegal content: {clause}",
        "terms": "Against the terms of use, clause {clause} (version {version})",
        "why": "Why it applies",
        "category": "Category",
        "automation": "Automated means",
        "detected": "It was found by automated means.",
        "not_detected": "It was not found by automated means.",
        "none": "People decided.",
        "partial": "Automated means took part in the decision.",
        "full": "The decision was taken by automated means alone.",
        "redress": "If you disagree",
        "complain": (
            "You can complain here, free of charge, until {date}; a person other than who decided will "
            "decide: {link}"
        ),
        "complain_later": "You can complain until {date} by the link in the message you were sent.",
        "courts": "You can also turn to a certified out-of-court dispute settlement body, or to a court, at any time.",
        "undone": "A decision about you was undone",
        "undone_text": (
            "The decision of {date} ({measure}) holds no more. What it concerned is as it was before, but for what "
            "others changed meanwhile or another decision still holds."
        ),
        "spared_in_part": "A decision about you was undone in part",
        "spared_text": "The decision of {date} ({measure}) holds no more for:",
        "spared_after": (
            "This is as it was before, but for what others changed meanwhile or another decision still holds."
        ),
        "spared_rest": "For the rest of what it concerned the decision still holds.",
        "ended_text": "The decision of {date} ({measure}) has run out and holds no more.",
        "more": "and {count} more",
    },
    "fr": {
        "title": "Exposé des motifs",
        "what": "Ce qui a été décidé",
        "about": "Ce dont il s'agit",
        "where": "Où cela s'applique",
        "everywhere": "partout",
        "how_long": "Pour combien de temps",
        "for_good": "sans date de fin",
        "until": "jusqu'au {date}",
        "from": "depuis le {date}",
        "facts": "Faits et circonstances",
        "source": "Comment nous l'avons su",
        "written_en": "(Ces mots et le motif ci-dessous n'ont été écrits qu'en anglais.)",
        "written_fr": "(Ces mots et le motif ci-dessous n'ont été écrits qu'en français.)",
        "ground": "Fondement",
        "law": "Contenu illicite : {clause}",
        "terms": "Contraire aux conditions d'utilisation, clause {clause} (version {version})",
        "why": "Pourquoi il s'applique",
        "category": "Catégorie",
        "automation": "Moyens automatisés",
        "detected": "Cela a été détecté par des moyens automatisés.",
        "not_detected": "Cela n'a pas été détecté par des moyens automatisés.",
        "none": "Des personnes ont décidé.",
        "partial": "Des moyens automatisés ont pris part à la décision.",
        "full": "La décision a été prise par des moyens uniquement automatisés.",
        "redress": "Si vous n'êtes pas d'accord",
        "complain": (
            "Vous pouvez faire une réclamation ici, gratuitement, jusqu'au {date} ; une autre personne que "
            "celle qui a décidé statuera : {link}"
        ),
        "complain_later": (
            "Vous pouvez faire une réclamation jusqu'au {date} par le lien du message que vous avez reçu."
        ),
        "courts": (
            "Vous pouvez aussi saisir un organe certifié de règlement extrajudiciaire des litiges, ou un "
            "tribunal, à tout moment."
        ),
        "undone": "Une décision vous concernant a été annulée",
        "undone_text": (
            "La décision du {date} ({measure}) ne s'applique plus. Ce qu'elle concernait est de nouveau comme avant, "
            "sauf ce que d'autres ont modifié entre-temps ou qu'une autre décision retient encore."
        ),
        "spared_in_part": "Une décision vous concernant a été annulée en partie",
        "spared_text": "La décision du {date} ({measure}) ne s'applique plus à :",
        "spared_after": (
            "C'est de nouveau comme avant, sauf ce que d'autres ont modifié entre-temps ou qu'une autre décision "
            "retient encore."
        ),
        "spared_rest": "Pour le reste de ce qu'elle concernait, la décision s'applique toujours.",
        "ended_text": "La décision du {date} ({measure}) est arrivée à son terme et ne s'applique plus.",
        "more": "et {count} de plus",
    },
}

MEASURES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "label": "A label was attached to it.", "age_gate": "It is shown to adults alone.", "remove": "It was removed.",
        "hide": "It is not shown in some territories.", "limit": "What your account may do was limited.",
        "freeze": "Your account was frozen: you can read, but not write.", "suspend": "Your account was suspended.",
        "remove_room": "The room was removed.", "hide_room": "The room was hidden.", "stop_bot": "The bot was stopped.",
    },
    "fr": {
        "label": "Une mention y a été jointe.", "age_gate": "Il n'est montré qu'aux adultes.",
        "remove": "Il a été retiré.",
        "hide": "Il n'est pas montré dans certains territoires.",
        "limit": "Ce que votre compte peut faire a été limité.",
        "freeze": "Votre compte a été gelé : vous pouvez lire, mais pas écrire.",
        "suspend": "Votre compte a été suspendu.", "remove_room": "L'espace a été retiré.",
        "hide_room": "L'espace a été masqué.", "stop_bot": "Le robot a été arrêté.",
    },
}  # fmt: skip

OF_BOTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "limit": "What your bot may do was limited.", "freeze": "Your bot was frozen: it can read, but not write.",
        "suspend": "Your bot was suspended.",
    },
    "fr": {
        "limit": "Ce que votre robot peut faire a été limité.",
        "freeze": "Votre robot a été gelé : il peut lire, mais pas écrire.", "suspend": "Votre robot a été suspendu.",
    },
}  # fmt: skip
"""What is said instead where the account is a bot's: its owner is told."""

ITEMS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "message": "a message of {date} in {place}", "message_gone": "a message in {place}",
        "media": "a file (SHA-256 {sha256}) and every copy of it", "account": "your account",
        "room": "the room “{place}”", "reaction": "a reaction in {place}", "profile_photo": "a profile photo",
        "private": "a private chat", "bot": "your bot {place}",
    },
    "fr": {
        "message": "un message du {date} dans {place}", "message_gone": "un message dans {place}",
        "media": "un fichier (SHA-256 {sha256}) et chacune de ses copies", "account": "votre compte",
        "room": "l'espace « {place} »", "reaction": "une réaction dans {place}", "profile_photo": "une photo de profil",
        "private": "une conversation privée", "bot": "votre robot {place}",
    },
}  # fmt: skip

SOURCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "notice": "Somebody notified it.", "trusted_flagger": "A trusted flagger notified it.",
        "own_initiative": "We looked into it on our own initiative.", "order": "An authority ordered it.",
        "rule": "A rule of this server found it.",
    },
    "fr": {
        "notice": "Quelqu'un nous l'a signalé.", "trusted_flagger": "Un signaleur de confiance nous l'a signalé.",
        "own_initiative": "Nous l'avons examiné de notre propre initiative.", "order": "Une autorité l'a ordonné.",
        "rule": "Une règle de ce serveur l'a trouvé.",
    },
}  # fmt: skip

CATEGORIES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "ANIMAL_WELFARE": "Animal welfare", "CONSUMER_INFORMATION": "Consumer information",
        "CYBER_VIOLENCE": "Cyber violence", "CYBER_VIOLENCE_AGAINST_WOMEN": "Cyber violence against women",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": "Data protection and privacy",
        "ILLEGAL_OR_HARMFUL_SPEECH": "Illegal or harmful speech",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS": "Intellectual property",
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": "Civic discourse or elections",
        "PROTECTION_OF_MINORS": "Protection of minors", "RISK_FOR_PUBLIC_SECURITY": "Risk for public security",
        "SCAMS_AND_FRAUD": "Scams and fraud", "SELF_HARM": "Self-harm",
        "UNSAFE_AND_PROHIBITED_PRODUCTS": "Unsafe or prohibited products", "VIOLENCE": "Violence",
        "OTHER_VIOLATION_TC": "Other violation of the terms of use",
    },
    "fr": {
        "ANIMAL_WELFARE": "Bien-être animal", "CONSUMER_INFORMATION": "Information des consommateurs",
        "CYBER_VIOLENCE": "Cyberviolence", "CYBER_VIOLENCE_AGAINST_WOMEN": "Cyberviolence contre les femmes",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": "Protection des données et vie privée",
        "ILLEGAL_OR_HARMFUL_SPEECH": "Propos illicites ou préjudiciables",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS": "Propriété intellectuelle",
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": "Débat public ou élections",
        "PROTECTION_OF_MINORS": "Protection des mineurs",
        "RISK_FOR_PUBLIC_SECURITY": "Risque pour la sécurité publique",
        "SCAMS_AND_FRAUD": "Arnaques et fraude", "SELF_HARM": "Automutilation et suicide",
        "UNSAFE_AND_PROHIBITED_PRODUCTS": "Produits dangereux ou interdits", "VIOLENCE": "Violence",
        "OTHER_VIOLATION_TC": "Autre violation des conditions d'utilisation",
    },
}  # fmt: skip

LETTERS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "Your account",
        "suspended": "Your account was suspended by a decision of {date}. What was decided, why, and how to object:"
        " {link}",
        "restored": "The decision of {date} to suspend your account holds no more: you can sign in again. {link}",
    },
    "fr": {
        "subject": "Votre compte",
        "suspended": "Votre compte a été suspendu par une décision du {date}. Ce qui a été décidé, pourquoi, et comment"
        " réclamer : {link}",
        "restored": "La décision du {date} de suspendre votre compte ne s'applique plus : vous pouvez vous reconnecter."
        " {link}",
    },
}
"""What is written to people who are suspended, who cannot read in the chat; as short as an SMS."""
