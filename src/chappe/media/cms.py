"""Runs in the worker alone: signatures as mail and certificates carry them, checked against the signer's own key.

Source: rfc/5652#5.4, rfc/5652#5.6
Says who signed by the digest of the public key; whether that key is an authority's is asked elsewhere.
"""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from pyasn1.codec.ber import decoder as ber
from pyasn1.codec.der import encoder as der
from pyasn1.error import PyAsn1Error
from pyasn1.type import univ
from pyasn1_modules import rfc4055, rfc5652

from chappe.media.results import SealResult

MAX_BYTES = 2 << 20
SIGNED_DATA = "1.2.840.113549.1.7.2"
MESSAGE_DIGEST, SIGNING_TIME, CONTENT_TYPE = "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.3"
PSS = "1.2.840.113549.1.1.10"
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
RSA_LEAST = 2048
CERTIFICATES = 20


class _Wrong(Exception):
    """The signature does not hold; the text is a state of `SealResult`."""


def checked(made: bytes, content: bytes | None) -> tuple[bytes | None, SealResult]:
    """(what was signed, the seal); content None where it is inside the signature.

    Shape: state is valid, broken (it does not fit, or cannot be read) or weak (it could be forged).
    """
    try:
        return _checked(made, content)
    except _Wrong as wrong:
        return content, SealResult(state=str(wrong))
    except (PyAsn1Error, ValueError, TypeError, KeyError, IndexError, RecursionError, UnsupportedAlgorithm):
        return content, SealResult(state="broken")


def _checked(made: bytes, content: bytes | None) -> tuple[bytes, SealResult]:
    if len(made) > MAX_BYTES and content is not None:
        raise _Wrong("broken")
    info, _ = ber.decode(made, asn1Spec=rfc5652.ContentInfo())
    if str(info["contentType"]) != SIGNED_DATA:
        raise _Wrong("broken")
    signed, _ = ber.decode(bytes(info["content"]), asn1Spec=rfc5652.SignedData())
    if content is None:
        inner = signed["encapContentInfo"]["eContent"]
        if not inner.hasValue():
            raise _Wrong("broken")
        content = bytes(inner)
    if len(signed["signerInfos"]) != 1:
        raise _Wrong("broken")
    signer = signed["signerInfos"][0]
    certificate = _certificate_of(signed, signer)
    digest = DIGESTS.get(str(signer["digestAlgorithm"]["algorithm"]))
    if digest is None:
        raise _Wrong("weak")
    over, signed_at = _attributes(signer, digest, content)
    _verify(certificate, signer, digest, over)
    return content, _seal(certificate, signed_at)


def _attributes(signer: Any, digest: hashes.HashAlgorithm, content: bytes) -> tuple[bytes, int]:
    """(the bytes that were signed, when); the attributes' own digest fits the content."""
    if not signer["signedAttrs"].hasValue() or not len(signer["signedAttrs"]):
        return content, 0
    known = {}
    plain = univ.SetOf(componentType=rfc5652.Attribute())
    for no, one in enumerate(signer["signedAttrs"]):
        plain.setComponentByPosition(no, one)
        if len(one["attrValues"]) == 1:
            known[str(one["attrType"])] = bytes(one["attrValues"][0])
    said, _ = ber.decode(known[MESSAGE_DIGEST], asn1Spec=univ.OctetString())
    made = hashes.Hash(digest)
    made.update(content)
    if CONTENT_TYPE not in known or not hmac.compare_digest(bytes(said), made.finalize()):
        raise _Wrong("broken")
    return der.encode(plain), _time(known.get(SIGNING_TIME))


def _time(value: bytes | None) -> int:
    if value is None:
        return 0
    found, _ = ber.decode(value)
    return int(found.asDateTime.timestamp())


def _verify(certificate: x509.Certificate, signer: Any, digest: hashes.HashAlgorithm, over: bytes) -> None:
    key, signature = certificate.public_key(), bytes(signer["signature"])
    try:
        if isinstance(key, rsa.RSAPublicKey):
            if key.key_size < RSA_LEAST:
                raise _Wrong("weak")
            key.verify(signature, over, _padding(signer, digest), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            if key.key_size < 256:
                raise _Wrong("weak")
            key.verify(signature, over, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, over)
        else:
            raise _Wrong("broken")
    except InvalidSignature:
        raise _Wrong("broken") from None


def _padding(signer: Any, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if str(signer["signatureAlgorithm"]["algorithm"]) != PSS:
        return padding.PKCS1v15()
    said = signer["signatureAlgorithm"]["parameters"]
    found, _ = ber.decode(bytes(said), asn1Spec=rfc4055.RSASSA_PSS_params())
    return padding.PSS(padding.MGF1(digest), int(found["saltLength"]))


def _certificate_of(signed: Any, signer: Any) -> x509.Certificate:
    """The certificate that the signature names, of those that came with it."""
    for no, choice in enumerate(signed["certificates"]):
        if no >= CERTIFICATES:
            break
        if choice.getName() != "certificate":
            continue
        found = x509.load_der_x509_certificate(der.encode(choice["certificate"]))
        if _named(found, signer["sid"]):
            return found
    raise _Wrong("broken")


def _named(certificate: x509.Certificate, sid: Any) -> bool:
    if sid.getName() == "issuerAndSerialNumber":
        named = sid["issuerAndSerialNumber"]
        issuer = der.encode(named["issuer"])
        return int(named["serialNumber"]) == certificate.serial_number and issuer == certificate.issuer.public_bytes()
    key_id = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return bytes(sid["subjectKeyIdentifier"]) == key_id


def _seal(certificate: x509.Certificate, signed_at: int) -> SealResult:
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return SealResult(
        state="valid",
        fingerprint=sha256(public).hexdigest(),
        subject=certificate.subject.rfc4514_string()[:500],
        not_before=int(certificate.not_valid_before_utc.timestamp()),
        not_after=int(certificate.not_valid_after_utc.timestamp()),
        signed_at=signed_at,
        certificate=certificate.public_bytes(serialization.Encoding.DER),
    )


def warm_up() -> None:
    """A signature is made and checked, so that nothing is loaded from disk later."""
    from cryptography.hazmat.primitives.serialization import pkcs7

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "warm")])
    day = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    paper = made.serial_number(1).not_valid_before(day).not_valid_after(day).sign(key, hashes.SHA256())
    build = pkcs7.PKCS7SignatureBuilder().set_data(b"warm").add_signer(paper, key, hashes.SHA256())
    sealed = build.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    if checked(sealed, b"warm")[1].state != "valid" or checked(sealed, b"cold")[1].state != "broken":
        raise RuntimeError("signatures cannot be checked here")
