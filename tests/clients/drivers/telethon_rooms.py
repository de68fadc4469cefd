"""What Telethon does in rooms: its own methods where it has them, raw calls where it has none."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from talking import Facts
from telethon import errors, functions, helpers, types, utils
from telethon_reports import Reports

KINDS = {"group": (False, False), "supergroup": (False, True), "channel": (True, False)}
STATUS = {
    "ChannelParticipantCreator": "creator", "ChannelParticipantAdmin": "admin", "ChannelParticipantBanned": "banned",
    "ChannelParticipantLeft": "left", "ChatParticipantCreator": "creator", "ChatParticipantAdmin": "admin",
}  # fmt: skip
FILTERS = {
    "admins": types.ChannelParticipantsAdmins, "banned": types.ChannelParticipantsKicked,
    "restricted": types.ChannelParticipantsBanned,
}  # fmt: skip


class Rooms(Reports):
    """A part of the talker: the commands of the plays in rooms; `client` and `facts` come from the whole."""

    client: Any

    def facts(self, message: Any) -> Facts:
        raise NotImplementedError

    async def found(self, kind: str, title: str, about: str = "", people: list[int] | None = None) -> int:
        if kind == "group":
            made = await self.client(functions.messages.CreateChatRequest(people or [], title))
            return int(utils.get_peer_id(made.updates.chats[0]))
        broadcast, megagroup = KINDS[kind]
        create = functions.channels.CreateChannelRequest(title, about, broadcast=broadcast, megagroup=megagroup)
        made = await self.client(create)
        room = int(utils.get_peer_id(made.chats[0]))
        if people:
            await self.client(functions.channels.InviteToChannelRequest(room, people))
        return room

    async def page(self, peer: int) -> Facts:
        entity = await self.client.get_input_entity(peer)
        if isinstance(entity, types.InputPeerChat):
            full = await self.client(functions.messages.GetFullChatRequest(entity.chat_id))
            number = len(full.full_chat.participants.participants)
        else:
            full = await self.client(functions.channels.GetFullChannelRequest(entity))
            number = full.full_chat.participants_count
        chat = next(c for c in full.chats if utils.get_peer_id(c) == peer)
        found = full.full_chat
        linked = getattr(found, "linked_chat_id", None)
        return {
            "title": chat.title, "about": found.about, "username": getattr(chat, "username", None), "members": number,
            "slow_mode": getattr(found, "slowmode_seconds", None) or 0, "photo": not isinstance(
                chat.photo, types.ChatPhotoEmpty
            ), "linked": utils.get_peer_id(types.PeerChannel(linked)) if linked else None,
        }  # fmt: skip

    async def make_link(
        self, peer: int, title: str | None = None, expires_s: int = 0, limit: int = 0, request: bool = False
    ) -> Facts:
        until = datetime.now(UTC) + timedelta(seconds=expires_s) if expires_s else None
        made = await self.client(functions.messages.ExportChatInviteRequest(
            peer, title=title, expire_date=until, usage_limit=limit or None, request_needed=request or None
        ))  # fmt: skip
        return _link(made)

    async def link_state(self, peer: int, link: str) -> Facts:
        return _link((await self.client(functions.messages.GetExportedChatInviteRequest(peer, link))).invite)

    async def revoke_link(self, peer: int, link: str) -> None:
        await self.client(functions.messages.EditExportedChatInviteRequest(peer, link, revoked=True))

    async def peek(self, link: str) -> str:
        """The title that the link shows before one comes in."""
        found = await self.client(functions.messages.CheckChatInviteRequest(link.rpartition("+")[2]))
        return str(getattr(found, "title", None) or found.chat.title)

    async def join_link(self, link: str) -> int:
        """The room one is in now, 0 after asking to be let in."""
        try:
            done = await self.client(functions.messages.ImportChatInviteRequest(link.rpartition("+")[2]))
        except errors.InviteRequestSentError:
            return 0
        return int(utils.get_peer_id(done.updates.chats[0]))

    async def join_name(self, name: str) -> int:
        done = await self.client(functions.channels.JoinChannelRequest(name))
        return int(utils.get_peer_id(done.updates.chats[0]))

    async def quit_room(self, peer: int) -> None:
        await self.client.delete_dialog(peer)

    async def waiting(self, peer: int) -> list[int]:
        found = await self.client(functions.messages.GetChatInviteImportersRequest(
            peer, None, types.InputUserEmpty(), 100, requested=True
        ))  # fmt: skip
        return [one.user_id for one in found.importers]

    async def answer(self, peer: int, user: int, approved: bool) -> None:
        await self.client(functions.messages.HideChatJoinRequestRequest(peer, user, approved=approved))

    async def members(self, peer: int, kind: str = "", question: str = "") -> list[Facts]:
        chosen = FILTERS[kind]("") if kind in ("banned", "restricted") else FILTERS[kind]() if kind else None
        found = await self.client.get_participants(peer, search=question, filter=chosen)
        return sorted((
            {"id": one.id, "status": STATUS.get(type(one.participant).__name__, "member"),
             "rank": getattr(one.participant, "rank", None)} for one in found
        ), key=lambda facts: facts["id"])  # fmt: skip

    async def promote(self, peer: int, user: int, rights: list[str], rank: str) -> None:
        await self.client.edit_admin(peer, user, title=rank, is_admin=None, **dict.fromkeys(rights, True))

    async def demote(self, peer: int, user: int) -> None:
        await self.client.edit_admin(peer, user, is_admin=False)

    async def bar(self, peer: int, user: int, forbid: list[str], for_s: int = 0) -> None:
        until = timedelta(seconds=for_s) if for_s else None
        await self.client.edit_permissions(peer, user, until, **dict.fromkeys(forbid, False))

    async def kick(self, peer: int, user: int) -> None:
        await self.client.kick_participant(peer, user)

    async def default_rights(self, peer: int, forbid: list[str]) -> None:
        await self.client.edit_permissions(peer, **dict.fromkeys(forbid, False))

    async def slow_mode(self, peer: int, seconds: int) -> None:
        await self.client(functions.channels.ToggleSlowModeRequest(peer, seconds))

    async def signatures(self, peer: int, on: bool) -> None:
        await self.client(functions.channels.ToggleSignaturesRequest(peer, signatures_enabled=on))

    async def rename(self, peer: int, title: str) -> None:
        await self.client(functions.channels.EditTitleRequest(peer, title))

    async def describe(self, peer: int, about: str) -> None:
        await self.client(functions.messages.EditChatAboutRequest(peer, about))

    async def picture(self, peer: int, path: str) -> None:
        file = await self.client.upload_file(path)
        await self.client(functions.channels.EditPhotoRequest(peer, types.InputChatUploadedPhoto(file=file)))

    async def name_room(self, peer: int, name: str) -> None:
        await self.client(functions.channels.UpdateUsernameRequest(peer, name))

    async def link_rooms(self, channel: int, group: int) -> None:
        await self.client(functions.channels.SetDiscussionGroupRequest(channel, group))

    async def comment(self, peer: int, id: int, text: str) -> Facts:
        return self.facts(await self.client.send_message(peer, text, comment_to=id))

    async def comments(self, peer: int, id: int) -> list[str]:
        found = await self.client.get_messages(peer, reply_to=id, limit=50)
        return [message.message for message in reversed(found)]

    async def forum(self, peer: int) -> None:
        await self.client(functions.channels.ToggleForumRequest(peer, True, False))

    async def make_topic(self, peer: int, title: str) -> int:
        made = await self.client(functions.messages.CreateForumTopicRequest(peer, title, random_id=_random()))
        return int(next(u.message.id for u in made.updates if isinstance(u, types.UpdateNewChannelMessage)))

    async def topics(self, peer: int) -> list[str]:
        found = await self.client(functions.messages.GetForumTopicsRequest(peer, None, 0, 0, 50))
        return sorted(one.title for one in found.topics)

    async def topic_history(self, peer: int, topic: int) -> list[str]:
        found = await self.client.get_messages(peer, reply_to=topic, limit=50)
        return [message.message for message in reversed(found) if message.message]

    async def poll(self, peer: int, question: str, options: list[str], right: int | None = None) -> Facts:
        def words(text: str) -> Any:
            return types.TextWithEntities(text, [])

        answers = [types.PollAnswer(words(text), bytes([place])) for place, text in enumerate(options)]
        asked = types.Poll(0, words(question), answers, 0, quiz=right is not None)
        media = types.InputMediaPoll(asked, correct_answers=None if right is None else [right])
        return self.facts(await self.client.send_message(peer, file=media))

    async def open_poll(self, peer: int, question: str, options: list[str]) -> Facts:
        """A poll to which whoever votes may add answers."""
        answers = [types.PollAnswer(_words(text), bytes([place])) for place, text in enumerate(options)]
        asked = types.Poll(0, _words(question), answers, 0, public_voters=True, open_answers=True)
        return self.facts(await self.client.send_message(peer, file=types.InputMediaPoll(asked)))

    async def add_answer(self, peer: int, id: int, text: str) -> None:
        await self.client(functions.messages.AddPollAnswerRequest(peer, id, types.InputPollAnswer(_words(text))))

    async def drop_answer(self, peer: int, id: int, text: str) -> None:
        poll = (await self.client.get_messages(peer, ids=id)).media.poll
        option = next(answer.option for answer in poll.answers if answer.text.text == text)
        await self.client(functions.messages.DeletePollAnswerRequest(peer, id, option))

    async def answers(self, peer: int, id: int) -> list[str]:
        return [answer.text.text for answer in (await self.client.get_messages(peer, ids=id)).media.poll.answers]

    async def has_votes(self, peer: int) -> int:
        """Polls of one's own with votes not looked at."""
        named = types.InputDialogPeer(await self.client.get_input_entity(peer))
        found = await self.client(functions.messages.GetPeerDialogsRequest([named]))
        return int(found.dialogs[0].unread_poll_votes_count)

    async def look_at_votes(self, peer: int) -> None:
        await self.client(functions.messages.ReadPollVotesRequest(peer))

    async def vote(self, peer: int, id: int, choice: int) -> None:
        message = await self.client.get_messages(peer, ids=id)
        chosen = message.media.poll.answers[choice].option
        await self.client(functions.messages.SendVoteRequest(peer, id, [chosen]))

    async def results(self, peer: int, id: int) -> Facts:
        media = (await self.client.get_messages(peer, ids=id)).media
        places = {answer.option: place for place, answer in enumerate(media.poll.answers)}
        found = {places[one.option]: one for one in media.results.results or []}
        return {
            "total": media.results.total_voters or 0, "closed": bool(media.poll.closed),
            "voters": {str(place): one.voters for place, one in found.items()},
            "chosen": [place for place, one in found.items() if one.chosen],
            "right": [place for place, one in found.items() if one.correct],
        }  # fmt: skip

    async def stop_poll(self, peer: int, id: int) -> None:
        message = await self.client.get_messages(peer, ids=id)
        poll = message.media.poll
        poll.closed = True
        await self.client(functions.messages.EditMessageRequest(peer, id, media=types.InputMediaPoll(poll)))

    async def reacted_by(self, peer: int, id: int) -> list[Facts]:
        found = await self.client(functions.messages.GetMessageReactionsListRequest(peer, id, 50))
        return [{"id": utils.get_peer_id(one.peer_id), "sign": one.reaction.emoticon} for one in found.reactions]

    async def mention(self, peer: int, user: int, text: str) -> Facts:
        whom = utils.get_input_user(await self.client.get_input_entity(user))
        named = types.InputMessageEntityMentionName(0, len(text), whom)
        return self.facts(await self.client.send_message(peer, text, formatting_entities=[named]))

    async def mentions(self, peer: int) -> list[int]:
        found = await self.client(functions.messages.GetUnreadMentionsRequest(peer, 0, 0, 50, 0, 0))
        return [message.id for message in found.messages]

    async def read_mentions(self, peer: int) -> None:
        await self.client(functions.messages.ReadMentionsRequest(peer))

    async def pin(self, peer: int, id: int) -> None:
        await self.client.pin_message(peer, id)

    async def pinned(self, peer: int) -> list[int]:
        found = await self.client.get_messages(peer, filter=types.InputMessagesFilterPinned(), limit=50)
        return [message.id for message in found]

    async def search(self, peer: int, question: str) -> list[str]:
        return [message.message for message in await self.client.get_messages(peer, search=question, limit=50)]

    async def log(self, peer: int) -> list[str]:
        found = await self.client.get_admin_log(peer, limit=100)
        return [type(one.action).__name__.removeprefix("ChannelAdminLogEventAction") for one in found]

    async def migrate(self, peer: int) -> int:
        done = await self.client(functions.messages.MigrateChatRequest(-peer))
        return int(next(utils.get_peer_id(c) for c in done.chats if isinstance(c, types.Channel)))

    async def schedule(self, peer: int, text: str, in_s: int) -> Facts:
        return self.facts(await self.client.send_message(peer, text, schedule=timedelta(seconds=in_s)))

    async def scheduled(self, peer: int) -> list[Facts]:
        return [self.facts(message) for message in await self.client.get_messages(peer, scheduled=True, limit=50)]

    async def send_scheduled(self, peer: int, ids: list[int]) -> None:
        await self.client(functions.messages.SendScheduledMessagesRequest(peer, ids))

    async def album(self, peer: int, paths: list[str]) -> list[Facts]:
        return [self.facts(message) for message in await self.client.send_file(peer, paths)]

    async def counts(self, peer: int, ids: list[int]) -> list[Facts]:
        found = await self.client(functions.messages.GetMessagesViewsRequest(peer, ids, True))
        return [{"views": one.views, "forwards": one.forwards} for one in found.views]

    async def post(self, peer: int, id: int) -> Facts:
        message = await self.client.get_messages(peer, ids=id)
        return {
            "author": message.post_author, "views": message.views, "sender": message.sender_id,
            "comments": message.replies.replies if message.replies else None,
            "source": utils.get_peer_id(message.fwd_from.from_id) if message.fwd_from else None,
        }  # fmt: skip

    async def forward(self, source: int, ids: list[int], peer: int) -> list[Facts]:
        return [self.facts(message) for message in await self.client.forward_messages(peer, ids, source)]

    async def hand_over(self, peer: int, user: int, password: str) -> None:
        from telethon.password import compute_check

        asked = await self.client(functions.account.GetPasswordRequest())
        await self.client(functions.messages.EditChatCreatorRequest(peer, user, compute_check(asked, password)))

    async def ask(self, method: str, fields: dict[str, Any]) -> Any:
        """A call without a method of the library's own. Shape: fields of TL, rooms and people by marked id."""
        space, name = method.split(".")
        made = getattr(getattr(functions, space), name[0].upper() + name[1:] + "Request")
        done = await self.client(made(**{key: _value(value) for key, value in fields.items()}))
        return json.loads(json.dumps(done.to_dict() if hasattr(done, "to_dict") else done, default=str))

    async def send_quietly(self, peer: int, text: str) -> Facts:
        return self.facts(await self.client.send_message(peer, text, silent=True))

    async def checklist(self, peer: int, title: str, tasks: list[str]) -> Facts:
        items = [types.TodoItem(place, _words(task)) for place, task in enumerate(tasks, 1)]
        todo = types.TodoList(_words(title), items, others_can_append=True, others_can_complete=True)
        return self.facts(await self.client.send_message(peer, file=types.InputMediaTodo(todo)))

    async def tick(self, peer: int, id: int, done: list[int], undone: list[int]) -> None:
        await self.client(functions.messages.ToggleTodoCompletedRequest(peer, id, done, undone))

    async def ticked(self, peer: int, id: int) -> Facts:
        media = (await self.client.get_messages(peer, ids=id)).media
        return {
            "tasks": [task.title.text for task in media.todo.list],
            "done": {str(one.id): utils.get_peer_id(one.completed_by) for one in media.completions or []},
        }

    async def delete_room(self, peer: int) -> None:
        await self.client(functions.channels.DeleteChannelRequest(peer))

    async def rooms(self) -> list[int]:
        """The rooms in the chat list that are open to one."""
        found = await self.client.get_dialogs()
        closed = (types.ChannelForbidden, types.ChatForbidden)
        return [d.id for d in found if d.id < 0 and not isinstance(d.entity, closed) and not d.entity.left]


def _words(text: str) -> Any:
    return types.TextWithEntities(text, [])


def _value(value: Any) -> Any:
    """A value of TL: an object is a dict with its name under `_`."""
    if isinstance(value, dict):
        made = getattr(types, value["_"][0].upper() + value["_"][1:])
        return made(**{key: _value(one) for key, one in value.items() if key != "_"})
    return [_value(one) for one in value] if isinstance(value, list) else value


def _random() -> int:
    return helpers.generate_random_long()


def _link(made: Any) -> Facts:
    return {
        "link": made.link, "title": made.title, "limit": made.usage_limit or 0, "used": made.usage or 0,
        "request": bool(made.request_needed), "expires": bool(made.expire_date), "revoked": bool(made.revoked),
    }  # fmt: skip
