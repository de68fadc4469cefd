"""TDLib by its JSON interface, through an MTProxy secret, with this server's key in a copy (see `tdlib_copy`).

TDLib's own ids of server messages are the server's shifted by 20 bits; the plays see the server's.
"""

import asyncio
import base64
import hashlib
import itertools
import json
import re
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

from talking import Facts, Talker, run
from tdjson_rooms import Rooms
from tdjson_secret import Secrets, is_secret
from tdlib_copy import import_tdjson

Object = dict[str, Any]
SHIFT = 20
WAIT_S = 240
COMPLAINT = re.compile(r"^\[ [01]\]|can't parse|failed to parse", re.IGNORECASE)
"""What TDLib calls an error of the server, besides an answer it cannot read."""
TOLERATED = "Unsupported invite link"
"""TDLib knows links of one host only; those of this server lead to this server."""


SAID = {"messageText", "messagePhoto", "messageDocument", "messagePoll"}


class TdError(Exception):
    pass


class TdTalker(Rooms, Secrets, Talker):
    def __init__(self, settings: Facts) -> None:
        Talker.__init__(self, settings)
        Secrets.__init__(self)
        self.td = import_tdjson(Path(str(settings["library"])))
        self.log_path = self.folder / "tdlib.log"
        stream = {"@type": "logStreamFile", "path": str(self.log_path), "max_file_size": 1 << 28}
        self.td.td_execute(as_bytes({"@type": "setLogStream", "log_stream": stream}))
        level = 5 if settings.get("verbose") else 2
        self.td.td_execute(as_bytes({"@type": "setLogVerbosityLevel", "new_verbosity_level": level}))
        self.loop = asyncio.get_event_loop()
        self.client_id = 0
        self.state = asyncio.Queue[str]()
        self.extras = itertools.count(1)
        self.asked: dict[int, asyncio.Future[Object]] = {}
        self.sent: defaultdict[int, asyncio.Future[Object]] = defaultdict(self.loop.create_future)
        """By TDLib's number of a message that is on its way: what became of it, told before or after it is asked."""
        self.tasks: set[asyncio.Task[None]] = set()
        threading.Thread(target=self._receive, daemon=True).start()

    # Talking to the library

    def _receive(self) -> None:
        while True:
            if text := self.td.td_receive(10.0):
                self.loop.call_soon_threadsafe(self._received, json.loads(text))

    def _received(self, thing: Object) -> None:
        if thing.get("@client_id") != self.client_id:
            return
        if future := self.asked.pop(thing.get("@extra", 0), None):
            if thing["@type"] == "error":
                future.set_exception(TdError(f"{thing['code']} {thing['message']}"))
            else:
                future.set_result(thing)
            return
        known = getattr(self, f"_{thing['@type']}", None)
        if known:
            known(thing)

    def _send(self, kind: str, **fields: Any) -> asyncio.Future[Object]:
        extra = next(self.extras)
        future = self.asked[extra] = self.loop.create_future()
        self.td.td_send(self.client_id, as_bytes({"@type": kind, "@extra": extra, **fields}))
        return future

    async def call(self, kind: str, **fields: Any) -> Object:
        return await asyncio.wait_for(self._send(kind, **fields), WAIT_S)

    async def _until(self, *states: str) -> str:
        while (state := await asyncio.wait_for(self.state.get(), WAIT_S)) not in states:
            pass
        return state

    # What it tells us

    def _updateAuthorizationState(self, update: Object) -> None:
        self.state.put_nowait(update["authorization_state"]["@type"].removeprefix("authorizationState"))

    def _updateNewMessage(self, update: Object) -> None:
        message = update["message"]
        if is_secret(message["chat_id"]):
            self.secret_message(message)
        elif not message.get("sending_state"):
            said = "own" if message["is_outgoing"] else "new"
            kind = said if message["content"]["@type"] in SAID else "event"
            self.happened({"kind": kind, **message_facts(message)})

    def _updateMessageSendSucceeded(self, update: Object) -> None:
        self.sent[update["old_message_id"]].set_result(update["message"])

    def _updateMessageSendFailed(self, update: Object) -> None:
        self.sent[update["old_message_id"]].set_exception(TdError(str(update["error"])))

    def _updateMessageEdited(self, update: Object) -> None:
        task = self.loop.create_task(self._edited(update["chat_id"], update["message_id"]))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _updateMessageContent(self, update: Object) -> None:
        text = update["new_content"].get("text", {}).get("text", "")
        self.happened({"kind": "changed", "id": update["message_id"] >> SHIFT, "text": text})

    def _updateDeleteMessages(self, update: Object) -> None:
        if is_secret(update["chat_id"]):
            if update["is_permanent"]:
                self.secret_gone(update["chat_id"], update["message_ids"])
        elif update["is_permanent"] and not update["from_cache"]:
            self.happened({"kind": "deleted", "ids": [id >> SHIFT for id in update["message_ids"]]})

    def _updateChatReadOutbox(self, update: Object) -> None:
        if is_secret(update["chat_id"]):
            self.secret_read(update["chat_id"], update["last_read_outbox_message_id"])
        elif update["last_read_outbox_message_id"]:
            max_id = update["last_read_outbox_message_id"] >> SHIFT
            self.happened({"kind": "read", "peer": update["chat_id"], "max_id": max_id})

    def _updateUnconfirmedSession(self, update: Object) -> None:
        if update["session"]:
            self.happened({"kind": "session", "device": update["session"]["device_model"]})

    def _updateFreezeState(self, update: Object) -> None:
        self.happened({"kind": "frozen", "frozen": update["is_frozen"]})

    def _updateNewCallbackQuery(self, update: Object) -> None:
        chosen = base64.b64decode(update["payload"]["data"]).decode()
        self._send(
            "answerCallbackQuery", callback_query_id=update["id"], text=f"you chose {chosen}", show_alert=True, url="",
            cache_time=0,
        )  # fmt: skip

    def _updateMessageInteractionInfo(self, update: Object) -> None:
        found = ((update["interaction_info"] or {}).get("reactions") or {}).get("reactions", [])
        signs = [reaction["type"]["emoji"] for reaction in found]
        self.happened({"kind": "reacted", "id": update["message_id"] >> SHIFT, "signs": signs})

    async def _edited(self, chat_id: int, message_id: int) -> None:
        message = await self.call("getMessage", chat_id=chat_id, message_id=message_id)
        self.happened({"kind": "edited", **message_facts(message)})

    # The commands

    async def connect(self) -> str:
        """Open the present session; the state it is in afterwards."""
        self.state = asyncio.Queue()
        self.client_id = self.td.td_create_client_id()
        folder = self.session()
        parameters = self._send(
            "setTdlibParameters",
            use_test_dc=False,
            database_directory=folder,
            files_directory=f"{folder}/files",
            database_encryption_key="",
            use_file_database=True,
            use_chat_info_database=True,
            use_message_database=True,
            use_secret_chats=True,
            api_id=1,
            api_hash="chappe",
            system_language_code="en",
            device_model="driver",
            system_version="1",
            application_version="1",
        )
        kind = {"@type": "proxyTypeMtproto", "secret": self.secret}
        proxy = {"@type": "proxy", "server": "127.0.0.1", "port": self.port, "type": kind}
        proxied = self._send("addProxy", proxy=proxy, enable=True)
        await asyncio.wait_for(parameters, WAIT_S)
        await asyncio.wait_for(proxied, WAIT_S)
        return await self._until("Ready", "WaitPhoneNumber")

    async def _sign(self, phone: str, code: str) -> str:
        self.new_session()
        await self.connect()
        await self.call("setAuthenticationPhoneNumber", phone_number=phone)
        await self._until("WaitCode")
        await self.call("checkAuthenticationCode", code=code)
        return await self._until("Ready", "WaitRegistration", "WaitPassword")

    async def _asks_after_its_state(self, kind: str, **fields: Any) -> None:
        """TDLib is ready before it has asked for its first state; what comes until then is history and no event."""
        await self.call(kind, **fields)

    async def sign_up(self, phone: str, code: str, first_name: str) -> Facts:
        if await self._sign(phone, code) == "WaitRegistration":
            await self.call("registerUser", first_name=first_name, last_name="", disable_notification=True)
            await self._until("Ready")
        await self._asks_after_its_state("getActiveSessions")
        return await self.me()

    async def sign_in(self, phone: str, code: str, password: str = "") -> Facts:
        state = await self._sign(phone, code)
        if state == "WaitPassword":
            await self.call("checkAuthenticationPassword", password=password)
            state = await self._until("Ready")
        if state != "Ready":
            raise TdError("this number has no account")
        await self._asks_after_its_state("getActiveSessions")
        return await self.me()

    async def be_bot(self, token: str) -> Facts:
        """The client speaks for the bot from now on."""
        self.new_session()
        await self.connect()
        await self.call("checkAuthenticationBotToken", token=token)
        await self._until("Ready")
        await self._asks_after_its_state("getCommands", language_code="")
        user = await self.call("getMe")
        name = (user["usernames"] or {}).get("editable_username", "")
        return {"id": user["id"], "bot": user["type"]["@type"] == "userTypeBot", "username": name}

    async def offer(self, peer: int, text: str) -> int:
        """A message with a button; whoever presses it is told what they chose."""
        kind = {"@type": "inlineKeyboardButtonTypeCallback", "data": base64.b64encode(b"yes").decode()}
        button = {"@type": "inlineKeyboardButton", "text": "Yes", "type": kind}
        markup = {"@type": "replyMarkupInlineKeyboard", "rows": [[button]]}
        content = {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": text}}
        return int(message_facts(await self.post_content(peer, content, reply_markup=markup))["id"])

    async def set_password(self, password: str) -> None:
        await self.call("setPassword", old_password="", new_password=password, new_hint="")

    async def remove_password(self, password: str) -> None:
        await self.call("setPassword", old_password=password, new_password="", new_hint="")

    async def forget_password(self) -> Facts:
        """What comes of a wish to reset it, of declining that, and of wishing again."""
        asked = await self.call("resetPassword")
        stated = await self.call("getPasswordState")
        await self.call("cancelPasswordReset")
        again = await self.call("resetPassword")
        kept = await self.call("getPasswordState")
        return {"waits": asked["pending_reset_date"] == stated["pending_reset_date"],
                "refused": again["@type"] == "resetPasswordResultDeclined",
                "kept": kept["has_password"] and not kept["pending_reset_date"]}  # fmt: skip

    async def me(self) -> Facts:
        user = await self.call("getMe")
        return {"id": user["id"], "phone": user["phone_number"], "first_name": user["first_name"]}

    async def add_contact(self, phone: str, first_name: str) -> int:
        contact = {"@type": "importedContact", "phone_number": phone, "first_name": first_name, "last_name": ""}
        done = await self.call("importContacts", contacts=[contact])
        return int(done["user_ids"][0])

    async def send_text(self, peer: int, text: str, reply_to: int | None = None) -> Facts:
        content = {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": text}}
        return await self._post(peer, content, reply_to)

    async def send_file(self, peer: int, path: str) -> Facts:
        file = {"@type": "inputFileLocal", "path": path}
        document = {"@type": "inputDocument", "document": file, "disable_content_type_detection": True}
        return await self._post(peer, {"@type": "inputMessageDocument", "document": document})

    async def send_photo(self, peer: int, path: str, caption: str) -> Facts:
        file = {"@type": "inputFileLocal", "path": path}
        photo = {"@type": "inputPhoto", "photo": file, "width": 320, "height": 240}
        text = {"@type": "formattedText", "text": caption}
        return await self._post(peer, {"@type": "inputMessagePhoto", "photo": photo, "caption": text})

    async def _post(self, peer: int, content: Object, reply_to: int | None = None) -> Facts:
        return message_facts(await self.post_content(peer, content, reply_to))

    async def post_content(self, peer: int, content: Object, reply_to: int | None = None, **more: Any) -> Object:
        """The message as it was sent; `more` are fields of sendMessage."""
        await self._opened(peer)
        reply = {"@type": "inputMessageReplyToMessage", "message_id": reply_to << SHIFT} if reply_to else None
        queued = await self.call("sendMessage", chat_id=peer, reply_to=reply, input_message_content=content, **more)
        return await self.arrived(queued["id"])

    async def arrived(self, number: int) -> Object:
        """The message of TDLib's number as it was sent; it may have been before the number was known."""
        try:
            return await asyncio.wait_for(asyncio.shield(self.sent[number]), WAIT_S)
        finally:
            del self.sent[number]

    async def _opened(self, peer: int) -> None:
        if peer > 0:
            await self.call("createPrivateChat", user_id=peer, force=False)

    def facts(self, message: Object) -> Facts:
        return message_facts(message)

    async def send_texts(self, peer: int, texts: list[str]) -> None:
        """All at once, as a program would that does not wait for the answers."""
        await asyncio.gather(*(self.send_text(peer, text) for text in texts))

    async def download(self, peer: int, id: int) -> Facts:
        await self._opened(peer)
        message = await self.call("getMessage", chat_id=peer, message_id=id << SHIFT)
        file = content_file(message["content"])
        done = await self.call("downloadFile", file_id=file["id"], priority=32, synchronous=True)
        data = Path(done["local"]["path"]).read_bytes()
        return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    async def edit(self, peer: int, id: int, text: str) -> Facts:
        content = {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": text}}
        done = await self.call("editMessageText", chat_id=peer, message_id=id << SHIFT, input_message_content=content)
        return message_facts(done)

    async def delete(self, peer: int, ids: list[int]) -> None:
        await self.call("deleteMessages", chat_id=peer, message_ids=[id << SHIFT for id in ids], revoke=True)

    async def read(self, peer: int, max_id: int) -> None:
        source = {"@type": "messageSourceChatHistory"}
        ids = [max_id << SHIFT]
        await self.call("viewMessages", chat_id=peer, message_ids=ids, source=source, force_read=True)

    async def react(self, peer: int, id: int, sign: str) -> None:
        chosen = {"reaction_type": {"@type": "reactionTypeEmoji", "emoji": sign}, "is_big": False}
        await self.call("addMessageReaction", chat_id=peer, message_id=id << SHIFT, **chosen)

    async def drawings(self, sign: str) -> list[str]:
        """How every drawing of the reaction begins, in hex: those that TDLib shows, fetched."""
        reaction = await self.call("getEmojiReaction", emoji=sign)
        stickers = [value for value in reaction.values() if isinstance(value, dict) and value["@type"] == "sticker"]
        files = [
            await self.call("downloadFile", file_id=sticker["sticker"]["id"], priority=32, synchronous=True)
            for sticker in stickers
        ]
        return [Path(file["local"]["path"]).read_bytes()[:4].hex() for file in files]

    async def dialogs(self) -> list[Facts]:
        main = {"@type": "chatListMain"}
        try:
            while True:
                await self.call("loadChats", chat_list=main, limit=100)
        except TdError as error:
            if not str(error).startswith("404"):
                raise
        found = await self.call("getChats", chat_list=main, limit=100)
        chats = [await self.call("getChat", chat_id=id) for id in found["chat_ids"]]
        return [{"peer": c["id"], "unread": c["unread_count"], "top": message_facts(c["last_message"])} for c in chats]

    async def history(self, peer: int, limit: int) -> list[Facts]:
        await self._opened(peer)
        found: list[Object] = []
        while len(found) < limit:
            last = found[-1]["id"] if found else 0
            wanted = {"from_message_id": last, "offset": 0, "limit": limit - len(found)}
            part = await self.call("getChatHistory", chat_id=peer, only_local=False, **wanted)
            if not part["messages"]:
                break
            found += part["messages"]
        return [message_facts(message) for message in found]

    async def leave(self) -> None:
        await self.call("close")
        await self._until("Closed")

    async def come_back(self) -> None:
        if await self.connect() != "Ready":
            raise TdError("the stored session is no longer signed in")
        await self.call("getMe")

    async def log_out(self) -> bool:
        await self.call("logOut")
        await self._until("Closed")
        return True

    async def complaints(self) -> list[str]:
        """The lines of TDLib's log in which it finds fault with this server."""
        lines = self.log_path.read_text(errors="replace").splitlines() if self.log_path.exists() else []
        return [line for line in lines if COMPLAINT.search(line) and TOLERATED not in line]


def as_bytes(thing: Object) -> bytes:
    return json.dumps(thing).encode()


def content_file(content: Object) -> Object:
    if content["@type"] == "messagePhoto":
        largest: Object = max(content["photo"]["sizes"], key=lambda size: size["width"] * size["height"])
        return largest["photo"]
    found: Object = content["document"]["document"]
    return found


def message_facts(message: Object) -> Facts:
    content = message["content"]
    kinds = {"messagePhoto": "photo", "messageDocument": "document"}
    media = kinds.get(content["@type"])
    words = content.get("text") or content.get("caption") or {"text": ""}
    reply = message.get("reply_to") or {}
    return {
        "id": message["id"] >> SHIFT,
        "peer": message["chat_id"],
        "sender": message["sender_id"].get("user_id") or message["sender_id"].get("chat_id"),
        "out": message["is_outgoing"],
        "text": words["text"],
        "media": media,
        "size": content_file(content)["size"] if media else None,
        "reply_to": reply["message_id"] >> SHIFT if "message_id" in reply else None,
    }


run(TdTalker)
