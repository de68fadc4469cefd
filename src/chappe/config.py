"""Every setting of Chappe, declared once: name, type, default, unit and meaning.

A value comes, the later winning, from its default, one TOML file, its `CHAPPE_…` variable and the command line.
The table in `docs/settings.md` is written from this file by `chappe settings --write` and compared by a house test.
"""
# ruff: noqa: RUF009, E501  (a table: its rows read better on one line)

import dataclasses
import difflib
import ipaddress
import tomllib
import types
import typing
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PREFIX = "CHAPPE_"
LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


class ConfigError(Exception):
    """A setting is unknown or its value cannot be used; the text names the setting and says what it takes."""


def setting(
    default: object,
    meaning: str,
    *,
    unit: str = "",
    choices: tuple[str, ...] = (),
    least: float | None = None,
    most: float | None = None,
    secret: bool = False,
) -> typing.Any:
    """One row of the table; `secret` values are never shown nor logged."""
    facts = {"meaning": meaning, "unit": unit, "choices": choices, "least": least, "most": most, "secret": secret}
    return field(default=default, metadata=facts)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Config:
    """All settings with their values; made by `load`, never changed afterwards."""

    # Where it lives and listens
    data: Path = setting(Path("data"), "Folder with database, blobs and keys; made on first start, owner-only.")
    database: str = setting(
        "", "PostgreSQL address (`postgresql://…`); empty means SQLite in the data folder.", secret=True
    )
    host: str = setting("", "Address to listen on; empty means every address, IPv4 and IPv6.")
    port: int = setting(
        8443, "The one port for MTProto, WebSocket and HTTP(S); 0 lets the system choose.", least=0, most=65535
    )
    public_host: str = setting(
        "", "Name or address people reach this server by; empty means it is guessed from the machine."
    )
    public_port: int = setting(
        0, "Port people reach this server by, when a balancer stands in front; 0 means `port`.", least=0, most=65535
    )
    dc: int = setting(
        2, "Number of the data centre this server is: people sign in there, and its files are there.", least=1, most=5
    )
    console_host: str = setting(
        "", "Address the console listens on, `127.0.0.1` or that of a private network for one; empty means `host`."
    )
    console_port: int = setting(
        0,
        "Port of the operators' console, an origin of its own; 0 means the one after `port` (any free one where that is taken), -1 no console.",
        least=-1,
        most=65535,
    )
    portal_host: str = setting("", "Address the portal of authorities listens on; empty means `host`.")
    portal_port: int = setting(
        0,
        "Port of the portal of authorities, an origin of its own; 0 means the second after `port` (any free one where that is taken), -1 no portal.",
        least=-1,
        most=65535,
    )
    legal_mail_host: str = setting("", "Address that takes the mail of authorities; empty means `host`.")
    legal_mail_port: int = setting(
        0,
        "Port that takes the mail of authorities by SMTP (25 is led to it); 0 means the third after `port` (any free one where that is taken), -1 none.",
        least=-1,
        most=65535,
    )
    proxy_nets: tuple[Network, ...] = setting(
        (), "Networks whose connections may begin with a PROXY protocol v2 header."
    )
    metrics_nets: tuple[Network, ...] = setting(LOOPBACK, "Networks that may read `/metrics`.")

    # Who runs it
    server_name: str = setting("Chappe", "Name of this server, shown on its pages.")
    operator_name: str = setting("", "Who runs this server, shown on the start page.")
    operator_contact: str = setting(
        "", "How to reach who runs it (mail address or web address), shown on the start page."
    )
    operator_address: str = setting("", "Postal address of who runs this server, shown on the start page.")
    authority_contact: str = setting(
        "", "Where authorities reach who runs this server (mail address or web address), shown on the start page."
    )
    operator_country: str = setting(
        "FR", "Country where who runs this server is established or legally represented: two capitals of ISO 3166."
    )
    legal_mail_addresses: tuple[str, ...] = setting(
        (), "Addresses of that mail; empty means `authority_contact` if it is one, else `legal@` this server."
    )
    legal_drop_dir: str = setting(
        "", "Folder into which certificates of authorities are dropped, and receipts and answers put; empty for none."
    )
    closed_order_days: int = setting(
        1826, "How long a closed order says whom it was about; then its persons, texts and files are erased, and its"
        " number, kind, dates and outcome stay.", unit="days", least=90,
    )  # fmt: skip
    report_channel: str = setting(
        "", "Name of a public channel of this server in which each daily report is posted, without @; empty for none."
    )
    report_language: str = setting("en", "Language of those posts.", choices=("en", "fr"))
    contact_languages: tuple[str, ...] = setting((), "Languages in which letters are answered, shown on the start page.")
    dispute_bodies: tuple[str, ...] = setting(
        (), "Bodies for settling disputes out of court that people are told of, each a name and its web address."
    )
    data_location: str = setting("", "Where the data lie, in words for the start page (country, machine).")
    terms_dir: str = setting(
        "", "Folder with the terms of this server, one TOML file a version; empty means those that come with Chappe."
    )
    goals_file: str = setting(
        "", "File with the dated goals shown at `/goals`, TOML; empty means those that come with Chappe."
    )

    # Countries
    profiles_dir: str = setting(
        "", "Folder with territory profiles of this server's own, `<territory>/<version>.toml`; one named as a shipped one takes its place."
    )
    country_table: str = setting(
        "", "Table of the countries of addresses (MaxMind's format, `.mmdb`); empty means that addresses say nothing."
    )

    # Trust and safety
    rules_dir: str = setting(
        "", "Folder with rules of this server's own, one TOML file a rule; one named as a shipped rule takes its place."
    )
    on_call: tuple[str, ...] = setting(
        (),
        "Who is called when nobody on call takes a page, and told what is not urgent: mail addresses, @names of"
        " accounts, telephone numbers (+33…).",
    )
    time_zone: str = setting(
        "", "Time zone in which people on call are told times, unless they chose another (`Europe/Paris`); empty means UTC."
    )
    hotline: str = setting(
        "", "Telephone number of the hotline for authorities, answered at any hour; shown where they are told to write."
    )
    capacity_messages_s: int = setting(
        0, "Messages a second this machine carried when `make bench` measured it; 0 means it was not.", least=0
    )

    # TLS
    tls: str = setting(
        "auto",
        "`auto`: the given certificate, else a local authority of its own; `own`: always the local authority; `off`: none.",
        choices=("auto", "own", "off"),
    )
    tls_cert: str = setting("", "PEM file with the certificate chain; read again when it changes.")
    tls_key: str = setting("", "PEM file with the private key of `tls_cert`.")
    tls_names: tuple[str, ...] = setting(
        (), "Further names and addresses the local authority puts into its certificate."
    )

    # Test mode
    test_mode: bool = setting(
        False, "Test numbers 99966X… take the code XXXXX and sign-up limits are lifted; every page says so."
    )
    test_limits: bool = setting(False, "Keep sign-up and flood limits even in test mode.")
    demo: bool = setting(False, "Every page says that this is a demonstration; set by `chappe demo`.")

    # Logs
    log_level: str = setting("info", "Least weight of what is logged.", choices=("debug", "info", "warning", "error"))
    log_format: str = setting(
        "text", "`text` for people, `json` for machines; one line each on standard error.", choices=("text", "json")
    )

    # Joining
    sign_up: str = setting(
        "invite",
        "Who may make an account without a telephone number: `invite`, who holds an invite; `open`, everybody.",
        choices=("invite", "open"),
    )

    recovery_delay_h: int = setting(
        72,
        "How long a recovery that an operator began waits for a refusal; twice as long while the account is in use.",
        unit="hours",
        least=24,
        most=720,
    )

    # Login codes
    codes_to_console: bool = setting(
        False, "Print login codes that no other way could carry on the console (development only; never in a log file)."
    )
    smtp_url: str = setting(
        "", "Mail server for codes: `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`.", secret=True
    )
    smtp_from: str = setting("", "Sender address of mails.")
    sms_webhook: str = setting("", "Address that gets `{id, phone, text}` as JSON for each SMS.", secret=True)
    sms_webhook_secret: str = setting("", "Key of the HMAC-SHA256 signature sent with each SMS request.", secret=True)

    voice_webhook: str = setting(
        "", "Address that gets `{id, phone, text, lang, acknowledge}` as JSON to call somebody on call.", secret=True
    )
    voice_webhook_secret: str = setting("", "Key of the HMAC-SHA256 signature sent with each such request.", secret=True)

    # Web push
    push_nets: tuple[Network, ...] = setting(
        (), "Networks besides the open internet where push services may stand; elsewhere inside none is reached."
    )

    # Limits: people
    quota_bytes: int = setting(
        20 * 2**30, "Room for the files one account uploads and still shows somewhere.", unit="bytes", least=0
    )

    # Limits: connections
    max_connections: int = setting(
        0, "Connections held at once; 0 means as many as the limit of open files allows.", unit="connections", least=0
    )
    max_connections_per_address: int = setting(
        0,
        "Connections from one address (IPv6: one /64), loopback and `proxy_nets` apart; 0 means no limit.",
        unit="connections",
        least=0,
    )
    handshake_timeout_s: float = setting(
        20.0,
        "Time a new connection has to show what it is and to finish TLS, or to send its HTTP head.",
        unit="s",
        least=0.05,
    )
    idle_timeout_s: float = setting(
        900.0, "An MTProto connection that sends nothing for this long is closed; its sessions stay.", unit="s", least=1
    )
    write_buffer_bytes: int = setting(
        4 * 1024 * 1024, "Unsent bytes at which a connection that does not read is closed.", unit="bytes", least=65536
    )
    calls_per_connection: int = setting(
        256,
        "Calls of one connection that run at once; above, it is not read from until some end.",
        unit="calls",
        least=1,
    )
    calls_at_once: int = setting(20_000, "Calls of all connections that run at once.", unit="calls", least=1)
    max_http_head_bytes: int = setting(
        65_536, "Size of an HTTP request's address and headers.", unit="bytes", least=1024
    )
    max_http_body_bytes: int = setting(
        1024 * 1024, "Size of an HTTP request's body, where a page does not say otherwise.", unit="bytes", least=1024
    )
    stop_timeout_s: float = setting(
        3.0, "Time calls under way have to end when the server stops.", unit="s", least=0, most=4.5
    )

    def __repr__(self) -> str:
        """Without secrets, so that no log line carries them."""
        return f"Config({shown(self)})"


