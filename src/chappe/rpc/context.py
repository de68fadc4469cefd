"""What a method works with: the services of the server, the device that calls, the call itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from chappe.base.clock import Clock
from chappe.base.errors import Invalid, Refusal
from chappe.base.ids import Entropy, UserId
from chappe.domain.access import Access
from chappe.domain.auth_keys import Wrapper
from chappe.domain.gate import OPEN, Gate
from chappe.domain.places import NOWHERE, Places
from chappe.domain.portability import ALONE, Exporter
from chappe.domain.webauthn import Place
from chappe.media import AudioResult, PhotoResult, Preview, ThumbResult, VideoResult
from chappe.store import Reader, Store, Tx
from chappe.tl.values import TLObject

if TYPE_CHECKING:
    from chappe.rpc.audience import Audience
    from chappe.rpc.callbacks import Callbacks
    from chappe.rpc.devices import Devices
    from chappe.rpc.messages.previews import Cards
    from chappe.rpc.post_views import PostViews
    from chappe.rpc.standings import Standings

T = TypeVar("T")


class SessionPort(Protocol):
    """What push and dispatch need of an MTProto session."""

    def push(self, body: bytes, now: float, /) -> None:
        """The body goes to the client, now or when it is back."""
        ...

    def withdraw(self) -> None:
        """What was pushed and not acknowledged is not sent again."""
        ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """Stands among the notes of a commit: what follows was done by this session's call, None by nobody's."""

    session: SessionPort | None


_BY_NOBODY = Spoken(None)


@dataclass(frozen=True, slots=True)
class Init:
    """What a client says of itself. Source: method/initConnection"""

    api_id: int
    device_model: str
    system_version: str
    app_version: str
    lang_code: str
    lang_pack: str = ""


class Request(msgspec.Struct, frozen=True):
    """One call as it comes out of a session. Shape: layer None when the client did not announce one with this call."""

    session: SessionPort
    auth_key_id: int
    msg_id: int
    query: TLObject
    layer: int | None = None
    init: Init | None = None
    no_updates: bool = False
    ip: str = ""
    session_id: int = 0
    dc: int = 0
    """The data centre the client dialled, above 10000 for a test one; 0 when it did not say."""
    takeout_id: int | None = None
    """The export of the caller's own data that the call is part of."""
    port: int = 0
    """Of the far end, 0 where nobody knows it."""


NOBODY = UserId(0)


@dataclass(slots=True, eq=False)
class Device:
    """One auth key: who is signed in with it, which layer it speaks, which sessions want updates.

    Shape: auth_key_id is the permanent key's; user_id 0 before sign-in; layer 0 until one was announced.
    """

    auth_key_id: int
    user_id: UserId = NOBODY
    layer: int = 0
    init: Init | None = None
    ip: str = ""
    sessions: set[SessionPort] = field(default_factory=set)
    active: int = 0
    noted_ip: str = ""
    """From where its last stored sign of life came."""
    port: int = 0
    noted_ports: dict[int, int] = field(default_factory=dict)
    """From which ports of that address signs of life came, and when: they tell apart who shares an address."""
    takeout_file: bytes = field(default=b"", repr=False)
    """What is known of the person, while the device exports it."""
    ended: str = ""
    """Why nobody is signed in, as a refusal's reason, when others ended it."""


