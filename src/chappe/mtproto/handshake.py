"""The making of an authorization key, as steps that return data: the server's side.

Source: mtproto/auth_key
Comes in: bodies of plain messages. Goes out: bodies to answer with, or a `NewKey` that must be stored before
`confirm` is sent. The client's side is `handshake_client`.
"""

from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import Any, Final, NamedTuple

from chappe import tl
from chappe.base.errors import ProtocolError
from chappe.base.ids import Entropy
from chappe.mtproto import numbers
from chappe.mtproto.crypto import AuthKey, ige_decrypt, ige_encrypt, sha1
from chappe.mtproto.obfuscation import plausible_dc
from chappe.mtproto.rsa import RsaKey
from chappe.tl import service as s

MAX_TEMPORARY_S: Final = 30 * 86400
MAX_RETRIES: Final = 5
MAX_STEPS: Final = 24


class NewKey(NamedTuple):
    """A key both sides have arrived at. Shape: `temporary_until` is unix seconds, None for a permanent key."""

    auth_key: AuthKey
    server_salt: int
    temporary_until: int | None
    dc: int | None


def temporary_aes(new_nonce: bytes, server_nonce: bytes) -> tuple[bytes, bytes]:
    """Key and iv of the Diffie-Hellman part. Source: mtproto/auth_key#6-server-responds-with."""
    mixed = sha1(server_nonce + new_nonce)
    key = sha1(new_nonce + server_nonce) + mixed[:12]
    return key, mixed[12:] + sha1(new_nonce + new_nonce) + new_nonce[:4]


def seal_with_hash(data: bytes, key: bytes, iv: bytes, entropy: Entropy) -> bytes:
    """SHA-1, data and 0 to 15 bytes of noise, encrypted."""
    return ige_encrypt(sha1(data) + data + entropy(-(20 + len(data)) % 16), key, iv)


def open_with_hash(sealed: bytes, key: bytes, iv: bytes) -> Any:
    """The value inside, its hash compared. Errors: ProtocolError 404."""
    if not sealed or len(sealed) % 16 or len(sealed) > 4096:
        raise ProtocolError("encrypted part has a wrong length", 404)
    plain = ige_decrypt(sealed, key, iv)
    value, end = _decode_at(plain, 20)
    if not compare_digest(sha1(plain[20:end]), plain[:20]) or len(plain) - end > 15:
        raise ProtocolError("encrypted part has a wrong hash", 404)
    return value


def nonce_hash(new_nonce: bytes, number: int, aux_hash: bytes) -> bytes:
    """new_nonce_hash1, 2 or 3. Source: mtproto/auth_key#9-server-responds-in-one-of-three-ways."""
    return sha1(new_nonce + bytes((number,)) + aux_hash)[4:]


def first_salt(new_nonce: bytes, server_nonce: bytes) -> int:
    """The salt both sides begin with. Shape: signed 64 bits."""
    mixed = bytes(a ^ b for a, b in zip(new_nonce[:8], server_nonce[:8], strict=True))
    return int.from_bytes(mixed, "little", signed=True)


def _decode_at(data: bytes, at: int) -> tuple[Any, int]:
    try:
        return tl.decode_at(data, at)
    except ProtocolError as error:
        raise ProtocolError(error.detail, 404) from error


def _end_of_value(data: bytes) -> int:
    return _decode_at(data, 0)[1]


