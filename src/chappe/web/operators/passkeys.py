"""Passkeys on pages: which origin a request came to, and the challenges given to browsers.

Source: webauthn/7.1, webauthn/7.2
"""

import hmac
import json
import struct
from collections import OrderedDict
from collections.abc import Callable
from hmac import compare_digest

from starlette.requests import Request

from chappe.base.ids import Entropy
from chappe.domain import webauthn
from chappe.domain.webauthn import CHALLENGE_BYTES, BadPasskey, Facts, Holder, Passkey, Place
from chappe.web.site import is_address

__all__ = ["BadPasskey", "Challenges", "creation_options", "credential_id", "possible", "request_options",
           "verified_creation", "verified_use"]  # fmt: skip
CHALLENGE_S = 600.0
HEAD = struct.Struct(">d8s")
"""When a challenge was given, and chance; a mark over both follows."""
ANSWERED_MOST = 100_000


class Challenges:
    """Challenges for browsers; each is answered once, in this process, in time.

    What is given is marked and not kept: however many strangers ask, nobody's challenge is forgotten over them.
    """

    def __init__(self, entropy: Entropy, monotonic: Callable[[], float]) -> None:
        self._entropy = entropy
        self._monotonic = monotonic
        self._key = entropy(32)
        self._answered: OrderedDict[bytes, float] = OrderedDict()

    def give(self) -> bytes:
        """A new challenge. Shape: 32 bytes."""
        head = HEAD.pack(self._monotonic(), self._entropy(8))
        return head + self._mark(head)

    def take(self, credential: Facts) -> bytes:
        """The challenge this answer is for, used up now. Errors: BadPasskey."""
        challenge, _ = webauthn.told(credential)
        head, now = challenge[: HEAD.size], self._monotonic()
        if not compare_digest(challenge[HEAD.size :], self._mark(head)) or challenge in self._answered:
            raise BadPasskey("challenge unknown or answered")
        if now - HEAD.unpack(head)[0] > CHALLENGE_S:
            raise BadPasskey("challenge too old")
        self._answered[challenge] = now
        while len(self._answered) > ANSWERED_MOST or now - next(iter(self._answered.values())) > CHALLENGE_S:
            self._answered.popitem(last=False)
        return challenge

    def _mark(self, head: bytes) -> bytes:
        return hmac.digest(self._key, head, "sha256")[: CHALLENGE_BYTES - HEAD.size]


def possible(request: Request, tls: bool) -> bool:
    """True if browsers make passkeys for the address this request came to: a secure origin with a name."""
    host = request.url.hostname or ""
    if is_address(host) or not host:
        return False
    return host == "localhost" or request.url.scheme == "https" or not tls


def here(request: Request) -> Place:
    """The place this request came to, also when a proxy in front did the TLS."""
    host = request.url.netloc
    local = request.url.hostname == "localhost"
    origins = (f"https://{host}", f"http://{host}") if local else (f"https://{host}",)
    return Place(request.url.hostname or "", origins)


def creation_options(request: Request, server_name: str, challenge: bytes, handle: bytes) -> str:
    """JSON for `navigator.credentials.create`; the page puts the person's name into it."""
    return json.dumps(
        webauthn.creation_options(here(request), server_name, Holder(handle, "operator"), challenge, ())
    )


def request_options(request: Request, challenge: bytes) -> str:
    """JSON for `navigator.credentials.get`; any passkey of this server will do."""
    return json.dumps(webauthn.request_options(here(request), challenge))


def verified_creation(request: Request, text: str, challenges: Challenges) -> Passkey:
    """The passkey that was made. Errors: BadPasskey."""
    credential = webauthn.loaded(text)
    return webauthn.verified_creation(here(request), credential, challenges.take(credential))


def credential_id(text: str) -> bytes:
    """Which passkey an answer says it is. Errors: BadPasskey."""
    return webauthn.credential_id(webauthn.loaded(text))


def verified_use(request: Request, text: str, challenges: Challenges, known: Passkey) -> int:
    """The passkey signed our challenge; its new sign count. Errors: BadPasskey."""
    credential = webauthn.loaded(text)
    return webauthn.verified_use(here(request), credential, challenges.take(credential), known)
