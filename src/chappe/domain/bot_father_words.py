"""What the account that makes bots says, in English and French."""

from collections.abc import Mapping

LANGUAGES = ("en", "fr")

COMMANDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("newbot", "make a bot"),
        ("mybots", "list your bots"),
        ("token", "how to get a bot's token"),
        ("revoke", "end a bot's token, get another"),
        ("setname", "rename a bot"),
        ("setdescription", "what an empty chat with it says"),
        ("setabouttext", "what its profile says"),
        ("setcommands", "the commands it offers"),
        ("setprivacy", "what it reads in groups"),
        ("setjoingroups", "whether it may be in groups"),
        ("deletebot", "delete a bot"),
        ("cancel", "stop what was begun"),
    ),
    "fr": (
        ("newbot", "créer un robot"),
        ("mybots", "lister vos robots"),
        ("token", "comment obtenir le jeton d’un robot"),
        ("revoke", "annuler un jeton, en recevoir un autre"),
        ("setname", "renommer un robot"),
        ("setdescription", "ce que dit une conversation vide avec lui"),
        ("setabouttext", "ce que dit son profil"),
        ("setcommands", "les commandes qu’il propose"),
        ("setprivacy", "ce qu’il lit dans les groupes"),
        ("setjoingroups", "s’il peut être dans des groupes"),
        ("deletebot", "supprimer un robot"),
        ("cancel", "interrompre ce qui est commencé"),
    ),
}