class ServerHandshake:
    """One connection's key exchange. Errors of every step: ProtocolError 404, after which it is over."""

    __slots__ = (
        "_entropy",
        "_inner",
        "_keys",
        "_last",
        "_made",
        "_new_nonce",
        "_nonce",
        "_pq",
        "_private",
        "_retries",
        "_retry_hash",
        "_server_nonce",
        "_steps",
    )

    def __init__(self, keys: Sequence[RsaKey], entropy: Entropy) -> None:
        self._keys = keys
        self._entropy = entropy
        self._nonce = self._server_nonce = self._new_nonce = b""
        self._pq = (0, 0)
        self._private = 0
        self._retries = self._steps = 0
        self._retry_hash = bytes(8)
        self._inner: Any = None
        self._made: NewKey | None = None
        self._last: tuple[bytes, bytes] = (b"", b"")

    def step(self, body: bytes, now: float) -> bytes | NewKey:
        """The answer to one plain message; the same message again gets the same answer.

        Source: mtproto/auth_key
        """
        if body and body == self._last[0]:
            return self._last[1]
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise ProtocolError("too many steps of a key exchange", 429)
        query = _decode_at(body, 0)[0]
        take = _STEPS.get(query.NAME)
        if take is None:
            raise ProtocolError("not a message of the key exchange", 404)
        answer = take(self, query, now)
        if isinstance(answer, NewKey):
            self._made = answer
            return answer
        encoded = tl.encode(answer, tl.NEWEST)
        self._last = (body, encoded)
        return encoded

    def _req_pq(self, query: Any, now: float) -> Any:
        """Source: mtproto/auth_key#2-server-sends-response-of-the-form."""
        self._nonce = query.nonce
        self._server_nonce = self._entropy(16)
        self._pq = numbers.puzzle(self._entropy)
        self._private, self._made, self._inner = 0, None, None
        marks = [key.fingerprint for key in self._keys]
        product = self._pq[0] * self._pq[1]
        return s.ResPQ(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            pq=product.to_bytes(8, "big"),
            server_public_key_fingerprints=marks,
        )

    def _require_nonces(self, query: Any) -> None:
        if not self._nonce or query.nonce != self._nonce or query.server_nonce != self._server_nonce:
            raise ProtocolError("nonces differ", 404)

    def _req_dh(self, query: Any, now: float) -> Any:
        """Source: mtproto/auth_key#6-server-responds-with."""
        self._require_nonces(query)
        if (numbers.four_bytes(query.p), numbers.four_bytes(query.q)) != self._pq:
            raise ProtocolError("wrong factors", 404)
        key = next((key for key in self._keys if key.fingerprint == query.public_key_fingerprint), None)
        if key is None:
            raise ProtocolError("no such RSA key", 404)
        inner = _decode_at(key.open(query.encrypted_data, _end_of_value), 0)[0]
        if not inner.NAME.startswith("p_q_inner_data"):
            raise ProtocolError("not p_q_inner_data", 404)
        self._require_nonces(inner)
        if int.from_bytes(inner.pq, "big") != self._pq[0] * self._pq[1]:
            return s.ServerDHParamsFail(
                nonce=self._nonce, server_nonce=self._server_nonce, new_nonce_hash=sha1(inner.new_nonce)[4:]
            )
        self._inner, self._new_nonce = inner, inner.new_nonce
        return self._dh_params(now)

    def _dh_params(self, now: float) -> Any:
        self._private, power = numbers.private_power(self._entropy)
        answer = s.ServerDHInnerData(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            g=numbers.GENERATOR,
            dh_prime=numbers.DH_PRIME_BYTES,
            g_a=power.to_bytes(256, "big"),
            server_time=int(now),
        )
        key, iv = temporary_aes(self._new_nonce, self._server_nonce)
        sealed = seal_with_hash(tl.encode(answer, tl.NEWEST), key, iv, self._entropy)
        return s.ServerDHParamsOk(nonce=self._nonce, server_nonce=self._server_nonce, encrypted_answer=sealed)

    def _set_client_dh(self, query: Any, now: float) -> Any:
        """Source: mtproto/auth_key#9-server-responds-in-one-of-three-ways."""
        self._require_nonces(query)
        if not self._private or self._made is not None:
            raise ProtocolError("not expected now", 404)
        key, iv = temporary_aes(self._new_nonce, self._server_nonce)
        inner = open_with_hash(query.encrypted_data, key, iv)
        if inner.NAME != "client_DH_inner_data":
            raise ProtocolError("not client_DH_inner_data", 404)
        self._require_nonces(inner)
        if inner.retry_id.to_bytes(8, "little", signed=True) != self._retry_hash:
            raise ProtocolError("wrong retry_id", 404)
        shared = numbers.shared_key(inner.g_b, self._private)
        if shared is None:
            return self._dh_fail(inner.g_b)
        return NewKey(
            AuthKey(shared),
            first_salt(self._new_nonce, self._server_nonce),
            self._temporary_until(now),
            plausible_dc(getattr(self._inner, "dc", 0)),
        )

    def _temporary_until(self, now: float) -> int | None:
        expires_in: int | None = getattr(self._inner, "expires_in", None)
        if expires_in is None:
            return None
        if not 0 < expires_in <= MAX_TEMPORARY_S:
            raise ProtocolError("temporary key of impossible age", 404)
        return int(now) + expires_in

    def _dh_fail(self, g_b: bytes) -> Any:
        """The client's power is unsafe: nothing both sides know is at hand, so the hash is over its own bytes."""
        self._private = 0
        return self._outcome(s.DhGenFail, "new_nonce_hash3", 3, sha1(g_b)[:8])

    def _outcome(self, kind: type[Any], field: str, number: int, aux_hash: bytes) -> Any:
        return kind(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            **{field: nonce_hash(self._new_nonce, number, aux_hash)},
        )

    def confirm(self) -> bytes:
        """dh_gen_ok: the key is stored and may be used.

        Source: mtproto/auth_key#9-server-responds-in-one-of-three-ways
        """
        if self._made is None:
            raise ValueError("no key was made")
        answer = self._outcome(s.DhGenOk, "new_nonce_hash1", 1, self._made.auth_key.aux_hash)
        self._made, self._private = None, 0
        return tl.encode(answer, tl.NEWEST)

    def retry(self) -> bytes:
        """dh_gen_retry: another key has this id, the client must choose a new b. Errors: ProtocolError after five."""
        if self._made is None:
            raise ValueError("no key was made")
        self._retries += 1
        if self._retries > MAX_RETRIES:
            raise ProtocolError("too many retries", 404)
        self._retry_hash = self._made.auth_key.aux_hash
        answer = self._outcome(s.DhGenRetry, "new_nonce_hash2", 2, self._retry_hash)
        self._made = None
        return tl.encode(answer, tl.NEWEST)


_STEPS: dict[str, Callable[[ServerHandshake, Any, float], Any]] = {
    "req_pq": ServerHandshake._req_pq,
    "req_pq_multi": ServerHandshake._req_pq,
    "req_DH_params": ServerHandshake._req_dh,
    "set_client_DH_params": ServerHandshake._set_client_dh,
}
