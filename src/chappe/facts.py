"""What a server says of itself to the outside: where its pages are, who runs it, and what its client must know."""

from pathlib import Path
from urllib.parse import urlsplit

from chappe import net, outbound, tl, web
from chappe.config import Config
from chappe.datadir import DataDir, DataDirError
from chappe.domain.auth_keys import Wrapper
from chappe.domain.webauthn import Place
from chappe.legal.office import Office
from chappe.legal.signing import Signing
from chappe.net import machine
from chappe.web.demo import FLAGGER_KEY


def console_links(config: Config) -> tuple[str, str]:
    """Where the console is: as its operator opens it, and by the name others reach this machine by."""
    scheme = "http" if config.tls == "off" else "https"
    network = f"{web.origin(scheme, net_host(config), config.console_port)}/"
    return (network if config.public_host else f"http://localhost:{config.console_port}/", network)


def portal_links(config: Config) -> tuple[str, str]:
    """Where the portal of authorities is: as somebody here opens it, and as others do; empty where there is none."""
    if config.portal_port < 0:
        return "", ""
    scheme = "http" if config.tls == "off" else "https"
    network = f"{web.origin(scheme, net_host(config), config.portal_port)}/"
    return (network if config.public_host else f"http://localhost:{config.portal_port}/", network)


def passkey_places(config: Config) -> tuple[Place, ...]:
    """Where browsers take passkeys for this server: its names, and this very machine; addresses are no names."""
    ports = dict.fromkeys((config.public_port or config.port, config.port))
    names = [name for name in (config.public_host, *config.tls_names) if name and not machine.is_address(name)]
    places = [
        Place(name, tuple(web.origin(scheme, name, port) for scheme in schemes for port in ports))
        for name, schemes in [*((name, ("https",)) for name in names), ("localhost", ("http", "https"))]
    ]
    return tuple(places)


def site(config: Config, folder: DataDir, tls: net.Tls) -> web.Site:
    """What the pages say about this server."""
    return web.Site(
        name=config.server_name,
        operator_name=config.operator_name,
        operator_contact=config.operator_contact,
        operator_address=config.operator_address,
        authority_contact=config.authority_contact,
        hotline=config.hotline,
        contact_languages=config.contact_languages,
        dispute_bodies=tuple(dispute_body(said) for said in config.dispute_bodies),
        data_location=config.data_location,
        test_mode=config.test_mode,
        demo=config.demo,
        demo_key=demo_key(folder) if config.demo else "",
        public_host=net_host(config),
        public_port=config.public_port or config.port,
        dc=config.dc,
        public_pem=folder.rsa_key.to_pem_pkcs1().decode(),
        fingerprint=folder.rsa_key.fingerprint & (2**64 - 1),
        modulus=folder.rsa_key.public.n,
        proxy_secret=folder.proxy_secret,
        desk_key=Signing(folder.server_secret).public,
        tls=not isinstance(tls, net.NoTls),
        certificate=tls.certificate,
        everybody=config.sign_up == "open",
        console_port=max(config.console_port, 0),
        portal_port=max(config.portal_port, 0),
    )


def demo_key(folder: DataDir) -> str:
    """The key of the demo's trusted flagger, empty where there is none."""
    place = folder.path / FLAGGER_KEY
    return place.read_text("ascii") if place.is_file() else ""


def office(config: Config, wrapper: Wrapper) -> Office:
    """Who answers authorities: what stands in every letter, and where we are established."""
    host, links = net_host(config), page_links(config)["network"]
    here = (urlsplit(links).netloc, host, *config.tls_names, "localhost", "127.0.0.1", *machine.addresses())
    return Office(
        wrapper, links, config.server_name, config.operator_name, config.operator_address, config.operator_contact,
        config.authority_contact or legal_addresses(config)[0], config.operator_country, portal_links(config)[1],
        mails=bool(config.smtp_url), hosts=tuple(dict.fromkeys(here)), keeps_s=config.closed_order_days * 86_400,
    )  # fmt: skip


def legal_addresses(config: Config) -> tuple[str, ...]:
    """Addresses whose mail is taken: those configured, else the one authorities are told, else `legal@` here."""
    if config.legal_mail_addresses:
        return config.legal_mail_addresses
    return (config.authority_contact if "@" in config.authority_contact else f"legal@{net_host(config)}",)


def dispute_body(said: str) -> tuple[str, str]:
    """(name, web address) of a body, as a setting names it."""
    name, _, link = said.strip().rpartition(" ")
    return (name.strip(), link) if name and link.startswith(("https://", "http://")) else (said.strip(), "")


def client_facts(config: Config, folder: DataDir) -> dict[str, object]:
    """What the web client must know of this server before it connects."""
    return {
        "name": config.server_name,
        "host": net_host(config),
        "dc": config.dc,
        "layer": tl.NEWEST,
        "key": folder.rsa_key.to_pem_pkcs1().decode(),
        "test_mode": config.test_mode,
        "sign_up": config.sign_up,
        "push_key": outbound.application_key(folder.push_secret),
        "passkey_names": [place.rp_id for place in passkey_places(config)],
        "links": page_links(config)["network"],
    }


def terms(config: Config) -> tuple[web.Terms, ...]:
    """The terms of this server, every version. Errors: DataDirError."""
    try:
        return web.load_terms(Path(config.terms_dir) if config.terms_dir else None)
    except web.TermsError as error:
        raise DataDirError(f"terms_dir: {error}") from error


def goals(config: Config) -> tuple[web.Goal, ...]:
    """What this server promises. Errors: DataDirError."""
    try:
        return web.load_goals(Path(config.goals_file) if config.goals_file else None)
    except web.GoalsError as error:
        raise DataDirError(f"goals_file: {error}") from error


def net_host(config: Config) -> str:
    """The name or address others reach this machine by."""
    if config.public_host:
        return config.public_host
    if config.host not in ("", "::", "0.0.0.0"):
        return config.host
    return next(iter(machine.addresses()), "127.0.0.1")


def page_links(config: Config) -> dict[str, str]:
    """The start page: by the name others reach this machine by (`network`), and as its operator opens it (`start`)."""
    port = config.public_port or config.port
    scheme = "http" if config.tls == "off" and port != web.HTTPS_PORT else "https"
    network = f"{web.origin(scheme, net_host(config), port)}/"
    return {"start": network if config.public_host else f"http://localhost:{config.port}/", "network": network}
