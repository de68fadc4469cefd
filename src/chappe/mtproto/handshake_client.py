"""The making of an authorization key: the client's side, for tests, the kill test and the bench.

Source: mtproto/auth_key
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import cryptg

from chappe import tl
from chappe.base.errors import ProtocolError
from chappe.base.ids import Entropy
from chappe.mtproto import numbers
from chappe.mtproto.crypto import AuthKey, sha1
from chappe.mtproto.handshake import first_salt, nonce_hash, open_with_hash, seal_with_hash, temporary_aes
from chappe.mtproto.rsa import RsaPublicKey
from chappe.tl import service as s


class ClientKey(NamedTuple):
    """The key the client arrived at. Shape: `time_offset_s` is the server's clock minus ours."""

    auth_key: AuthKey
    server_salt: int
    temporary_until: int | None
    time_offset_s: float


class ClientHandshake:
    """One key exchange. `scheme` is `pad` (RSA_PAD) or `old` (SHA-1 and noise)."""

    def __init__(
        self,
        keys: Sequence[RsaPublicKey],
        entropy: Entropy,
        *,
        scheme: str = "pad",
        dc: int | None = None,
        expires_in: int | None = None,
        multi: bool = True,
    ) -> None:
        self._keys = {key.fingerprint: key for key in keys}
        self._entropy = entropy
        self._scheme = scheme
        self._dc = dc
        self._expires_in = expires_in
        self._multi = multi
        self._nonce = entropy(16)
        self._server_nonce = b""
        self._new_nonce = b""
        self._g_a = b""
        self._retry_id = 0
        self._offset_s = 0.0
        self._made: AuthKey | None = None

    def start(self) -> bytes:
        """The first message. Source: mtproto/auth_key#1-client-sends-query-to-server."""
        query = s.ReqPqMulti(nonce=self._nonce) if self._multi else s.ReqPq(nonce=self._nonce)
        return tl.encode(query, tl.NEWEST)

    def step(self, body: bytes, now: float) -> bytes | ClientKey:
        """What to send for an answer of the server, or the key. Errors: ProtocolError."""
        answer = tl.decode(body)
        take = _STEPS.get(answer.NAME)
        if take is None:
            raise ProtocolError("not an answer of the key exchange")
        if answer.nonce != self._nonce or (self._server_nonce and answer.server_nonce != self._server_nonce):
            raise ProtocolError("nonces differ")
        result = take(self, answer, now)
        return result if isinstance(result, ClientKey) else tl.encode(result, tl.NEWEST)

    def _res_pq(self, answer: Any, now: float) -> Any:
        self._server_nonce = answer.server_nonce
        mark = next((m for m in answer.server_public_key_fingerprints if m in self._keys), None)
        if mark is None:
            raise ProtocolError("no known RSA key")
        p, q = sorted(cryptg.factorize_pq_pair(int.from_bytes(answer.pq, "big")))
        self._new_nonce = self._entropy(32)
        p_bytes, q_bytes = p.to_bytes(4, "big"), q.to_bytes(4, "big")
        inner = tl.encode(self._inner(answer.pq, p_bytes, q_bytes), tl.NEWEST)
        key = self._keys[mark]
        seal = key.seal_pad if self._scheme == "pad" else key.seal_old
        return s.ReqDHParams(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            p=p_bytes,
            q=q_bytes,
            public_key_fingerprint=mark,
            encrypted_data=seal(inner, self._entropy),
        )

    def _inner(self, pq: bytes, p: bytes, q: bytes) -> Any:
        fields: dict[str, Any] = {
            "pq": pq, "p": p, "q": q,
            "nonce": self._nonce, "server_nonce": self._server_nonce, "new_nonce": self._new_nonce,
        }  # fmt: skip
        if self._expires_in is not None:
            fields["expires_in"] = self._expires_in
            if self._dc is None:
                return s.PQInnerDataTemp(**fields)
            return s.PQInnerDataTempDc(dc=self._dc, **fields)
        return s.PQInnerData(**fields) if self._dc is None else s.PQInnerDataDc(dc=self._dc, **fields)

    def _dh_ok(self, answer: Any, now: float) -> Any:
        key, iv = temporary_aes(self._new_nonce, self._server_nonce)
        inner = open_with_hash(answer.encrypted_answer, key, iv)
        if inner.nonce != self._nonce or inner.server_nonce != self._server_nonce:
            raise ProtocolError("nonces differ")
        if inner.dh_prime != numbers.DH_PRIME_BYTES or inner.g != numbers.GENERATOR:
            raise ProtocolError("unknown prime or generator")
        self._g_a = inner.g_a
        self._offset_s = inner.server_time - now
        return self._choose_b()

    def _choose_b(self) -> Any:
        b, power = numbers.private_power(self._entropy)
        shared = numbers.shared_key(self._g_a, b)
        if shared is None:
            raise ProtocolError("unsafe g_a")
        self._made = AuthKey(shared)
        inner = s.ClientDHInnerData(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            retry_id=self._retry_id,
            g_b=power.to_bytes(256, "big"),
        )
        key, iv = temporary_aes(self._new_nonce, self._server_nonce)
        sealed = seal_with_hash(tl.encode(inner, tl.NEWEST), key, iv, self._entropy)
        return s.SetClientDHParams(nonce=self._nonce, server_nonce=self._server_nonce, encrypted_data=sealed)

    def _dh_failed(self, answer: Any, now: float) -> Any:
        if answer.new_nonce_hash != sha1(self._new_nonce)[4:]:
            raise ProtocolError("wrong hash of the nonce")
        raise ProtocolError("the server refused the exchange")

    def _checked(self, number: int, given: bytes) -> AuthKey:
        if self._made is None or nonce_hash(self._new_nonce, number, self._made.aux_hash) != given:
            raise ProtocolError("wrong hash of the nonce")
        return self._made

    def _ok(self, answer: Any, now: float) -> Any:
        made = self._checked(1, answer.new_nonce_hash1)
        until = None if self._expires_in is None else int(now + self._offset_s) + self._expires_in
        return ClientKey(made, first_salt(self._new_nonce, self._server_nonce), until, self._offset_s)

    def _retry(self, answer: Any, now: float) -> Any:
        made = self._checked(2, answer.new_nonce_hash2)
        self._retry_id = int.from_bytes(made.aux_hash, "little", signed=True)
        return self._choose_b()

    def _fail(self, answer: Any, now: float) -> Any:
        raise ProtocolError("the server refused our power")


_STEPS: dict[str, Callable[[ClientHandshake, Any, float], Any]] = {
    "resPQ": ClientHandshake._res_pq,
    "server_DH_params_ok": ClientHandshake._dh_ok,
    "server_DH_params_fail": ClientHandshake._dh_failed,
    "dh_gen_ok": ClientHandshake._ok,
    "dh_gen_retry": ClientHandshake._retry,
    "dh_gen_fail": ClientHandshake._fail,
}
