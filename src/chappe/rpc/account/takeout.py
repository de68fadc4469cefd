"""account.*TakeoutSession and what an export reads. Source: api/takeout, gdpr/15, gdpr/20"""

from chappe.base.errors import Invalid
from chappe.domain import takeouts
from chappe.domain.auth import settled
from chappe.rpc.context import Call, method
from chappe.tl import functions as f
from chappe.tl import types as t

FLAGS = ("contacts", "message_users", "message_chats", "message_megagroups", "message_channels", "files")
LAST_ID = 0x7FFFFFFF


@method("account.initTakeoutSession")
async def init_takeout_session(call: Call, q: f.account.InitTakeoutSession) -> t.account.Takeout:
    """The device exports its owner's data; all their devices are told.

    Source: method/account.initTakeoutSession
    Errors: TAKEOUT_INIT_DELAY_X.
    """
    scope = " ".join(name for name in FLAGS if getattr(q, name))
    takeout_id = int.from_bytes(call.services.entropy(8), "little") >> 1 or 1
    user_id, key, limited = call.user_id, call.device.auth_key_id, call.services.limits.limited
    language = call.language
    settled(
        await call.write(
            lambda tx: takeouts.begin(tx, user_id, key, takeout_id, scope, language, limited=limited)
        )
    )
    call.device.takeout_file = b""
    return t.account.Takeout(id=takeout_id)


@method("account.finishTakeoutSession")
async def finish_takeout_session(call: Call, q: f.account.FinishTakeoutSession) -> bool:
    """The export is over. Source: method/account.finishTakeoutSession. Errors: TAKEOUT_REQUIRED."""
    user_id, key = call.user_id, call.device.auth_key_id
    await call.write(lambda tx: takeouts.finish(tx, user_id, key))
    call.device.takeout_file = b""
    return True


@method("messages.getSplitRanges")
async def get_split_ranges(call: Call, q: f.messages.GetSplitRanges) -> list[t.TypeMessageRange]:
    """All messages lie in one stretch. Source: method/messages.getSplitRanges, method/invokeWithMessagesRange"""
    return [t.MessageRange(min_id=1, max_id=LAST_ID)]


async def require(call: Call) -> None:
    """The call is part of an export of this device. Source: method/invokeWithTakeout. Errors: TAKEOUT_INVALID."""
    takeout_id, user_id, key = call.request.takeout_id, call.user_id, call.device.auth_key_id
    if takeout_id is None or not user_id:
        raise Invalid("takeout_invalid")
    await call.read(lambda rx: takeouts.require(rx, user_id, key, takeout_id))


async def file(call: Call) -> bytes:
    """What is known of the caller, the same bytes as long as the export lasts.

    Source: constructor/inputTakeoutFileLocation
    Errors: TAKEOUT_REQUIRED.
    """
    user_id, key = call.user_id, call.device.auth_key_id
    await call.read(lambda rx: takeouts.require_any(rx, user_id, key))
    if not call.device.takeout_file:
        exporter = call.services.exporter
        call.device.takeout_file = await call.read(lambda rx: exporter.file(rx, user_id))
    return call.device.takeout_file
