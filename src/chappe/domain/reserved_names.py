"""Names that nobody takes: whoever had one would be taken for the house, or for one of its pages.

Source: method/account.checkUsername, api/links
Compared without case and underscores, and of bots without the end that all their names have. `PAGES` are the first
parts of the addresses of this server's own pages, which a room of that name would stand behind; a test compares them
with the routes.
"""

ITSELF = ("chappe", "telegram", "official", "server")
"""Words for the server itself; before or behind a word of `ROLES` they are reserved, too."""
ROLES = frozenset({
    "abuse", "admin", "administration", "administrator", "administrators", "admins", "appeal", "appeals",
    "authorities", "authority", "botfather", "complaint", "complaints", "emergency", "helpdesk", "hostmaster", "legal",
    "moderation", "moderator", "moderators", "noreply", "notice", "notices", "notifications", "operator", "operators",
    "passwords", "police", "postmaster", "privacy", "recovery", "report", "safety", "security", "service", "services",
    "settings", "staff", "support", "system", "trustandsafety", "verification", "verified", "verify", "webmaster",
})  # fmt: skip
"""Who runs the server, and whom people turn to."""
PAGES = frozenset({
    "apiws", "apiws_premium", "apiws_test", "apiws_test_premium", "channels", "continuity", "design", "export", "goals",
    "hashtag", "health", "hotline", "invite", "joinchat", "metrics", "notice", "operator", "ready", "recover", "refuse",
    "reports", "statement", "static", "terms", "territories",
})  # fmt: skip
"""First parts of the addresses of this server's pages, as far as they could be names."""
LINKS = frozenset({
    "addemoji", "addlist", "addstickers", "addstyle", "addtheme", "auction", "boost", "confirmphone", "contact",
    "giftcode", "invoice", "login", "proxy", "setlanguage", "share", "socks", "stickers",
})  # fmt: skip
"""What clients take for something else in a link. Source: api/links"""


def is_reserved(username: str, *, bot: bool = False) -> bool:
    """True if nobody may take the name. Shape: a well-formed username, of a bot or of anybody else."""
    if username.lower() in PAGES:
        return True
    bare = username.lower().replace("_", "")
    names = {bare, bare.removesuffix("bot")} if bot else {bare}
    rest = {part for one in names for word in ITSELF for part in (one.removeprefix(word), one.removesuffix(word))}
    return any(one in ROLES or one in LINKS or one in ITSELF for one in names | rest)
