"""Web push: what a notification says is encrypted for one browser; its push service sees sizes alone.

Source: rfc/8030, rfc/8188, rfc/8291, rfc/8292
Written on `cryptography`, which the server needs anyway: the two formats are forty lines, checked against the vectors
of the standards and an independent implementation; the packages that do the same bring a second HTTP client.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chappe.base import Clock, Invalid
from chappe.base.ids import Entropy
from chappe.domain.push_tokens import Subscription, subscription
from chappe.outbound.channel import Parcel, Undelivered
from chappe.outbound.vetted import Forbidden, MayReach, Vetted

CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
TTL_S = 12 * 3600
"""How long a push service keeps a notification for a browser that is off."""
TOKEN_S = 12 * 3600
TIMEOUT_S = 10.0
LONGEST_WAIT_S = 3600
RECORD = 4096
SIZES = (256, 512, 1024, 2048, 3072, 3993)
"""What is sent is as long as one of these: the push service shall not tell short words from long ones."""
GONE = (404, 410)
Forget = Callable[[str, str], Awaitable[None]]
"""Is told the address and the token that reach nobody any more."""


def key_of(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The server's key for push services, from 32 secret bytes."""
    return ec.derive_private_key(int.from_bytes(secret, "big") % (CURVE_ORDER - 1) + 1, ec.SECP256R1())


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as browsers take it. Shape: 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def application_key(secret: bytes) -> str:
    """What a page gives to `pushManager.subscribe` as `applicationServerKey`. Source: rfc/8292#3.2"""
    return _text(public_point(key_of(secret)))


def encrypted(content: bytes, to: Subscription, once: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The content for one browser. Source: rfc/8291#4, rfc/8188#2

    Shape: salt 16 (fresh), record size 4, key length 1, our key of this message 65, ciphertext with tag.
    """
    theirs, ours = to.point, public_point(once)
    shared = once.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    mixed = _expand(_mac(to.secret, shared), b"WebPush: info\x00" + theirs + ours, 32)
    drawn = _mac(salt, mixed)
    key = _expand(drawn, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _expand(drawn, b"Content-Encoding: nonce\x00", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, content, None)


def padded(content: bytes) -> bytes:
    """The content as the last record of a message, as long as the next of SIZES. Errors: Undelivered."""
    size = next((size for size in SIZES if size > len(content)), 0)
    if not size:
        raise Undelivered("too_long", final=True)
    return content + b"\x02" + bytes(size - len(content) - 1)


def proof(key: ec.EllipticCurvePrivateKey, endpoint: str, contact: str, now: int) -> str:
    """Who sends, for the push service. Source: rfc/8292#2"""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + TOKEN_S, "sub": contact}
    body = ".".join(_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(body.encode(), ec.ECDSA(SHA256())))
    return f"vapid t={body}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={_text(public_point(key))}"


class PushChannel:
    """Hands each notification to the push service its browser named; no address inside a private network is reached."""

    kind = "web_push"

    def __init__(
        self,
        secret: bytes,
        contact: str,
        clock: Clock,
        entropy: Entropy,
        may_reach: MayReach,
        forget: Forget,
        plain: bool = False,
    ) -> None:
        """`plain` lets services do without TLS, which a network of one's own may."""
        self._key = key_of(secret)
        self._contact = contact
        self._clock = clock
        self._entropy = entropy
        self._client = Vetted(may_reach, TIMEOUT_S)
        self._forget = forget
        self._plain = plain

    async def deliver(self, parcel: Parcel) -> None:
        """The push service has taken the notification. Errors: Undelivered; final where the browser is gone."""
        token = parcel.message.subject
        try:
            to = subscription(token)
        except Invalid:
            raise Undelivered("token_broken", final=True) from None
        if not to.endpoint.startswith("https://") and not self._plain:
            raise Undelivered("forbidden_address", final=True)
        content = padded(parcel.message.text.encode())
        once = key_of(self._entropy(32))
        body = encrypted(content, to, once, self._entropy(16))
        status, wait_s = await self._post(to.endpoint, body, self._headers(to.endpoint, parcel.message.text))
        if status in GONE:
            await self._forget(parcel.address, token)
            raise Undelivered("gone", final=True)
        if not 200 <= status < 300:
            final = 400 <= status < 500 and status not in (408, 425, 429)
            raise Undelivered(f"http_{status}", final=final, wait_s=wait_s)

    async def _post(self, endpoint: str, body: bytes, headers: dict[str, str]) -> tuple[int, int]:
        try:
            status, wait = await self._client.post(endpoint, headers, body)
        except Forbidden:
            raise Undelivered("forbidden_address", final=True) from None
        except TimeoutError:
            raise Undelivered("timeout") from None
        except OSError:
            raise Undelivered("unreachable") from None
        return status, min(int(wait), LONGEST_WAIT_S) if wait.isascii() and wait.isdigit() else 0

    def _headers(self, endpoint: str, text: str) -> dict[str, str]:
        facts = msgspec.json.decode(text, type=dict)
        return {
            "Authorization": proof(self._key, endpoint, self._contact, int(self._clock.now())),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_S),
            "Urgency": "low" if facts.get("mute") == "1" else "high",
        }

    async def close(self) -> None:
        """Connections to push services are closed."""
        await self._client.close()


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, sha256)


def _expand(key: bytes, info: bytes, size: int) -> bytes:
    """HKDF-Expand for one block. Source: rfc/5869#2.3"""
    return _mac(key, info + b"\x01")[:size]


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