DESCRIPTION = "Here bots are made and looked after. Send /help.\n\nIci naissent les robots. Envoyez /help."

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "help": "A bot is an account that a program speaks for. You answer for those you make: what is decided about "
        "one is told to you.\n\n{commands}",
        "new_name": "A new bot. What shall it be called?",
        "new_username": "Now a username for it. It ends in bot, such as weather_bot.",
        "made": "{name} is there: @{username}\n\nIts token:\n{token}\n\nWhoever has the token speaks for the bot. "
        "It is "
        "told this once; we keep no copy but the one in this chat, which you can delete.",
        "none": "You have no bots yet. /newbot makes one.",
        "list": "Your bots:\n{bots}",
        "which": "Which bot? Send its username.\n{bots}",
        "not_yours": "You have no bot of that name. Send another, or /cancel.",
        "stopped": "@{username} was stopped by a decision; it stays as it is while that holds. The statement of "
        "reasons, "
        "and how to object, stands in your chat with the server.",
        "token": "The token of @{username} was told when it was made, and is kept nowhere but in this chat. If you "
        "lost it, "
        "or somebody else may have it, /revoke gives another.",
        "revoked": "The earlier token of @{username} is worth nothing, and whoever came in by it is out. The new "
        "one:\n"
        "{token}",
        "ask_setname": "What shall @{username} be called?",
        "ask_setdescription": "What shall an empty chat with @{username} say? At most 512 characters; /empty for "
        "nothing.",
        "ask_setabouttext": "What shall the profile of @{username} say? At most 120 characters; /empty for nothing.",
        "ask_setcommands": "Which commands does @{username} offer? A line each:\ncommand - what it does\n\n/empty "
        "for none.",
        "ask_setprivacy": "Shall @{username} read only what is meant for it in groups: commands, mentions, replies? "
        "Send on "
        "for that, off for everything. Now it is {now}.",
        "ask_setjoingroups": "May @{username} be in groups? Send on or off. Now it is {now}.",
        "ask_deletebot": "This cannot be taken back. To delete @{username}, send its username once more.",
        "on": "on", "off": "off",
        "done": "Done.",
        "deleted": "@{username} is gone.",
        "kept": "That is not its username. Nothing was deleted.",
        "cancelled": "Stopped. Nothing was changed.",
        "nothing": "There is nothing to stop.",
        "unknown": "I do not know that. /help lists what I do.",
        "on_or_off": "Send on or off, or /cancel.",
        "firstname_invalid": "A name has 1 to 64 characters. Send another, or /cancel.",
        "username_invalid": "A username has 5 to 32 letters, digits and underscores, begins with a letter and ends "
        "in bot; names that would pass for this server are nobody's. Send another, or /cancel.",
        "username_occupied": "Somebody has that username. Send another, or /cancel.",
        "bots_too_much": "You have all the bots that one person may have: 20. /deletebot makes room.",
        "about_too_long": "That is too long. Send less, or /cancel.",
        "bot_command_invalid": "A line each: command - what it does. A command has 1 to 32 small letters, digits and "
        "underscores. Send them again, or /cancel.",
        "bot_command_description_invalid": "Each command needs up to 256 characters that say what it does. Send "
        "them again, "
        "or /cancel.",
        "bot_commands_too_much": "A bot has at most 100 commands. Send fewer, or /cancel.",
        "flood_wait_x": "That was often. Try again in {wait} s.",
    },
    "fr": {
        "help": "Un robot est un compte pour lequel parle un programme. Vous répondez de ceux que vous créez : ce "
        "qui est "
        "décidé à leur sujet vous est dit.\n\n{commands}",
        "new_name": "Un nouveau robot. Comment s’appellera-t-il ?",
        "new_username": "Maintenant un nom d’utilisateur. Il finit par bot, par exemple meteo_bot.",
        "made": "{name} est là : @{username}\n\nSon jeton :\n{token}\n\nQui détient le jeton parle pour le robot. "
        "Il n’est "
        "donné qu’une fois ; nous n’en gardons pas d’autre copie que celle de cette conversation, que vous pouvez "
        "effacer.",
        "none": "Vous n’avez pas encore de robot. /newbot en crée un.",
        "list": "Vos robots :\n{bots}",
        "which": "Quel robot ? Envoyez son nom d’utilisateur.\n{bots}",
        "not_yours": "Vous n’avez pas de robot de ce nom. Envoyez-en un autre, ou /cancel.",
        "stopped": "@{username} a été arrêté par une décision ; il reste tel quel tant qu’elle s’applique. L’exposé "
        "des "
        "motifs, et comment contester, sont dans votre conversation avec le serveur.",
        "token": "Le jeton de @{username} a été donné à sa création et n’est gardé nulle part ailleurs que dans "
        "cette "
        "conversation. Si vous l’avez perdu, ou si quelqu’un d’autre a pu le voir, /revoke en donne un autre.",
        "revoked": "L’ancien jeton de @{username} ne vaut plus rien, et qui était entré par lui est dehors. Le "
        "nouveau :\n"
        "{token}",
        "ask_setname": "Comment s’appellera @{username} ?",
        "ask_setdescription": "Que dira une conversation vide avec @{username} ? 512 caractères au plus ; /empty "
        "pour rien.",
        "ask_setabouttext": "Que dira le profil de @{username} ? 120 caractères au plus ; /empty pour rien.",
        "ask_setcommands": "Quelles commandes propose @{username} ? Une par ligne :\ncommande - ce qu’elle "
        "fait\n\n/empty "
        "pour aucune.",
        "ask_setprivacy": "@{username} ne lira-t-il dans les groupes que ce qui lui est destiné : commandes, "
        "mentions, "
        "réponses ? Envoyez on pour cela, off pour tout. Actuellement : {now}.",
        "ask_setjoingroups": "@{username} peut-il être dans des groupes ? Envoyez on ou off. Actuellement : {now}.",
        "ask_deletebot": "C’est sans retour. Pour supprimer @{username}, envoyez encore une fois son nom "
        "d’utilisateur.",
        "on": "on", "off": "off",
        "done": "C’est fait.",
        "deleted": "@{username} n’existe plus.",
        "kept": "Ce n’est pas son nom d’utilisateur. Rien n’a été supprimé.",
        "cancelled": "Interrompu. Rien n’a été changé.",
        "nothing": "Il n’y a rien à interrompre.",
        "unknown": "Je ne connais pas cela. /help dit ce que je fais.",
        "on_or_off": "Envoyez on ou off, ou /cancel.",
        "firstname_invalid": "Un nom a de 1 à 64 caractères. Envoyez-en un autre, ou /cancel.",
        "username_invalid": "Un nom d’utilisateur a de 5 à 32 lettres, chiffres et tirets bas, commence par une "
        "lettre et finit par bot ; ceux qui passeraient pour ce serveur ne sont à personne. Envoyez-en un autre, ou "
        "/cancel.",
        "username_occupied": "Ce nom d’utilisateur est pris. Envoyez-en un autre, ou /cancel.",
        "bots_too_much": "Vous avez tous les robots qu’une personne peut avoir : 20. /deletebot fait de la place.",
        "about_too_long": "C’est trop long. Envoyez moins, ou /cancel.",
        "bot_command_invalid": "Une par ligne : commande - ce qu’elle fait. Une commande a de 1 à 32 minuscules, "
        "chiffres "
        "et tirets bas. Envoyez-les de nouveau, ou /cancel.",
        "bot_command_description_invalid": "Chaque commande demande jusqu’à 256 caractères disant ce qu’elle fait. "
        "Envoyez-les de nouveau, ou /cancel.",
        "bot_commands_too_much": "Un robot a 100 commandes au plus. Envoyez-en moins, ou /cancel.",
        "flood_wait_x": "C’était souvent. Réessayez dans {wait} s.",
    },
}  # fmt: skip
