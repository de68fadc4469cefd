"""What TDLib does in rooms: the commands of `telethon_rooms.py` by its JSON interface."""

import asyncio
import time
from typing import Any

from talking import Facts
from tdjson_reports import Reports

Object = dict[str, Any]
SHIFT = 20
MARK = 10**12
STATUS = {"Creator": "creator", "Administrator": "admin", "Banned": "banned", "Left": "left"}
FILTERS = {"": "Recent", "admins": "Administrators", "banned": "Banned", "restricted": "Restricted"}
RIGHTS = {"ban_users": "can_restrict_members", "anonymous": "is_anonymous", "add_admins": "can_promote_members"}
PERMISSIONS = {"send_messages": "can_send_basic_messages", "send_polls": "can_send_polls"}
FREE = dict.fromkeys((
    "can_send_basic_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_link_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_create_topics",
), True)  # fmt: skip
LATER_S = 0.3
LINKED_S = 120


class Rooms(Reports):
    """A part of the talker: the commands of the plays in rooms; the rest comes from the whole."""

    sent: dict[int, asyncio.Future[Object]]
    loop: asyncio.AbstractEventLoop

    async def call(self, kind: str, **fields: Any) -> Object:
        raise NotImplementedError

    def facts(self, message: Object) -> Facts:
        raise NotImplementedError

    async def post_content(self, peer: int, content: Object, reply_to: int | None = None, **more: Any) -> Object:
        raise NotImplementedError

    async def found(self, kind: str, title: str, about: str = "", people: list[int] | None = None) -> int:
        if kind == "group":
            return int((await self.call("createNewBasicGroupChat", user_ids=people or [], title=title))["chat_id"])
        settings = {"title": title, "is_channel": kind == "channel", "description": about}
        room = int((await self.call("createNewSupergroupChat", **settings))["id"])
        if people:
            await self.call("addChatMembers", chat_id=room, user_ids=people)
        return room

    async def page(self, peer: int) -> Facts:
        """TDLib gives what it knew of a room and asks anew meanwhile."""
        await self._page(peer)
        await asyncio.sleep(LATER_S)
        await self.call("getActiveSessions")  # the server answers this after that
        return await self._page(peer)

    async def _page(self, peer: int) -> Facts:
        chat = await self.call("getChat", chat_id=peer)
        if chat["type"]["@type"] == "chatTypeBasicGroup":
            number = chat["type"]["basic_group_id"]
            full, short = await self.call("getBasicGroupFullInfo", basic_group_id=number), {}
            members = len(full["members"])
        else:
            number = chat["type"]["supergroup_id"]
            full = await self.call("getSupergroupFullInfo", supergroup_id=number)
            short = await self.call("getSupergroup", supergroup_id=number)
            members = full["member_count"]
        names = (short.get("usernames") or {}).get("active_usernames") or [None]
        return {
            "title": chat["title"], "about": full["description"], "username": names[0], "members": members,
            "slow_mode": full.get("slow_mode_delay", 0), "photo": chat.get("photo") is not None,
            "linked": full.get("linked_chat_id") or None,
        }  # fmt: skip

    async def make_link(
        self, peer: int, title: str | None = None, expires_s: int = 0, limit: int = 0, request: bool = False
    ) -> Facts:
        until = int(time.time()) + expires_s if expires_s else 0
        wish = {"name": title or "", "expiration_date": until, "member_limit": limit, "creates_join_request": request}
        return _link(await self.call("createChatInviteLink", chat_id=peer, **wish))

    async def link_state(self, peer: int, link: str) -> Facts:
        return _link(await self.call("getChatInviteLink", chat_id=peer, invite_link=link))

    async def revoke_link(self, peer: int, link: str) -> None:
        await self.call("revokeChatInviteLink", chat_id=peer, invite_link=link)

    async def peek(self, link: str) -> str:
        return str((await self.call("checkChatInviteLink", invite_link=_invitation(link)))["title"])

    async def join_link(self, link: str) -> int:
        done = await self.call("joinChatByInviteLink", invite_link=_invitation(link))
        return 0 if done["@type"] == "chatJoinResultRequestSent" else int(done["chat_id"])

    async def join_name(self, name: str) -> int:
        found = await self.call("searchPublicChat", username=name)
        await self.call("joinChat", chat_id=found["id"])
        return int(found["id"])

    async def quit_room(self, peer: int) -> None:
        await self.call("leaveChat", chat_id=peer)

    async def waiting(self, peer: int) -> list[int]:
        found = await self.call("getChatJoinRequests", chat_id=peer, limit=50)
        return [one["user_id"] for one in found["requests"]]

    async def answer(self, peer: int, user: int, approved: bool) -> None:
        await self.call("processChatJoinRequest", chat_id=peer, user_id=user, approve=approved)

    async def members(self, peer: int, kind: str = "", question: str = "") -> list[Facts]:
        chosen: Object = {"@type": f"supergroupMembersFilter{FILTERS[kind]}"}
        if question:
            chosen = {"@type": "supergroupMembersFilterSearch", "query": question}
        asked = {"supergroup_id": -peer - MARK, "filter": chosen, "offset": 0, "limit": 100}
        found = await self.call("getSupergroupMembers", **asked)
        facts: list[Facts] = []
        for one in found["members"]:
            status = one["status"]["@type"].removeprefix("chatMemberStatus")
            said = "banned" if kind == "restricted" else STATUS.get(status, "member")
            rank = one["status"].get("custom_title") or one.get("tag") or None
            facts.append({"id": one["member_id"]["user_id"], "status": said, "rank": rank})
        return sorted(facts, key=lambda one: str(one["id"]))

    async def promote(self, peer: int, user: int, rights: list[str], rank: str) -> None:
        given = {RIGHTS.get(name, f"can_{name}"): True for name in rights} | {"can_manage_chat": True}
        status = {
            "@type": "chatMemberStatusAdministrator", "custom_title": rank, "can_be_edited": True,
            "rights": {"@type": "chatAdministratorRights", **given},
        }  # fmt: skip
        await self._status(peer, user, status)
        await self.call("setChatMemberTag", chat_id=peer, user_id=user, tag=rank)

    async def _status(self, peer: int, user: int, status: Object) -> None:
        whom = {"@type": "messageSenderUser", "user_id": user}
        await self.call("setChatMemberStatus", chat_id=peer, member_id=whom, status=status)

    async def demote(self, peer: int, user: int) -> None:
        await self._status(peer, user, {"@type": "chatMemberStatusMember"})

    async def bar(self, peer: int, user: int, forbid: list[str], for_s: int = 0) -> None:
        until = int(time.time()) + for_s if for_s else 0
        if "view_messages" in forbid:
            status: Object = {"@type": "chatMemberStatusBanned", "banned_until_date": until}
        elif forbid:
            status = {
                "@type": "chatMemberStatusRestricted", "is_member": True, "restricted_until_date": until,
                "permissions": _permissions(forbid),
            }  # fmt: skip
        else:
            status = {"@type": "chatMemberStatusMember"}
            now = await self.call("getChatMember", chat_id=peer, member_id=_person(user))
            if now["status"]["@type"] == "chatMemberStatusBanned":
                status = {"@type": "chatMemberStatusLeft"}
        await self._status(peer, user, status)

    async def kick(self, peer: int, user: int) -> None:
        await self._status(peer, user, {"@type": "chatMemberStatusLeft"})

    async def default_rights(self, peer: int, forbid: list[str]) -> None:
        await self.call("setChatPermissions", chat_id=peer, permissions=_permissions(forbid))

    async def slow_mode(self, peer: int, seconds: int) -> None:
        await self.call("setChatSlowModeDelay", chat_id=peer, slow_mode_delay=seconds)

    async def signatures(self, peer: int, on: bool) -> None:
        await self.call("toggleSupergroupSignMessages", supergroup_id=-peer - MARK, sign_messages=on)

    async def rename(self, peer: int, title: str) -> None:
        await self.call("setChatTitle", chat_id=peer, title=title)

    async def describe(self, peer: int, about: str) -> None:
        await self.call("setChatDescription", chat_id=peer, description=about)

    async def picture(self, peer: int, path: str) -> None:
        photo = {"@type": "inputChatPhotoStatic", "photo": {"@type": "inputFileLocal", "path": path}}
        await self.call("setChatPhoto", chat_id=peer, photo=photo)

    async def name_room(self, peer: int, name: str) -> None:
        await self.call("setSupergroupUsername", supergroup_id=-peer - MARK, username=name)

    async def link_rooms(self, channel: int, group: int) -> None:
        await self.call("setChatDiscussionGroup", chat_id=channel, discussion_chat_id=group)
        # COMPAT TDLib: it reads the channel anew meanwhile. Posting before it knows which group it is, it makes itself
        # a message with replies instead of comments, and calls the server's an ERROR.
        async with asyncio.timeout(LINKED_S):
            while (await self.page(channel))["linked"] != group:
                await asyncio.sleep(LATER_S)

    async def comment(self, peer: int, id: int, text: str) -> Facts:
        await self.page(peer)
        thread = await self.call("getMessageThread", chat_id=peer, message_id=id << SHIFT)
        top = thread["messages"][-1]["id"] >> SHIFT
        content = {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": text}}
        return self.facts(await self.post_content(thread["chat_id"], content, top))

    async def comments(self, peer: int, id: int) -> list[str]:
        asked = {"chat_id": peer, "message_id": id << SHIFT, "from_message_id": 0, "offset": 0, "limit": 50}
        found = await self.call("getMessageThreadHistory", **asked)
        said = [self.facts(one) for one in found["messages"] if one["id"] >> SHIFT != id]
        return [str(one["text"]) for one in reversed(said) if one["sender"] != peer]

    async def forum(self, peer: int) -> None:
        await self.call("toggleSupergroupIsForum", supergroup_id=-peer - MARK, is_forum=True, has_forum_tabs=False)

    async def make_topic(self, peer: int, title: str) -> int:
        icon = {"@type": "forumTopicIcon", "color": 0x6FB9F0}
        return int((await self.call("createForumTopic", chat_id=peer, name=title, icon=icon))["forum_topic_id"])

    async def topics(self, peer: int) -> list[str]:
        asked = {"chat_id": peer, "query": "", "offset_date": 0, "offset_message_id": 0, "limit": 50}
        found = await self.call("getForumTopics", **asked)
        return sorted(one["info"]["name"] for one in found["topics"])

    async def topic_history(self, peer: int, topic: int) -> list[str]:
        asked = {"chat_id": peer, "forum_topic_id": topic, "from_message_id": 0, "offset": 0, "limit": 50}
        found = await self.call("getForumTopicHistory", **asked)
        return [text for one in reversed(found["messages"]) if (text := str(self.facts(one)["text"]))]

    async def poll(self, peer: int, question: str, options: list[str], right: int | None = None) -> Facts:
        kind: Object = {"@type": "inputPollTypeRegular"}
        if right is not None:
            kind = {"@type": "inputPollTypeQuiz", "correct_option_ids": [right]}
        answers = [{"@type": "inputPollOption", "text": _words(one)} for one in options]
        content = {
            "@type": "inputMessagePoll", "question": _words(question), "options": answers, "is_anonymous": True,
            "type": kind,
        }  # fmt: skip
        return self.facts(await self.post_content(peer, content))

    async def open_poll(self, peer: int, question: str, options: list[str]) -> Facts:
        """A poll to which whoever votes may add answers."""
        answers = [{"@type": "inputPollOption", "text": _words(one)} for one in options]
        content = {
            "@type": "inputMessagePoll", "question": _words(question), "options": answers, "is_anonymous": False,
            "allows_revoting": True, "type": {"@type": "inputPollTypeRegular", "allow_adding_options": True},
        }  # fmt: skip
        return self.facts(await self.post_content(peer, content))

    async def add_answer(self, peer: int, id: int, text: str) -> None:
        option = {"@type": "inputPollOption", "text": _words(text)}
        await self.call("addPollOption", chat_id=peer, message_id=id << SHIFT, option=option)

    async def drop_answer(self, peer: int, id: int, text: str) -> None:
        option = next(one["id"] for one in await self._options(peer, id) if one["text"]["text"] == text)
        await self.call("deletePollOption", chat_id=peer, message_id=id << SHIFT, option_id=option)

    async def answers(self, peer: int, id: int) -> list[str]:
        return [one["text"]["text"] for one in await self._options(peer, id)]

    async def _options(self, peer: int, id: int) -> list[Object]:
        await asyncio.sleep(LATER_S)
        message = await self.call("getMessage", chat_id=peer, message_id=id << SHIFT)
        return list(message["content"]["poll"]["options"])

    async def has_votes(self, peer: int) -> int:
        """Polls of one's own with votes not looked at."""
        return int((await self.call("getChat", chat_id=peer))["unread_poll_vote_count"])

    async def look_at_votes(self, peer: int) -> None:
        await self.call("readAllChatPollVotes", chat_id=peer)

    async def vote(self, peer: int, id: int, choice: int) -> None:
        await self.call("setPollAnswer", chat_id=peer, message_id=id << SHIFT, option_ids=[choice])

    async def results(self, peer: int, id: int) -> Facts:
        await asyncio.sleep(LATER_S)
        poll = (await self.call("getMessage", chat_id=peer, message_id=id << SHIFT))["content"]["poll"]
        options = list(enumerate(poll["options"]))
        return {
            "total": poll["total_voter_count"], "closed": poll["is_closed"],
            "voters": {str(place): one["voter_count"] for place, one in options},
            "chosen": [place for place, one in options if one["is_chosen"]],
            "right": poll["type"].get("correct_option_ids", []),
        }  # fmt: skip

    async def stop_poll(self, peer: int, id: int) -> None:
        await self.call("stopPoll", chat_id=peer, message_id=id << SHIFT)

    async def reacted_by(self, peer: int, id: int) -> list[Facts]:
        found = await self.call("getMessageAddedReactions", chat_id=peer, message_id=id << SHIFT, offset="", limit=50)
        return [{"id": one["sender_id"]["user_id"], "sign": one["type"]["emoji"]} for one in found["reactions"]]

    async def mention(self, peer: int, user: int, text: str) -> Facts:
        kind = {"@type": "textEntityTypeMentionName", "user_id": user}
        marks = [{"@type": "textEntity", "offset": 0, "length": len(text), "type": kind}]
        content = {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": text, "entities": marks}}
        return self.facts(await self.post_content(peer, content))

    async def _under(self, peer: int, name: str, question: str = "") -> list[Object]:
        chosen = {"@type": f"searchMessagesFilter{name}"}
        asked = {"query": question, "from_message_id": 0, "offset": 0, "limit": 50, "filter": chosen}
        return list((await self.call("searchChatMessages", chat_id=peer, **asked))["messages"])

    async def mentions(self, peer: int) -> list[int]:
        return [one["id"] >> SHIFT for one in await self._under(peer, "UnreadMention")]

    async def read_mentions(self, peer: int) -> None:
        await self.call("readAllChatMentions", chat_id=peer)

    async def pin(self, peer: int, id: int) -> None:
        await self.call("pinChatMessage", chat_id=peer, message_id=id << SHIFT)

    async def pinned(self, peer: int) -> list[int]:
        return [one["id"] >> SHIFT for one in await self._under(peer, "Pinned")]

    async def search(self, peer: int, question: str) -> list[str]:
        return [str(self.facts(one)["text"]) for one in await self._under(peer, "Empty", question)]

    async def log(self, peer: int) -> list[str]:
        """The events by the names that TL gives them, as far as the plays ask for them."""
        found = await self.call("getChatEventLog", chat_id=peer, query="", from_event_id=0, limit=100)
        names = {
            "chatEventMemberPromoted": "ParticipantToggleAdmin", "chatEventMemberRestricted": "ParticipantToggleBan",
            "chatEventMessageDeleted": "DeleteMessage", "chatEventMessagePinned": "UpdatePinned",
        }  # fmt: skip
        return [names.get(one["action"]["@type"], one["action"]["@type"]) for one in found["events"]]

    async def migrate(self, peer: int) -> int:
        return int((await self.call("upgradeBasicGroupChatToSupergroupChat", chat_id=peer))["id"])

    async def schedule(self, peer: int, text: str, in_s: int) -> Facts:
        state = {"@type": "messageSchedulingStateSendAtDate", "send_date": int(time.time()) + in_s}
        options = {"@type": "messageSendOptions", "scheduling_state": state}
        content = {"@type": "inputMessageText", "text": _words(text)}
        made = await self.post_content(peer, content, options=options)
        return {**self.facts(made), "id": made["id"]}

    async def scheduled(self, peer: int) -> list[Facts]:
        found = await self.call("getChatScheduledMessages", chat_id=peer)
        return [self.facts(one) for one in found["messages"]]

    async def send_scheduled(self, peer: int, ids: list[int]) -> None:
        for one in ids:
            await self.call("editMessageSchedulingState", chat_id=peer, message_id=one)

    async def album(self, peer: int, paths: list[str]) -> list[Facts]:
        contents = [{"@type": "inputMessagePhoto", "photo": {
            "@type": "inputPhoto", "photo": {"@type": "inputFileLocal", "path": path}, "width": 640, "height": 480
        }} for path in paths]  # fmt: skip
        queued = await self.call("sendMessageAlbum", chat_id=peer, input_message_contents=contents)
        return [self.facts(await self.arrived(one["id"])) for one in queued["messages"]]

    async def counts(self, peer: int, ids: list[int]) -> list[Facts]:
        """TDLib counts what was viewed, and tells of it a little later."""
        numbers = [one << SHIFT for one in ids]
        await self.call("openChat", chat_id=peer)
        source = {"@type": "messageSourceChatHistory"}
        await self.call("viewMessages", chat_id=peer, message_ids=numbers, source=source, force_read=True)
        await asyncio.sleep(1)
        await self.call("closeChat", chat_id=peer)
        found = [(await self.call("getMessage", chat_id=peer, message_id=one))["interaction_info"] for one in numbers]
        return [{"views": one["view_count"], "forwards": one["forward_count"]} for one in found]

    async def post(self, peer: int, id: int) -> Facts:
        await self.counts(peer, [id])  # asks how the post stands
        message = await self.call("getMessage", chat_id=peer, message_id=id << SHIFT)
        info = message.get("interaction_info") or {}
        return {
            "author": message["author_signature"], "views": info.get("view_count"),
            "sender": self.facts(message)["sender"], "comments": (info.get("reply_info") or {}).get("reply_count"),
        }  # fmt: skip

    async def forward(self, source: int, ids: list[int], peer: int) -> list[Facts]:
        numbers = [one << SHIFT for one in ids]
        await self.call("createPrivateChat", user_id=peer, force=False)
        queued = await self.call("forwardMessages", chat_id=peer, from_chat_id=source, message_ids=numbers)
        return [self.facts(await self.arrived(one["id"])) for one in queued["messages"]]

    async def hand_over(self, peer: int, user: int, password: str) -> None:
        await self.call("transferChatOwnership", chat_id=peer, user_id=user, password=password)

    async def delete_room(self, peer: int) -> None:
        await self.page(peer)  # says who may
        await self.call("deleteChat", chat_id=peer)

    async def rooms(self) -> list[int]:
        """TDLib hears of a room that it was let into a little later."""
        found = await self.call("getChats", chat_list={"@type": "chatListMain"}, limit=200)
        return [one for one in found["chat_ids"] if one < 0]


def _person(user: int) -> Object:
    return {"@type": "messageSenderUser", "user_id": user}


def _words(text: str) -> Object:
    return {"@type": "formattedText", "text": text}


def _permissions(forbid: list[str]) -> Object:
    closed = {PERMISSIONS.get(name, f"can_{name}"): False for name in forbid}
    return {"@type": "chatPermissions", **FREE, **closed}


def _invitation(link: str) -> str:
    """The library takes links of one host only for invitations; what counts is what they end in."""
    return f"https://t.me/+{link.rpartition('+')[2]}"


def _link(made: Object) -> Facts:
    return {
        "link": made["invite_link"], "title": made["name"] or None, "limit": made["member_limit"],
        "used": made["member_count"], "request": made["creates_join_request"],
        "expires": bool(made["expiration_date"]), "revoked": made["is_revoked"],
    }  # fmt: skip
