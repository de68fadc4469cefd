"""What runs beside the answering of calls, and the ways out of the server."""

import sys
from functools import partial

from chappe import countries, doors, jobs, media, mtproto, net, outbound, paging, rpc, safety, store, transparency
from chappe.base.clock import Clock
from chappe.base.ids import UserId
from chappe.config import Config
from chappe.datadir import DataDir
from chappe.domain import push_tokens
from chappe.domain.outbox import NOTICE_MAIL
from chappe.domain.push_tokens import WEB_PUSH
from chappe.facts import console_links, office, page_links
from chappe.legal.working import Working
from chappe.rpc.standings import LOOK_S
from chappe.safety import attachments
from chappe.safety.lookout import Lookout

RECEIPTS_S = 60.0
SECRET_FILES_S = 600.0
HOURLY_S = 3600.0
DAILY_S = 86_400.0


def safety_desk(config: Config, given: rpc.Services) -> safety.Desk:
    """What the room of notices works with."""
    return safety.Desk(
        given.wrapper, page_links(config)["network"], mails="mail" in given.outlets, limited=given.limits.limited
    )


def in_background(
    lands: countries.Countries,
    config: Config,
    given: rpc.Services,
    blobs: store.FileStore,
    clock: Clock,
    tls: net.Tls,
    browsers: outbound.PushChannel,
    ledger: transparency.Ledger,
    lookout: Lookout,
) -> jobs.Tasks:
    """What runs beside the answering of calls is running."""
    database, running, indexing, expiry = given.store, jobs.Tasks(), jobs.Indexing(), jobs.Expiry()
    ways = [*channels(config, clock), *notice_channel(config), *doors.letter_channel(config)]
    letters = outbound.Runner(database, clock, [*ways, browsers], given.wrapper.unseal)
    pushing = jobs.Pushing(given.wrapper.seal, partial(is_present, given))
    letters.listen()
    pushing.listen(database)
    counting = jobs.Counting()
    enforcing = jobs.Enforcing(given.entropy, given.wrapper.seal, given.outlets)
    indexing.listen(database)
    counting.listen(database)
    running.start("letters", letters.run)
    joined = paging.Joined(database, clock, given.entropy, given.wrapper, ledger, lookout)
    paging.start(config, joined, page_links(config)["network"], console_links(config)[1], running)
    running.start("the log", ledger.run)
    running.start("daily report", ledger.reports.run)
    lookout.start(running)
    running.start("web push", partial(pushing.run, database, clock))
    running.start("text index", partial(indexing.run, database, clock))
    running.start("counts of rooms", partial(counting.run, database, clock))
    running.start("expiry", partial(expiry.run, database, clock))
    running.start("what falls due", partial(jobs.Due(given.gate).run, database, clock))
    running.start("outcomes of notices", partial(safety.Telling(safety_desk(config, given)).run, database, clock))
    running.start("what decisions still do", partial(enforcing.run, database, clock))
    answering = Working(office(config, given.wrapper), given.entropy)
    running.start("orders of authorities", partial(answering.run, database, clock))
    if config.database:  # another process may work over it
        running.start("standings that others decided", given.standings.look, LOOK_S)
    running.start("rule of absence", partial(jobs.Absence().run, database, clock))
    countries.start(lands, database, clock, page_links(config)["network"], running)
    running.start("lapses", partial(jobs.Lapses(given.revoke).run, database, clock))
    _clear_away(running, given, blobs, clock)

    async def renew() -> None:
        tls.renew()

    running.start("certificate", renew, HOURLY_S)
    return running


def _clear_away(running: jobs.Tasks, given: rpc.Services, blobs: store.FileStore, clock: Clock) -> None:
    """What nobody needs any more goes."""
    database = given.store
    running.start("clearing", jobs.clearing(database, clock))
    running.start("erasing what cases kept", safety.erasing(database), DAILY_S)
    running.start("files of unsent notices", attachments.clearing(database), HOURLY_S)
    running.start("collecting", jobs.collecting(database, blobs, clock), HOURLY_S)
    running.start("receipts of secret chats", jobs.receipts(database, partial(is_present, given)), RECEIPTS_S)
    running.start("files of secret chats", jobs.collecting_secret(database, blobs, clock), SECRET_FILES_S)
    running.start("sweeping blobs", jobs.sweeping_blobs(database, blobs, clock), DAILY_S)


def channels(config: Config, clock: Clock) -> list[outbound.Channel]:
    """Ways out for codes and notices, as configured."""
    out: list[outbound.Channel] = []
    if config.smtp_url:
        out.append(outbound.MailChannel(outbound.MailRoute.parse(config.smtp_url, config.smtp_from)))
    if config.sms_webhook:
        out.append(outbound.SmsChannel(config.sms_webhook, config.sms_webhook_secret.encode(), clock))
    if config.codes_to_console:
        out.append(outbound.ConsoleChannel(to_terminal))
    return out


def notice_channel(config: Config) -> list[outbound.Channel]:
    """The way to who noticed something and gave a mail address."""
    if not config.smtp_url:
        return []
    return [outbound.MailChannel(outbound.MailRoute.parse(config.smtp_url, config.smtp_from), kind=NOTICE_MAIL)]


def push_channel(config: Config, folder: DataDir, given: rpc.Services) -> outbound.PushChannel:
    """The way to the browsers of people who are away."""
    contact = config.operator_contact
    if not contact.startswith(("https://", "mailto:")):
        contact = f"mailto:{contact}" if "@" in contact else page_links(config)["network"]

    async def forget(address: str, token: str) -> None:
        user_id, _, key = address.partition(":")
        await given.store.write(lambda tx: push_tokens.gone(tx, UserId(int(user_id)), int(key), WEB_PUSH, token))

    may_reach = partial(media.may_reach, allowed=config.push_nets)
    plain = bool(config.push_nets)
    return outbound.PushChannel(folder.push_secret, contact, given.clock, given.entropy, may_reach, forget, plain)


def is_present(given: rpc.Services, auth_key_id: int) -> bool:
    """True if the device is connected and hears what happens by itself."""
    device = given.devices.known(auth_key_id)
    sessions = device.sessions if device is not None else ()
    return any(isinstance(session, mtproto.Session) and session.connections for session in sessions)


def to_terminal(line: str) -> None:
    """For codes in development: beside the log, never in it."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
