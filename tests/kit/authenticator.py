"""A security key in software: makes a passkey and signs with it, as a browser would hand it to a page."""

import base64
import hashlib
import json
import os
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

FLAGS_MADE, FLAGS_USED = 0x45, 0x05
"""User present and verified; the first also carries the key."""


class Authenticator:
    """One key with one passkey, used from pages of one origin."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.credential_id = os.urandom(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.used = 0

    def makes(self, options: dict[str, Any], origin: str = "") -> str:
        """What `navigator.credentials.create` gives, as the page's script sends it."""
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + self.public_key()
        data = self._data(options["rp"]["id"], FLAGS_MADE) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options, origin)
        return self._sent({"clientDataJSON": text(client), "attestationObject": text(attestation)})

    def public_key(self) -> bytes:
        """The key that checks its signatures, as servers keep it."""
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps(key)

    def signs(self, options: dict[str, Any], origin: str = "") -> str:
        """What `navigator.credentials.get` gives."""
        data = self._data(options["rpId"], FLAGS_USED)
        client = self._client("webauthn.get", options, origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent(
            {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature)}
        )

    def _data(self, rp_id: str, flags: int) -> bytes:
        self.used += 1
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, self.used)

    def _client(self, kind: str, options: dict[str, Any], origin: str) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": origin or self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _sent(self, response: dict[str, str]) -> str:
        name = text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def text(data: bytes) -> str:
    """Bytes as the script writes them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
