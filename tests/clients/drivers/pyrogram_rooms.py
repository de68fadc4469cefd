"""What Kurigram and Pyrofork do in rooms: the main commands of `telethon_rooms.py`."""

from datetime import datetime, timedelta
from typing import Any

from pyrogram import enums, errors, raw, types, utils
from pyrogram_reports import Reports
from talking import Facts

STATUS = {"OWNER": "creator", "ADMINISTRATOR": "admin", "BANNED": "banned", "LEFT": "left"}
FILTERS = {"admins": "ADMINISTRATORS", "banned": "BANNED", "restricted": "RESTRICTED", "": "SEARCH"}
PERMISSIONS = {
    "send_messages": "can_send_messages", "send_media": "can_send_media_messages", "send_polls": "can_send_polls",
    "invite_users": "can_invite_users", "pin_messages": "can_pin_messages", "change_info": "can_change_info",
}  # fmt: skip
RIGHTS = {"ban_users": "can_restrict_members", "anonymous": "is_anonymous", "add_admins": "can_promote_members"}


class Rooms(Reports):
    """A part of the talker: the commands of the plays in rooms; `client` comes from the whole."""

    client: Any

    def facts(self, message: Any) -> Facts:
        raise NotImplementedError

    async def found(self, kind: str, title: str, about: str = "", people: list[int] | None = None) -> int:
        if kind == "group":
            made = await self.client.create_group(title, people or [])
            return int(getattr(made, "chat", made).id)
        create = self.client.create_channel if kind == "channel" else self.client.create_supergroup
        room = (await create(title, about)).id
        if people:
            await self.client.add_chat_members(room, people)
        return int(room)

    async def page(self, peer: int) -> Facts:
        chat = await self.client.get_chat(peer)
        linked = getattr(chat, "linked_chat", None)
        return {
            "title": chat.title, "about": chat.description or "", "username": chat.username,
            "members": chat.members_count, "slow_mode": getattr(chat, "slow_mode_delay", None) or 0,
            "photo": chat.photo is not None, "linked": linked.id if linked else None,
        }  # fmt: skip

    async def make_link(
        self, peer: int, title: str | None = None, expires_s: int = 0, limit: int = 0, request: bool = False
    ) -> Facts:
        until = datetime.now() + timedelta(seconds=expires_s) if expires_s else None
        made = await self.client.create_chat_invite_link(peer, title, until, limit or None, request or None)
        return _link(made)

    async def link_state(self, peer: int, link: str) -> Facts:
        return _link(await self.client.get_chat_invite_link(peer, link))

    async def revoke_link(self, peer: int, link: str) -> None:
        await self.client.revoke_chat_invite_link(peer, link)

    async def peek(self, link: str) -> str:
        return str((await self.client.get_chat(_invitation(link))).title)

    async def join_link(self, link: str) -> int:
        try:
            found = await self.client.join_chat(_invitation(link))
        except errors.InviteRequestSent:
            return 0
        return int(getattr(found, "chat", found).id) if _is_joined(found) else 0

    async def join_name(self, name: str) -> int:
        found = await self.client.join_chat(name)
        return int(getattr(found, "chat", found).id)

    async def quit_room(self, peer: int) -> None:
        await self.client.leave_chat(peer)

    async def waiting(self, peer: int) -> list[int]:
        return [one.user.id async for one in self.client.get_chat_join_requests(peer)]

    async def answer(self, peer: int, user: int, approved: bool) -> None:
        change = self.client.approve_chat_join_request if approved else self.client.decline_chat_join_request
        await change(peer, user)

    async def members(self, peer: int, kind: str = "", question: str = "") -> list[Facts]:
        chosen = getattr(enums.ChatMembersFilter, FILTERS[kind])
        found = [one async for one in self.client.get_chat_members(peer, query=question, filter=chosen)]
        facts: list[Facts] = [
            {
                "id": one.user.id, "status": STATUS.get(one.status.name, "member"),
                "rank": getattr(one, "custom_title", None) or getattr(one, "tag", None),
            }
            for one in found
        ]  # fmt: skip
        return sorted(facts, key=lambda one: str(one["id"]))

    async def promote(self, peer: int, user: int, rights: list[str], rank: str) -> None:
        names = {RIGHTS.get(name, f"can_{name}"): True for name in rights}
        given = types.ChatPrivileges(can_manage_chat=False, **names)
        await self.client.promote_chat_member(peer, user, given)
        await self.client.set_administrator_title(peer, user, rank)

    async def demote(self, peer: int, user: int) -> None:
        await self.client.promote_chat_member(peer, user, types.ChatPrivileges(can_manage_chat=False))

    async def bar(self, peer: int, user: int, forbid: list[str], for_s: int = 0) -> None:
        until = datetime.now() + timedelta(seconds=for_s) if for_s else utils.zero_datetime()
        if "view_messages" in forbid:
            await self.client.ban_chat_member(peer, user, until)
        elif forbid:
            await self.client.restrict_chat_member(peer, user, _permissions(forbid), until)
        else:
            await self.client.unban_chat_member(peer, user)

    async def kick(self, peer: int, user: int) -> None:
        await self.client.ban_chat_member(peer, user)
        await self.client.unban_chat_member(peer, user)

    async def default_rights(self, peer: int, forbid: list[str]) -> None:
        await self.client.set_chat_permissions(peer, _permissions(forbid))

    async def slow_mode(self, peer: int, seconds: int) -> None:
        await self.client.set_slow_mode(peer, seconds)

    async def signatures(self, peer: int, on: bool) -> None:
        channel = await self.client.resolve_peer(peer)
        call = raw.functions.channels.ToggleSignatures(channel=channel, signatures_enabled=on)
        await self.client.invoke(call)

    async def rename(self, peer: int, title: str) -> None:
        await self.client.set_chat_title(peer, title)

    async def describe(self, peer: int, about: str) -> None:
        await self.client.set_chat_description(peer, about)

    async def name_room(self, peer: int, name: str) -> None:
        await self.client.set_chat_username(peer, name)

    async def link_rooms(self, channel: int, group: int) -> None:
        broadcast, talk = await self.client.resolve_peer(channel), await self.client.resolve_peer(group)
        await self.client.invoke(raw.functions.channels.SetDiscussionGroup(broadcast=broadcast, group=talk))

    async def comment(self, peer: int, id: int, text: str) -> Facts:
        top = await self.client.get_discussion_message(peer, id)
        return await self.send_text(top.chat.id, text, reply_to=top.id)

    async def send_text(self, peer: int, text: str, reply_to: int | None = None) -> Facts:
        raise NotImplementedError

    async def comments(self, peer: int, id: int) -> list[str]:
        found = [message.text async for message in self.client.get_discussion_replies(peer, id)]
        return found[::-1]

    async def poll(self, peer: int, question: str, options: list[str], right: int | None = None) -> Facts:
        """Both libraries' own methods differ; the call is the same."""
        words = [types.InputPollOption(text=one) for one in options] if hasattr(types, "InputPollOption") else options
        return self.facts(await self.client.send_poll(peer, question, words))

    async def vote(self, peer: int, id: int, choice: int) -> None:
        await self.client.vote_poll(peer, id, [choice])

    async def results(self, peer: int, id: int) -> Facts:
        poll = (await self.client.get_messages(peer, id)).poll
        found = {str(place): one.voter_count or 0 for place, one in enumerate(poll.options)}
        return {"total": poll.total_voter_count, "voters": found, "closed": poll.is_closed}

    async def pin(self, peer: int, id: int) -> None:
        await self.client.pin_chat_message(peer, id)

    async def pinned(self, peer: int) -> list[int]:
        chosen = enums.MessagesFilter.PINNED
        return [message.id async for message in self.client.search_messages(peer, filter=chosen)]

    async def search(self, peer: int, question: str) -> list[str]:
        return [message.text async for message in self.client.search_messages(peer, question)]

    async def counts(self, peer: int, ids: list[int]) -> list[Facts]:
        named = await self.client.resolve_peer(peer)
        call = raw.functions.messages.GetMessagesViews(peer=named, id=ids, increment=True)
        found = await self.client.invoke(call)
        return [{"views": one.views, "forwards": one.forwards} for one in found.views]

    async def post(self, peer: int, id: int) -> Facts:
        message = await self.client.get_messages(peer, id)
        return {
            "author": message.author_signature, "views": message.views, "sender": self.facts(message)["sender"],
            "comments": await self.client.get_discussion_replies_count(peer, id),
        }  # fmt: skip

    async def forward(self, source: int, ids: list[int], peer: int) -> list[Facts]:
        return [self.facts(message) for message in await self.client.forward_messages(peer, source, ids)]

    async def log(self, peer: int) -> list[str]:
        call = raw.functions.channels.GetAdminLog(
            channel=await self.client.resolve_peer(peer), q="", max_id=0, min_id=0, limit=100
        )
        found = await self.client.invoke(call)
        return [type(one.action).__name__.removeprefix("ChannelAdminLogEventAction") for one in found.events]

    async def rooms(self) -> list[int]:
        found = [dialog.chat async for dialog in self.client.get_dialogs()]
        return [chat.id for chat in found if chat.id < 0 and not getattr(chat, "is_restricted", False)]


def _is_joined(found: Any) -> bool:
    return "RequestSent" not in type(found).__name__


def _permissions(forbid: list[str]) -> Any:
    free = {name: True for name in PERMISSIONS.values()}
    return types.ChatPermissions(**{**free, **{PERMISSIONS[name]: False for name in forbid}})


def _invitation(link: str) -> str:
    """The libraries take links of one host only for invitations; what counts is what they end in."""
    return f"https://t.me/+{link.rpartition('+')[2]}"


def _link(made: Any) -> Facts:
    return {
        "link": made.invite_link, "title": made.name, "limit": made.member_limit or 0,
        "used": getattr(made, "member_count", None) or getattr(made, "subscription_count", None) or 0,
        "request": bool(made.creates_join_request), "expires": bool(made.expire_date), "revoked": bool(made.is_revoked),
    }  # fmt: skip
