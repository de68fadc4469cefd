"""Joins what calls people on call: their ways out, the runner of pages, and what this process sees go wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from chappe import jobs, net, outbound, transparency
from chappe.base.clock import Clock
from chappe.base.ids import Entropy
from chappe.config import Config
from chappe.domain import calling, outbox
from chappe.domain.auth_keys import Wrapper
from chappe.safety.lookout import Lookout
from chappe.store import Store

FAULTS_S, REMINDED_S, AGAIN_S = 30.0, 600.0, 5.0
FULL_SHARE, FULL_BYTES = 20, 5 << 30
"""The disk is filling up when less than a twentieth of it is left, or less than 5 GiB where that is less."""

CERTIFICATE_S = 14 * 86400
"""A given certificate that ends within this time should have been renewed."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What `app` has made."""

    store: Store
    clock: Clock
    entropy: Entropy
    wrapper: Wrapper
    ledger: transparency.Ledger
    lookout: Lookout


def start(config: Config, joined: Joined, site: str, console: str, running: jobs.Tasks) -> None:
    """People on call are called, by ways that no other letter can keep busy, nor one way the others: a server of mail
    that answers nobody holds no voice up. And what is wrong here is a page.
    """
    store, clock = joined.store, joined.clock
    out = channels(config, clock)
    known = frozenset(way for way, kind in calling.OUTLETS.items() if kind in {one.kind for one in out})
    ways = calling.Ways(joined.wrapper.seal, site, console, known, config.on_call, config.server_name, config.time_zone)
    pages = jobs.Paging(ways, joined.entropy)
    for kind in outbox.PAGES:
        letters = outbound.Runner(store, clock, out, joined.wrapper.unseal, kind=kind)
        letters.listen()
        running.start(f"letters to people on call: {kind}", letters.run, AGAIN_S)
    pages.listen(store)
    running.start("people on call", partial(pages.run, store, clock), AGAIN_S)
    seen = partial(faults, joined.ledger, joined.lookout, config, clock)
    running.start("reminders", partial(jobs.reminding, store), REMINDED_S)
    running.start("faults", partial(jobs.telling_faults, store, seen), FAULTS_S)


def faults(
    ledger: transparency.Ledger, lookout: Lookout, config: Config, clock: Clock
) -> Iterable[jobs.Fault]:
    """(kind of page, what, in words or empty while all is well, is it urgent) of what this process sees of itself."""
    soon, over = certificate(config, clock.now())
    yield "certificate", "soon", soon, False
    yield "certificate", "over", over, True
    yield "log_stopped", "log", ledger.last_status.fault, True
    late = ledger.reports.behind_days
    yield "report_late", "report", str(late) if late else "", False
    room = lookout.headroom()
    full = room.disk_left < min(room.disk_whole // FULL_SHARE, FULL_BYTES)
    yield "disk", "disk", f"{room.disk_left >> 20} MB" if full else "", True


def certificate(config: Config, now: float) -> tuple[str, str]:
    """Which given certificate ends soon, and which has ended; empty where none does."""
    if not config.tls_cert or config.tls != "auto":
        return "", ""
    try:
        ends = net.ends_at(Path(config.tls_cert))
    except (OSError, ValueError):
        return "", config.tls_cert
    text = f"{config.tls_cert}: {datetime.fromtimestamp(ends, UTC):%Y-%m-%d %H:%M} UTC"
    return text if now < ends <= now + CERTIFICATE_S else "", text if ends <= now else ""


def channels(config: Config, clock: Clock) -> list[outbound.Channel]:
    """Ways out to people on call, as configured."""
    out: list[outbound.Channel] = []
    if config.smtp_url:
        route = outbound.MailRoute.parse(config.smtp_url, config.smtp_from)
        out.append(outbound.MailChannel(route, kind="page_mail"))
    if config.sms_webhook:
        secret = config.sms_webhook_secret.encode()
        out.append(outbound.SmsChannel(config.sms_webhook, secret, clock, kind="page_sms"))
    if config.voice_webhook:
        out.append(outbound.VoiceChannel(config.voice_webhook, config.voice_webhook_secret.encode(), clock))
    return out