ENV_ONLY = ("CHAPPE_CONFIG",)
_HINTS = typing.get_type_hints(Config)


def settings() -> tuple["dataclasses.Field[typing.Any]", ...]:
    """The declared rows, in order."""
    return dataclasses.fields(Config)


def load(
    environ: Mapping[str, str], file: Path | None = None, overrides: Mapping[str, str | bool | int] | None = None
) -> Config:
    """The configuration from all places, each value checked.

    Errors: ConfigError naming the setting, the place it came from and what is wrong.
    """
    if file is None and environ.get("CHAPPE_CONFIG"):
        file = Path(environ["CHAPPE_CONFIG"])
    values: dict[str, object] = {}
    for place, given in (
        (str(file), _from_file(file) if file else {}),
        ("environment", _from_environ(environ)),
        ("command line", dict(overrides or {})),
    ):
        for name, raw in given.items():
            values[name] = _parse(name, raw, place)
    config = Config(**values)  # type: ignore[arg-type]
    _check_together(config)
    return config


def shown(config: Config) -> dict[str, object]:
    """Every setting as a small JSON value, secrets hidden."""
    return {row.name: _shown_value(row, getattr(config, row.name)) for row in settings()}


def table() -> str:
    """The documentation of all settings as Markdown."""
    lines = ["| setting | type | default | meaning |", "|---|---|---|---|"]
    for row in settings():
        kind = _type_name(_HINTS[row.name])
        kind = " or ".join(f"`{choice}`" for choice in row.metadata["choices"]) or kind
        if row.metadata["unit"]:
            kind = f"{kind}, {row.metadata['unit']}"
        default = _default_text(row.default)
        lines.append(f"| `{row.name}` | {kind} | {default} | {row.metadata['meaning']} |")
    return "\n".join(lines) + "\n"


