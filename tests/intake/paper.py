"""What authorities send: forms, mails, signed mails (made with OpenSSL's own program), certificates."""

import subprocess
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

HERE = "legal@chat.example.org"
FORM = """\
Instrument: tco_removal
File number: TCO-7
Legal basis: Regulation (EU) 2021/784, Article 3
Reasons: It incites to terrorist offences.
Type of material: incites
Date of issue: 2026-11-22
Signed by: A clerk
Redress: Administrative court, two months
Target: https://chat.example.org/room/12
"""


def openssl(folder: Path, *words: str, stdin: bytes = b"") -> bytes:
    """What the program says."""
    return subprocess.run(("openssl", *words), input=stdin, cwd=folder, check=True, capture_output=True).stdout


def certificate(folder: Path, name: str = "court") -> bytes:
    """A fresh key and its certificate (PEM) under that name."""
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}", "-days", "3650")  # fmt: skip
    return (folder / f"{name}.pem").read_bytes()


def mail(text: str = FORM, sender: str = "greffe@court.example", subject: str = "Order", **more: str) -> bytes:
    """A mail nobody signed."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, HERE, subject
    made["Message-ID"] = f"<{abs(hash((text, subject, sender)))}@court.example>"
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def signed(
    folder: Path, text: str = FORM, name: str = "court", sender: str = "greffe@court.example", subject: str = "Order"
) -> bytes:
    """A mail that the key of that name signed, as S/MIME."""
    body = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.replace("\n", "\r\n").encode()
    made = openssl(folder, "cms", "-sign", "-signer", f"{name}.pem", "-inkey", f"{name}.key", "-from", sender, "-to",
                   HERE, "-subject", subject, "-crlfeol", stdin=body)  # fmt: skip
    return made.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
