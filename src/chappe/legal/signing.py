"""The desk's own signature: under manifests of packages, and whatever else an authority may have to show to others.

Source: requirements/legal-packages
The key comes of the server's secret, so that what keeps that key keeps this one; its public half is on the page for
authorities and in each manifest.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_INFO = b"chappe legal signature v1"


class Signing:
    """Signs for the desk; its repr shows no secret."""

    __slots__ = ("_key",)

    def __init__(self, server_secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, None, _INFO).derive(server_secret))

    @property
    def public(self) -> str:
        """The public half. Shape: base64 of 32 bytes, as in RFC 8032."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, data: bytes) -> bytes:
        """Shape: 64 bytes."""
        return self._key.sign(data)


def verifies(public: str, data: bytes, signature: bytes) -> bool:
    """True if the signature is that key's."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True)).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
