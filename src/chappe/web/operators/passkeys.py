"""Passkeys on pages: which origin a request came to, and the challenges given to browsers.

Source: webauthn/7.1, webauthn/7.2
"""

import json
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from chappe.base.ids import Entropy
from chappe.domain import webauthn
from chappe.domain.webauthn import CHALLENGE_BYTES, BadPasskey, Facts, Holder, Passkey, Place
from chappe.web.site import is_address

__all__ = ["BadPasskey", "Challenges", "creation_options", "credential_id", "possible", "request_options",
           "verified_creation", "verified_use"]  # fmt: skip
CHALLENGE_S = 600.0
CHALLENGES_MOST = 2000


class Challenges:
    """Challenges given out and not yet answered; each is answered once, in this process, in time."""

    def __init__(self, entropy: Entropy, monotonic: Callable[[], float]) -> None:
        self._entropy = entropy
        self._monotonic = monotonic
        self._given: OrderedDict[bytes, float] = OrderedDict()

    def give(self) -> bytes:
        """A new challenge. Shape: 32 bytes."""
        challenge = self._entropy(CHALLENGE_BYTES)
        self._given[challenge] = self._monotonic()
        while len(self._given) > CHALLENGES_MOST:
            self._given.popitem(last=False)
        return challenge

    def take(self, credential: Facts) -> bytes:
        """The challenge this answer is for, used up now. Errors: BadPasskey."""
        challenge, _ = webauthn.told(credential)
        given = self._given.pop(challenge, None)
        if given is None or self._monotonic() - given > CHALLENGE_S:
            raise BadPasskey("challenge unknown or too old")
        return challenge


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