class KeyBinder(Protocol):
    """Opens the encrypted part of auth.bindTempAuthKey; net knows MTProto and hands this in."""

    def __call__(self, request: Request, query: Any, perm_auth_key: bytes, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers an operator may set; `config` holds their meaning."""

    test_mode: bool = False
    test_limits: bool = False
    dialog_pins: int = 5
    contacts: int = 10_000
    quota_bytes: int = 20 * 2**30

    @property
    def limited(self) -> bool:
        """True where limits of rate hold: always but in test mode, unless they are wanted there too."""
        return not self.test_mode or self.test_limits


class BlobPort(Protocol):
    """Where the bytes of files lie; every call blocks and is made on a thread."""

    def put(self, data: bytes, /) -> bytes:
        """The bytes are durable; their SHA-256."""
        ...

    def read(self, sha256: bytes, offset: int, limit: int, /) -> bytes:
        """A stretch of a blob, empty behind its end. Errors: Invalid location_invalid."""
        ...

    def path(self, sha256: bytes, /) -> Path:
        """Where the media process finds the blob."""
        ...

    def save_part(self, owner: int, file_id: int, part: int, data: bytes, /) -> None:
        """The part is kept. Errors: Invalid file_part_size_changed."""
        ...

    def pending_bytes(self, owner: int, /) -> int:
        """Bytes of the owner's uploads in progress."""
        ...

    def uploaded_bytes(self, owner: int, file_id: int, parts: int, /) -> int:
        """Size of the upload. Errors: Invalid file_part_x_missing with the part, file_parts_invalid."""
        ...

    def assemble(self, owner: int, file_id: int, parts: int, /) -> tuple[bytes, int]:
        """The upload is one blob: (sha256, size). The parts stay until it is settled."""
        ...

    def pending_parts(self, owner: int, /) -> int:
        """Parts of the owner's uploads in progress."""
        ...

    def settle_upload(self, owner: int, file_id: int, parts: int, sha256: bytes, size_bytes: int, /) -> None:
        """The parts are gone; the upload is still known as its blob for a while."""
        ...



class MediaPort(Protocol):
    """The media process, as far as methods use it; `media.MediaProcess` is one."""

    async def photo(self, source: Path | bytes, /) -> PhotoResult: ...
    async def profile_photo(self, source: Path, /) -> PhotoResult: ...
    async def image_document_thumb(self, source: Path, /) -> ThumbResult: ...
    async def video(self, source: Path, /) -> VideoResult: ...
    async def audio(self, source: Path, /) -> AudioResult: ...


class PreviewPort(Protocol):
    """The process that reads link cards; `media.Previewer` is one."""

    async def preview(self, url: str, /) -> Preview:
        """What the page says of itself. Errors: Refusal when it says nothing or cannot be had."""
        ...


class _NoFiles:
    """Stands where a server without files has none: every use is a clear refusal."""

    def __getattr__(self, name: str) -> Any:
        raise Refusal("storage_unavailable")


NO_FILES: Any = _NoFiles()


@dataclass(slots=True)
class Services:
    """Everything a method may use, made by `app`. Other rooms' parts are reached by attribute, never imported."""

    store: Store
    clock: Clock
    entropy: Entropy
    access: Access
    wrapper: Wrapper
    limits: Limits
    dc_id: int = 2
    """The data centre this server says it is: where its files lie and its people are at home."""
    address: tuple[str, int] = ("127.0.0.1", 443)
    outlets: tuple[str, ...] = ()
    """Channels by which letters leave: mail, sms, console."""
    link_prefix: str = "http://localhost/"
    server_name: str = "Chappe"
    passkey_places: tuple[Place, ...] = (Place("localhost", ("http://localhost", "https://localhost")),)
    """Where passkeys may be used; new ones are made for the first."""
    country: str = ""
    blobs: BlobPort = NO_FILES
    media: MediaPort = NO_FILES
    places: Places = NOWHERE
    """Which country an address is in."""
    gate: Gate = OPEN
    """Rules that speak before something is stored."""
    exporter: Exporter = ALONE
    """Makes people's copies of what is known of them."""
    previews: PreviewPort | None = None
    bind_temp_key: KeyBinder | None = None
    close_key: Callable[[int], None] = lambda auth_key_id: None
    """Ends the sessions of a key that nobody is signed in with any more; the key stays known."""
    forget_key: Callable[[int], None] = lambda auth_key_id: None
    """Ends the sessions of a key that is known no more."""
    devices: "Devices" = field(init=False)
    """Who is connected; set by the Rpc that answers with these services."""
    audience: "Audience" = field(init=False)
    """Who hears which room; made by Rpc."""
    standings: "Standings" = field(init=False)
    """What decisions keep people from; made by Rpc."""
    views: "PostViews" = field(init=False)
    """Views of posts on their way into the store; made by Rpc."""
    callbacks: "Callbacks" = field(init=False)
    """Buttons that were pressed; made by Rpc."""
    cards: "Cards | None" = field(init=False, default=None)
    """The link cards fetched lately; made by Rpc when there are previews."""

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock.now())

    def revoke(self, auth_key_id: int, ended: str = "session_revoked") -> None:
        """The key is nobody's from this moment: no update, no answer, its connections closed.

        Shape: ended is the reason its client hears when it comes back.
        """
        self.devices.revoked(auth_key_id, ended)
        self.close_key(auth_key_id)


class Call:
    """One call being answered: the services, the device, and shorthands for reading and writing.

    Shape: user_id is who was signed in when the call came, bot that this is one. Whoever signs in on the device
    meanwhile did not call.
    """

    __slots__ = ("bot", "device", "request", "services", "user_id")

    def __init__(self, services: Services, device: Device, request: Request, *, bot: bool = False) -> None:
        self.bot = bot
        self.services = services
        self.device = device
        self.request = request
        self.user_id = device.user_id

    @property
    def layer(self) -> int:
        """The layer of the answer."""
        return self.device.layer

    @property
    def language(self) -> str:
        """The language of the device, without its region; empty when it did not say."""
        said = self.device.init.lang_code if self.device.init is not None else ""
        return said[:2].lower() if said[:2].isalpha() else ""

    def now(self) -> int:
        """Seconds since 1970."""
        return self.services.now()

    async def write(self, act: Callable[[Tx], T]) -> T:
        """The act's result after its durable commit. Errors: Refusal auth_key_unregistered, user_id_invalid."""
        if self.user_id != self.device.user_id:
            raise self._late()
        # Only where a device has several sessions need push know which of them it was.
        several = len(self.device.sessions) > 1
        return await self.services.store.write(_spoken(self.request.session, act) if several else act)

    async def read(self, query: Callable[[Reader], T]) -> T:
        """The query's result from one snapshot. Errors: Refusal auth_key_unregistered, user_id_invalid."""
        if self.user_id != self.device.user_id:
            raise self._late()
        return await self.services.store.read(query)

    def _late(self) -> Refusal:
        """Who called has been signed out; a client that somebody else signed in on is not to take that for its end."""
        if self.device.user_id:
            return Invalid("user_id_invalid")
        return Refusal(self.device.ended or "auth_key_unregistered")


def _spoken(session: SessionPort, act: Callable[[Tx], T]) -> Callable[[Tx], T]:
    """The act, its notes between two marks."""

    def marked(tx: Tx) -> T:
        tx.announce(Spoken(session))
        result = act(tx)
        tx.announce(_BY_NOBODY)
        return result

    marked.__wrapped__ = act  # type: ignore[attr-defined]  # `functools.wraps` costs as much as the marks
    return marked


def method(name: str, *, open: bool = False, lacks: str = "") -> Callable[[T], T]:
    """Marks the function that answers a TL method.

    Shape: open methods may be called before sign-in; `lacks` says in a few words what a method done in part leaves out.
    """

    def mark(function: T) -> T:
        function.answers = name  # type: ignore[attr-defined]
        function.open = open  # type: ignore[attr-defined]
        function.lacks = lacks  # type: ignore[attr-defined]
        return function

    return mark