def _from_file(file: Path) -> dict[str, object]:
    try:
        with file.open("rb") as stream:
            given = tomllib.load(stream)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not valid TOML ({error})") from error
    return given


def _from_environ(environ: Mapping[str, str]) -> dict[str, object]:
    return {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environ.items()
        if key.startswith(PREFIX) and key not in ENV_ONLY
    }


def _parse(name: str, raw: object, place: str) -> object:
    row = next((row for row in settings() if row.name == name), None)
    if row is None:
        near = difflib.get_close_matches(name, [row.name for row in settings()], 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        shown_name = PREFIX + name.upper() if place == "environment" else name
        raise ConfigError(f"{place}: there is no setting {shown_name}{hint}")
    try:
        value = _PARSERS[_HINTS[name]](raw)
        _check_row(row, value)
    except ValueError as error:
        said = "" if row.metadata["secret"] else f" {raw!r}"
        raise ConfigError(f"{place}: {name}{said}: {error}") from error
    return value


def _check_row(row: "dataclasses.Field[typing.Any]", value: object) -> None:
    choices, least, most = row.metadata["choices"], row.metadata["least"], row.metadata["most"]
    if choices and value not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if least is not None and value < least:
            raise ValueError(f"must be at least {least}")
        if most is not None and value > most:
            raise ValueError(f"must be at most {most}")


def _check_together(config: Config) -> None:
    if bool(config.tls_cert) != bool(config.tls_key):
        raise ConfigError("tls_cert and tls_key go together: give both or none")
    if config.database and not config.database.startswith(("postgresql://", "postgres://")):
        raise ConfigError("database: must begin with postgresql://")
    if config.time_zone and config.time_zone not in zoneinfo.available_timezones():
        raise ConfigError("time_zone: is not known here; write it as Europe/Paris")


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError("must be text")
    if "\n" in raw or "\x00" in raw:
        raise ValueError("must be one line")
    return raw


def _whole(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError("must be a whole number")
    try:
        return int(raw)
    except ValueError:
        raise ValueError("must be a whole number") from None


def _number(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ValueError("must be a number")
    try:
        value = float(raw)
    except ValueError:
        raise ValueError("must be a number") from None
    if not 0 <= value < 1e12:
        raise ValueError("must be a number from 0 up")
    return value


def _switch(raw: object) -> bool:
    words = {
        "1": True,
        "on": True,
        "true": True,
        "yes": True,
        "0": False,
        "off": False,
        "false": False,
        "no": False,
        "": False,
    }
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() not in words:
        raise ValueError("must be on or off")
    return words[str(raw).lower()]


def _path(raw: object) -> Path:
    text = _text(str(raw) if isinstance(raw, Path) else raw)
    if not text:
        raise ValueError("must not be empty")
    return Path(text).expanduser()


def _words(raw: object) -> tuple[str, ...]:
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, Sequence):
        raise ValueError("must be a list")
    return tuple(_text(part).strip() for part in parts if _text(part).strip())


def _networks(raw: object) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(word, strict=False) for word in _words(raw))


_PARSERS: dict[object, Callable[[object], object]] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _switch,
    Path: _path,
    tuple[str, ...]: _words,
    tuple[Network, ...]: _networks,
}


def _type_name(hint: object) -> str:
    names: dict[object, str] = {str: "text", int: "number", float: "number", bool: "on/off", Path: "path"}
    if isinstance(hint, types.GenericAlias):
        return "list of texts" if hint == tuple[str, ...] else "list of networks"
    return names[hint]


def _default_text(value: object) -> str:
    if isinstance(value, bool):
        return "off" if not value else "on"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value) or "empty"
    return f"`{value}`" if str(value) else "empty"


def _shown_value(row: "dataclasses.Field[typing.Any]", value: object) -> object:
    if row.metadata["secret"]:
        return "(set)" if value else ""
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return str(value) if isinstance(value, Path) else value
