"""Passkeys: options for the browser, and the check of what it answers.

Source: webauthn/7.1, webauthn/7.2
"""

import base64
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from chappe.base.ids import Entropy
from chappe.domain.operators import Passkey
from chappe.web.site import is_address

CHALLENGE_S = 600.0
CHALLENGES_MOST = 2000


class BadPasskey(Exception):
    """What the browser sent does not prove what it should."""


class Challenges:
    """Challenges given out and not yet answered; each is answered once, in this process, in time."""

    def __init__(self, entropy: Entropy, monotonic: Callable[[], float]) -> None:
        self._entropy = entropy
        self._monotonic = monotonic
        self._given: OrderedDict[bytes, float] = OrderedDict()

    def give(self) -> bytes:
        """A new challenge. Shape: 32 bytes."""
        challenge = self._entropy(32)
        self._given[challenge] = self._monotonic()
        while len(self._given) > CHALLENGES_MOST:
            self._given.popitem(last=False)
        return challenge

    def take(self, credential: dict[str, Any]) -> bytes:
        """The challenge this answer is for, used up now. Errors: BadPasskey."""
        try:
            data = json.loads(_decoded(credential["response"]["clientDataJSON"]))
            challenge = _decoded(data["challenge"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadPasskey("not a credential") from error
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


def origins(request: Request) -> list[str]:
    """The origins an answer may come from: this one, also when a proxy in front did the TLS."""
    host = request.url.netloc
    return [f"https://{host}", f"http://{host}"] if request.url.hostname == "localhost" else [f"https://{host}"]


def creation_options(request: Request, server_name: str, challenge: bytes, handle: bytes) -> str:
    """JSON for `navigator.credentials.create`; the page puts the person's name into it."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    chosen = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    options = generate_registration_options(
        rp_id=request.url.hostname or "",
        rp_name=server_name,
        user_name="operator",
        user_id=handle,
        challenge=challenge,
        authenticator_selection=chosen,
    )
    return str(options_to_json(options))


def request_options(request: Request, challenge: bytes) -> str:
    """JSON for `navigator.credentials.get`; any passkey of this server will do."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=request.url.hostname or "",
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return str(options_to_json(options))


def verified_creation(request: Request, text: str, challenges: Challenges) -> Passkey:
    """The passkey that was made. Errors: BadPasskey."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    credential = _loaded(text)
    challenge = challenges.take(credential)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=request.url.hostname or "",
            expected_origin=origins(request),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadPasskey(str(error)) from error
    return Passkey(made.credential_id, made.credential_public_key, made.sign_count)


def credential_id(text: str) -> bytes:
    """Which passkey an answer says it is. Errors: BadPasskey."""
    try:
        return _decoded(_loaded(text)["rawId"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadPasskey("not a credential") from error


def verified_use(request: Request, text: str, challenges: Challenges, known: Passkey) -> int:
    """The passkey signed our challenge; its new sign count. Errors: BadPasskey."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    credential = _loaded(text)
    challenge = challenges.take(credential)
    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=request.url.hostname or "",
            expected_origin=origins(request),
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadPasskey(str(error)) from error
    return used.new_sign_count


def _loaded(text: str) -> dict[str, Any]:
    try:
        credential = json.loads(text)
    except ValueError as error:
        raise BadPasskey("not JSON") from error
    if not isinstance(credential, dict):
        raise BadPasskey("not a credential")
    return credential


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
