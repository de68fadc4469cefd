"""Source: mtproto/auth_key."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pair.line import RSA_KEY

from chappe import mtproto, tl
from chappe.base.errors import Invalid, ProtocolError
from chappe.mtproto import numbers
from chappe.mtproto.bind import make_bind, verify_bind
from chappe.mtproto.crypto import AuthKey
from chappe.mtproto.handshake import NewKey, ServerHandshake, seal_with_hash, temporary_aes
from chappe.mtproto.handshake_client import ClientHandshake, ClientKey
from chappe.mtproto.rsa import RsaPublicKey, fingerprint, is_padded_by_clients
from chappe.tl import service as s

NOW = 1_800_000_000.0


def both(seed: int = 3, **wishes: Any) -> tuple[ClientHandshake, ServerHandshake]:
    chance = Random(seed)
    return (
        ClientHandshake([RSA_KEY.public], chance.randbytes, **wishes),
        ServerHandshake([RSA_KEY], chance.randbytes),
    )


def run(client: ClientHandshake, server: ServerHandshake, retries: int = 0) -> tuple[NewKey, ClientKey]:
    said = client.start()
    while True:
        answer = server.step(said, NOW)
        if isinstance(answer, NewKey):
            heard = client.step(server.retry() if retries else server.confirm(), NOW)
            retries -= 1
            if isinstance(heard, ClientKey):
                return answer, heard
            said = heard
        else:
            step = client.step(answer, NOW)
            assert isinstance(step, bytes)
            said = step


@pytest.mark.parametrize("multi", [True, False])
@pytest.mark.parametrize("scheme", ["pad", "old"])
@pytest.mark.parametrize(("dc", "expires_in"), [(None, None), (2, None), (None, 86400), (-10002, 86400), (-2839, None)])
def test_both_sides_arrive_at_one_key(scheme: str, multi: bool, dc: int | None, expires_in: int | None) -> None:
    made, got = run(*both(scheme=scheme, dc=dc, expires_in=expires_in, multi=multi))
    assert made.auth_key.key == got.auth_key.key
    assert made.server_salt == got.server_salt
    assert made.dc == (dc if dc in (2, -10002) else None)
    assert made.temporary_until == (None if expires_in is None else int(NOW) + expires_in) == got.temporary_until


@pytest.mark.parametrize("retries", [1, 5])
def test_another_b_after_dh_gen_retry(retries: int) -> None:
    made, got = run(*both(), retries=retries)
    assert made.auth_key.key == got.auth_key.key


def test_not_more_than_five_retries() -> None:
    with pytest.raises(ProtocolError):
        run(*both(), retries=6)


def test_the_same_message_gets_the_same_answer() -> None:
    client, server = both()
    start = client.start()
    answer = server.step(start, NOW)
    assert server.step(start, NOW) == answer
    assert isinstance(answer, bytes)
    query = client.step(answer, NOW)
    assert isinstance(query, bytes)
    assert server.step(query, NOW) == server.step(query, NOW)


def test_p_and_q_have_four_bytes_each() -> None:
    chance = Random(5)
    for _ in range(200):
        p, q = numbers.puzzle(chance.randbytes)
        assert 1 << 30 < p < q < 1 << 31
        assert all(number % d for number in (p, q) for d in range(3, 1000, 2))


def test_powers_are_in_the_safe_range() -> None:
    assert not any(map(numbers.in_range, (0, 1, 2, numbers.DH_PRIME - 1, numbers.DH_PRIME, 1 << 1900)))
    private, power = numbers.private_power(Random(1).randbytes)
    assert numbers.in_range(power)
    assert numbers.shared_key(b"\x01", private) is None
    assert numbers.shared_key(bytes(300), private) is None


def test_an_unsafe_g_b_ends_in_dh_gen_fail() -> None:
    client, server = both()
    said = client.start()
    for _ in range(2):
        answer = server.step(said, NOW)
        assert isinstance(answer, bytes)
        step = client.step(answer, NOW)
        assert isinstance(step, bytes)
        said = step
    inner = s.ClientDHInnerData(nonce=client._nonce, server_nonce=client._server_nonce, retry_id=0, g_b=b"\x01")
    key, iv = temporary_aes(client._new_nonce, client._server_nonce)
    sealed = seal_with_hash(tl.encode(inner, tl.NEWEST), key, iv, Random(1).randbytes)
    answer = server.step(
        tl.encode(
            s.SetClientDHParams(nonce=client._nonce, server_nonce=client._server_nonce, encrypted_data=sealed),
            tl.NEWEST,
        ),
        NOW,
    )
    assert isinstance(answer, bytes)
    assert tl.decode(answer).NAME == "dh_gen_fail"


def request(client: ClientHandshake, server: ServerHandshake, **changes: Any) -> Any:
    """The client's req_DH_params with some fields replaced."""
    answer = server.step(client.start(), NOW)
    assert isinstance(answer, bytes)
    query = client.step(answer, NOW)
    assert isinstance(query, bytes)
    return tl.decode(query).replace(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": bytes(16)},
        {"server_nonce": bytes(16)},
        {"p": b"\x05"},
        {"q": bytes(9)},
        {"public_key_fingerprint": 1},
        {"encrypted_data": b""},
        {"encrypted_data": bytes(256)},
        {"encrypted_data": b"\xff" * 256},
        {"encrypted_data": bytes(255)},
    ],
)
def test_wrong_parts_end_the_exchange(changes: dict[str, Any]) -> None:
    client, server = both()
    query = request(client, server, **changes)
    with pytest.raises(ProtocolError) as caught:
        server.step(tl.encode(query, tl.NEWEST), NOW)
    assert caught.value.code == 404


