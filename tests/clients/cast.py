"""Who plays: every client that Chappe promises to serve, each with every transport it is promised over."""

from tests.clients.stage import Kind

TELETHON = Kind("telethon", "full")
KURIGRAM = Kind("kurigram")
PYROFORK = Kind("pyrofork")
MTCUTE = Kind("mtcute")
MTCUTE_WEB = Kind("mtcute-web")
TDLIB = Kind("tdjson")

EACH_CLIENT = (TELETHON, KURIGRAM, PYROFORK, MTCUTE, MTCUTE_WEB, TDLIB)

OTHER_TRANSPORTS = (
    Kind("telethon", "abridged"),
    Kind("telethon", "intermediate"),
    Kind("telethon", "obfuscated"),
    Kind("telethon", "mtproxy"),
    Kind("telethon", "mtproxy-dd"),
    Kind("mtcute", "pfs"),
    Kind("mtcute", "mtproxy-dd"),
)
