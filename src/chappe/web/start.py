"""The facts of the start page: how to reach this server, and the lines that do it from code."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request

from chappe.web.hotline import dial
from chappe.web.language import Texts
from chappe.web.site import Site, origin

TELETHON = """from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import SQLiteSession

rsa.add_key(open("mtproto.pub.pem").read(), old=False)
session = SQLiteSession("me")
session.set_dc({dc}, "{host}", {port})
client = TelegramClient(session, api_id=1, api_hash="any")
client.start(phone=input("Phone: "))"""

KURIGRAM = """from pyrogram import Client
from pyrogram.connection import Connection
from pyrogram.crypto import rsa

rsa.server_public_keys[{signed}] = rsa.PublicKey(
    {modulus},
    65537)

class Here(Connection):
    def __init__(self, **named):
        super().__init__(**{{**named, "server_address": "{host}", "port": {port}}})

app = Client("me", api_id=1, api_hash="any", connection_factory=Here)"""

PYROFORK = """from pyrogram import Client
from pyrogram.connection import Connection
from pyrogram.crypto import rsa

rsa.server_public_keys[{signed}] = rsa.PublicKey(
    {modulus},
    65537)

class Here(Connection):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.address = ("{host}", {port})

app = Client("me", api_id=1, api_hash="any")
app.connection_factory = Here"""

MTCUTE = """import {{ TelegramClient, MemoryStorage }} from '@mtcute/node'
import {{ addPublicKey, NodeCryptoProvider }} from '@mtcute/node/utils.js'
import {{ readFileSync }} from 'node:fs'

const crypto = new NodeCryptoProvider()
await crypto.initialize()
addPublicKey(crypto, readFileSync('mtproto.pub.pem', 'utf8'))
const here = {{ id: {dc}, ipAddress: '{host}', port: {port} }}
const client = new TelegramClient({{ apiId: 1, apiHash: 'any', crypto, storage: new MemoryStorage(),
  defaultDcs: {{ main: here, media: {{ ...here, mediaOnly: true }} }} }})"""

TDLIB = """# TDLib carries its keys inside: put this server's key in place of both in a copy of the library
# (they are of the same length), then reach it through the proxy:
{{"@type": "addProxy", "server": "{host}", "port": {port}, "enable": true,
  "type": {{"@type": "proxyTypeMtproto", "secret": "dd{secret}"}}}}"""


@dataclass(frozen=True, slots=True)
class Deed:
    """One of the seven cards. Shape: beam and arms are the drawing of its sign; comes when it is not there yet."""

    key: str
    title: str
    text: str
    link: str
    href: str
    comes: bool
    beam: str
    arms: str


PORTAL = "portal"
"""Leads to the portal of authorities, an origin of its own; where there is none, to who runs the server."""
LEVEL, FALLING, RISING = "M7 13h18", "M9.6 6.6l12.8 12.8", "M9.6 19.4l12.8-12.8"
DEEDS = (
    ("talk", "/app/", False, LEVEL, "M7 13V6M25 13V6"),
    ("encrypt", "/app/#/new/secret", False, LEVEL, "M7 13l6 4.5M25 13l-6 4.5"),
    ("report", "/notice", False, FALLING, "M9.6 6.6V1.5M22.4 19.4h6"),
    ("moderate", "/operator", False, LEVEL, "M7 13V6M25 13v7"),
    ("answer", PORTAL, False, RISING, "M22.4 6.6h6M9.6 19.4h-6"),
    ("publish", "/reports", False, LEVEL, "M7 13l-4.5-5M25 13l4.5-5"),
    ("leave", "/territories", False, FALLING, "M9.6 6.6h-6M22.4 19.4v6"),
)
"""(key, where it leads, whether it is still to come, beam, arms)."""


def deeds(texts: Texts, portal: str = "") -> list[Deed]:
    """The seven cards in the visitor's language. Shape: portal is its address as the visitor reaches it."""
    out = []
    for key, place, comes, beam, arms in DEEDS:
        href = (portal or "#who") if place == PORTAL else place
        link = getattr(texts, f"{key}_{'meanwhile' if comes else 'link'}") if href else ""
        title, text = getattr(texts, f"{key}_title"), getattr(texts, f"{key}_text")
        out.append(Deed(key, title, text, link, href, comes, beam, arms))
    return out


def portal_address(site: Site, request: Request) -> str:
    """Where the portal is, as this visitor reaches it; empty where there is none."""
    host = request.url.hostname or site.public_host
    return f"{origin(request.url.scheme, host, site.portal_port)}/" if site.portal_port else ""


def start_facts(site: Site, request: Request) -> dict[str, object]:
    """What the template of the start page names, but for the cards and the terms."""
    host = request.url.hostname or site.public_host
    port = request.url.port or (443 if request.url.scheme == "https" else 80)
    secret = site.proxy_secret.hex()
    return {
        "host": host,
        "port": port,
        "fingerprint": f"{site.fingerprint:016x}",
        "proxy_link": f"tg://proxy?server={quote(host)}&port={port}&secret=dd{secret}",
        "contact_href": contact_href(site.operator_contact),
        "authority_href": contact_href(site.authority_contact),
        "hotline_href": dial(site.hotline),
        "install_link": site.certificate is not None,
        "snippets": snippets(site, host, port),
    }


def snippets(site: Site, host: str, port: int) -> list[tuple[str, str]]:
    """For each library, the lines that connect it here."""
    facts: dict[str, object] = {
        "host": "127.0.0.1" if host == "localhost" else host,  # libraries want addresses
        "port": port,
        "dc": site.dc,
        "secret": site.proxy_secret.hex(),
        "signed": site.fingerprint - (1 << 64) if site.fingerprint >> 63 else site.fingerprint,
        "modulus": site.modulus,
    }
    named = (
        ("Telethon", TELETHON),
        ("Kurigram", KURIGRAM),
        ("Pyrofork", PYROFORK),
        ("mtcute", MTCUTE),
        ("TDLib", TDLIB),
    )
    return [(name, text.format(**facts)) for name, text in named]


def contact_href(contact: str) -> str:
    """The contact as a link, where it is a web or mail address; empty otherwise."""
    if contact.startswith(("https://", "http://", "mailto:")):
        return contact
    return f"mailto:{contact}" if "@" in contact and " " not in contact else ""