def test_a_wrong_product_inside_is_server_dh_params_fail() -> None:
    client, server = both()
    query = request(client, server)
    inner = s.PQInnerData(
        pq=bytes(8), p=b"\x05", q=b"\x07", nonce=client._nonce, server_nonce=client._server_nonce, new_nonce=bytes(32)
    )
    sealed = RSA_KEY.public.seal_pad(tl.encode(inner, tl.NEWEST), Random(2).randbytes)
    answer = server.step(tl.encode(query.replace(encrypted_data=sealed), tl.NEWEST), NOW)
    assert isinstance(answer, bytes)
    assert tl.decode(answer).NAME == "server_DH_params_fail"


@pytest.mark.parametrize("expires_in", [0, -5, 31 * 86400])
def test_temporary_keys_of_impossible_age(expires_in: int) -> None:
    with pytest.raises(ProtocolError):
        run(*both(expires_in=expires_in))


@given(st.integers(0, 2), st.data())
@settings(max_examples=60, deadline=None)
def test_changed_bytes_are_refused_without_surprise(stop: int, data: st.DataObject) -> None:
    client, server = both()
    said = client.start()
    for _ in range(stop):
        answer = server.step(said, NOW)
        assert isinstance(answer, bytes)
        step = client.step(answer, NOW)
        assert isinstance(step, bytes)
        said = step
    at = data.draw(st.integers(0, len(said) - 1))
    broken = said[:at] + bytes((said[at] ^ data.draw(st.integers(1, 255)),)) + said[at + 1 :]
    try:
        assert isinstance(server.step(broken, NOW), bytes | NewKey)
    except ProtocolError as error:
        assert error.code in (404, 429)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(ProtocolError):
        both()[1].step(noise, NOW)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_the_public_key_is_as_long_as_the_keys_in_official_apps() -> None:
    pem = RSA_KEY.to_pem_pkcs1()
    assert pem.startswith(b"-----BEGIN RSA PUBLIC KEY-----\n")
    assert len(pem.strip()) == 425
    public = RsaPublicKey.from_pem(pem)
    assert (public.n, public.e, public.fingerprint) == (RSA_KEY.public.n, 65537, RSA_KEY.fingerprint)
    assert public.to_pem() == pem


def test_a_private_key_comes_back_from_its_pem() -> None:
    again = mtproto.RsaKey.from_pem(RSA_KEY.to_pem())
    assert (again.fingerprint, again.secret()) == (RSA_KEY.fingerprint, RSA_KEY.secret())
    block = RSA_KEY.public.raw(bytes(200) + b"x" * 56)
    assert again.raw(block) == bytes(200) + b"x" * 56


def test_fingerprints_with_a_leading_zero_are_not_served() -> None:
    assert is_padded_by_clients(0x1000000000000000)
    assert is_padded_by_clients(-1)
    assert not is_padded_by_clients(0x0FFFFFFFFFFFFFFF)
    assert is_padded_by_clients(RSA_KEY.fingerprint)
    assert fingerprint(RSA_KEY.public.n, 65537) == RSA_KEY.fingerprint


# --- temporary keys ---------------------------------------------------------------------------------------------------


def bound(**changes: Any) -> None:
    chance = Random(9)
    perm, temp = AuthKey(chance.randbytes(256)), AuthKey(chance.randbytes(256))
    said: dict[str, Any] = {
        "temp_key_id": temp.id,
        "session_id": -77,
        "nonce": 12345,
        "msg_id": int(NOW) << 32,
        "expires_at": 1_800_086_400,
    }
    message = make_bind(perm, entropy=chance.randbytes, **said)
    verify_bind(**{"perm_key": perm.key, "encrypted_message": message} | said | changes)


def test_a_temporary_key_is_bound() -> None:
    bound()


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": 1},
        {"msg_id": 4},
        {"session_id": 5},
        {"temp_key_id": 6},
        {"expires_at": 7},
        {"perm_key": bytes(256)},
        {"encrypted_message": b""},
        {"encrypted_message": bytes(104)},
        {"encrypted_message": bytes(2000)},
    ],
)
def test_a_foreign_binding_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        bound(**changes)
    assert caught.value.reason == "encrypted_message_invalid"
