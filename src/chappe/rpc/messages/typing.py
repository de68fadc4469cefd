"""What somebody is doing in a dialog. Source: method/messages.setTyping"""

from dataclasses import replace

from chappe.base.errors import Invalid
from chappe.base.ids import PeerId
from chappe.domain import access, members, posts, sending, updates
from chappe.domain.access import Grant
from chappe.domain.content import Service, Text
from chappe.domain.messages import Outgoing, Sent
from chappe.domain.rooms import Room
from chappe.domain.updates import Typing
from chappe.rpc import inputs
from chappe.rpc.context import Call, method
from chappe.rpc.results import sent_updates
from chappe.store import Tx
from chappe.tl import functions as f
from chappe.tl import types as t

DOING = frozenset({
    "Typing", "Cancel", "RecordVideo", "UploadVideo", "RecordAudio", "UploadAudio", "UploadPhoto", "UploadDocument",
    "GeoLocation", "ChooseContact", "GamePlay", "RecordRound", "UploadRound", "ChooseSticker",
})  # fmt: skip
"""What is told to the other side; TL's names without `sendMessage` and `Action`."""


@method("messages.setTyping")
async def set_typing(call: Call, q: f.messages.SetTyping) -> bool:
    """The peer's connected devices are told; nothing is kept.

    Source: method/messages.setTyping
    Errors: PEER_ID_INVALID, USER_IS_BLOCKED, YOU_BLOCKED_USER, INPUT_USER_DEACTIVATED, ACTION_INVALID.
    """
    name = type(q.action).NAME.removeprefix("sendMessage").removesuffix("Action")
    if name not in DOING:
        raise Invalid("action_invalid")
    peer = await inputs.peer(call, q.peer)
    fact = Typing(call.user_id, name, max(0, min(getattr(q.action, "progress", 0), 100)), top_id=q.top_msg_id or 0)

    def act(tx: Tx) -> None:
        grant = access.require_write(tx, call.user_id, peer)
        if grant.room is not None:
            _tell_room(tx, grant, grant.room, fact)
        elif grant.peer != PeerId(grant.viewer):
            updates.pass_on(tx, grant.peer, fact)

    await call.write(act)
    return True


def _tell_room(tx: Tx, grant: Grant, room: Room, fact: Typing) -> None:
    """The other members hear of it, if the person may write there under their own name."""
    assert grant.me is not None
    posts.require_post(replace(room, slow_mode_s=0), grant.me, Text(""), tx.now)
    if room.broadcast or grant.me.rights & members.ANONYMOUS:
        return
    here = replace(fact, room_id=room.id)
    if room.own_box:
        updates.tell_room(tx, room.id, here)
        return
    for member in members.of_group(tx, room):
        if member.user_id != grant.viewer:
            updates.pass_on(tx, PeerId(member.user_id), here)


@method("messages.sendScreenshotNotification")
async def send_screenshot_notification(call: Call, q: f.messages.SendScreenshotNotification) -> t.TypeUpdates:
    """Both sides are told that the caller took a picture of the dialog.

    Source: method/messages.sendScreenshotNotification
    Errors: PEER_ID_INVALID, USER_IS_BLOCKED, YOU_BLOCKED_USER, INPUT_USER_DEACTIVATED, REPLY_TO_INVALID.
    """
    peer, origin = await inputs.peer(call, q.peer), call.device.auth_key_id
    outgoing = Outgoing(Service("ScreenshotTaken", reply_to=inputs.reply_to(call, q.reply_to)), q.random_id)

    def act(tx: Tx) -> Sent:
        return sending.send(tx, access.require_write(tx, call.user_id, peer), outgoing, origin)

    return await sent_updates(call, [(await call.write(act)).entry])
