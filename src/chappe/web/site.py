"""What the pages say about this server."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

HTTPS_PORT = 443
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Facts fixed at start; `certificate` gives the local authority's certificate and fingerprint, if it has one."""

    name: str
    operator_name: str
    operator_contact: str
    operator_address: str = ""
    authority_contact: str = ""
    hotline: str = ""
    """Telephone number for authorities, answered at any hour."""
    contact_languages: tuple[str, ...] = ()
    dispute_bodies: tuple[tuple[str, str], ...] = ()
    """(name, web address or nothing) of bodies for settling disputes out of court. Source: dsa/21"""
    data_location: str
    test_mode: bool
    public_host: str
    public_port: int
    dc: int
    public_pem: str
    fingerprint: int
    modulus: int
    proxy_secret: bytes
    tls: bool
    certificate: Callable[[], tuple[bytes, str]] | None
    desk_key: str = ""
    """With what the desk for authorities signs what it hands over. Shape: Ed25519, base64."""
    demo: bool = False
    """True where everything is made up, and every page says so."""
    demo_key: str = ""
    """The key of the demo's trusted flagger, for whoever looks; empty where there is none."""
    everybody: bool = False
    """True where everybody may join, not only who was invited."""
    console_port: int = 0
    """Where the console is on this host; 0 where there is none."""

    portal_port: int = 0
    """Where the portal of authorities is on this host; 0 where there is none."""

    @property
    def console_link(self) -> str:
        """Where the console is, as seen from elsewhere, with a slash at its end; empty where there is none."""
        scheme = "https" if self.tls else "http"
        return f"{origin(scheme, self.public_host, self.console_port)}/" if self.console_port else ""

    @property
    def base(self) -> str:
        """The beginning of every address that is handed out, without a slash at its end."""
        secure = self.tls or self.public_port == HTTPS_PORT
        return origin("https" if secure else "http", self.public_host, self.public_port)

    def base_for_others(self, base: str, host: str) -> str:
        """The beginning of a link to hand over: where this page was asked for, unless only this machine knows it."""
        if host not in HERE:
            return base
        scheme = "https" if self.tls or self.public_port == HTTPS_PORT else "http"
        return origin(scheme, self.public_host, self.public_port)

    def at_home(self, html: Markup) -> Markup:
        """A post as HTML whose links to our own pages stay where the reader is, by whatever name they reach us."""
        return Markup(str(html).replace(f'href="{self.base}/', 'href="/'))

    def as_here(self, links: str, scheme: str, host: str) -> str:
        """The same beginning of addresses for who sits at this machine, whose browser need not know our authority."""
        if host not in HERE or self.certificate is None:
            return links
        rest = urlsplit(links)
        return f"{origin(scheme, host, rest.port or HTTPS_PORT)}{rest.path}"


def origin(scheme: str, host: str, port: int) -> str:
    """The beginning of an address, without a port that goes without saying."""
    shown = f"[{host}]" if ":" in host else host
    usual = {"https": HTTPS_PORT, "http": 80}[scheme]
    return f"{scheme}://{shown}" if port == usual else f"{scheme}://{shown}:{port}"


def is_address(host: str) -> bool:
    """True if the host is an IP address, not a name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
