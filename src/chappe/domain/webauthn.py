"""What browsers and devices do with passkeys: options to hand to them, and the check of what they answer.

Source: webauthn/7.1, webauthn/7.2
A challenge is made, kept and used up by whoever calls. The library is loaded when the first passkey is looked at: it
takes a fifth of a second, and a server without passkeys should start without it. Checks take milliseconds.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CHALLENGE_BYTES = 32
Facts = dict[str, Any]


class BadPasskey(Exception):
    """What was sent does not prove what it should."""


class WrongOrigin(BadPasskey):
    """It was made for a page of another site."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys are used. Shape: rp_id is a host name; origins are those of its pages."""

    rp_id: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passkey:
    """A verified passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose passkey is to be made. Shape: handle is what the passkey gives back when it is used."""

    handle: bytes
    name: str
    display_name: str = ""


def creation_options(place: Place, server_name: str, holder: Holder, challenge: bytes, known: Sequence[bytes]) -> Facts:
    """What `navigator.credentials.create` takes as `publicKey`; devices that hold a known passkey offer no second."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    chosen = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    options = generate_registration_options(
        rp_id=place.rp_id,
        rp_name=server_name,
        user_name=holder.name,
        user_display_name=holder.display_name or holder.name,
        user_id=holder.handle,
        challenge=challenge,
        authenticator_selection=chosen,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return dict(options_to_json_dict(options))


def request_options(place: Place, challenge: bytes) -> Facts:
    """What `navigator.credentials.get` takes as `publicKey`; any passkey of this place will do."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=place.rp_id, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options_to_json_dict(options))


def verified_creation(place: Place, credential: Facts, challenge: bytes) -> Passkey:
    """The passkey that was made. Errors: BadPasskey."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=list(place.origins),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadPasskey(str(error)) from error
    return Passkey(made.credential_id, made.credential_public_key, made.sign_count)


def verified_use(place: Place, credential: Facts, challenge: bytes, known: Passkey) -> int:
    """The passkey signed the challenge; its new sign count. Errors: BadPasskey."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=list(place.origins),
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadPasskey(str(error)) from error
    return used.new_sign_count


def loaded(text: str) -> Facts:
    """A credential as JSON. Errors: BadPasskey."""
    try:
        credential = json.loads(text)
    except ValueError as error:
        raise BadPasskey("not JSON") from error
    if not isinstance(credential, dict):
        raise BadPasskey("not a credential")
    return credential


def credential_id(credential: Facts) -> bytes:
    """Which passkey an answer says it is. Errors: BadPasskey."""
    try:
        return unwritten(credential["rawId"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadPasskey("not a credential") from error


def told(credential: Facts) -> tuple[bytes, str]:
    """(challenge, origin) that an answer says it is for; nothing is proven yet. Errors: BadPasskey."""
    try:
        data = json.loads(unwritten(credential["response"]["clientDataJSON"]))
        return unwritten(data["challenge"]), str(data["origin"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadPasskey("not a credential") from error


def place_of(places: Sequence[Place], origin: str) -> Place:
    """The place to which the origin belongs. Errors: WrongOrigin."""
    for place in places:
        if origin in place.origins:
            return place
    raise WrongOrigin("made on another page")


def written(data: bytes) -> str:
    """Bytes as they stand in JSON: base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unwritten(text: str) -> bytes:
    """The bytes again. Errors: ValueError, TypeError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
