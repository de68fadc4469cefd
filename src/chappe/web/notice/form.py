"""What somebody wrote into the form, and what is wrong with it; pure.

Source: dsa/16(2)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile

from chappe.domain import categories
from chappe.safety.attachments import FILES, SIZE_BYTES
from chappe.web.language import Texts
from chappe.web.public import clean

PLACES = 20
WHY_LEAST, WHY_MOST, MORE_MOST = 10, 4500, 400
NAME_MOST, EMAIL_MOST = 120, 254
LINE_SHOWN = 80
FIELDS = ("where", "more", "what", "why", "name", "email")
_EMAIL = re.compile(r"[^@\s<>\"'(),:;\\\[\]]{1,64}@[^@\s<>\"'(),:;\\\[\]]{1,189}\.[^@\s<>\"'(),:;\\\[\]]{2,63}")
_DRAFT = re.compile(r"[0-9a-f]{32}")
Faults = dict[str, list[str]]
"""Field → what is wrong with it, in the visitor's language."""


@dataclass(frozen=True, slots=True)
class Written:
    """The fields as they were typed in, without controls. Shape: what is `CATEGORY/KEYWORD`, or the category alone."""

    where: str = ""
    more: str = ""
    what: str = ""
    why: str = ""
    name: str = ""
    email: str = ""
    faith: bool = False
    draft: str = ""
    drop: tuple[int, ...] = ()
    files: tuple[UploadFile, ...] = field(default=(), repr=False)

    @property
    def places(self) -> list[str]:
        """The addresses, each once."""
        return list(dict.fromkeys(line.strip() for line in self.where.splitlines() if line.strip()))

    @property
    def category(self) -> str:
        """The chosen category, empty for none."""
        return self.what.partition("/")[0]

    @property
    def keyword(self) -> str:
        """The chosen keyword, empty for none."""
        return self.what.partition("/")[2]

    @property
    def explanation(self) -> str:
        """What was said, in one text."""
        return "\n\n".join(part for part in (self.why, self.more) if part)


def read(form: FormData) -> Written:
    """What the form says; what it does not say is empty."""
    texts = {name: plain(_text(form, name)).strip() for name in FIELDS}
    draft = _text(form, "draft")
    drop = tuple(int(said) for said in form.getlist("drop") if isinstance(said, str) and said.isdecimal())
    files = tuple(one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename)
    return Written(
        **texts, faith=bool(_text(form, "faith")), draft=draft if _DRAFT.fullmatch(draft) else "", drop=drop,
        files=files,
    )  # fmt: skip


def faults(written: Written, t: Texts) -> Faults:
    """What is wrong besides the addresses and the files."""
    found: Faults = {}
    if not categories.known(written.category, written.keyword) or "/" in written.keyword:
        found["what"] = [t.notice_wrong_what]
    if len(written.why) > WHY_MOST:
        found["why"] = [t.notice_wrong_why_long.format(most=WHY_MOST, count=len(written.why))]
    elif len(written.why) < WHY_LEAST:
        found["why"] = [t.notice_wrong_why_short]
    if len(written.more) > MORE_MOST:
        found["more"] = [t.notice_wrong_more_long.format(most=MORE_MOST)]
    nameless = categories.is_child_abuse(written.keyword)
    if len(written.name) > NAME_MOST:
        found["name"] = [t.notice_wrong_name_long.format(most=NAME_MOST)]
    elif not written.name and not nameless:
        found["name"] = [t.notice_wrong_name]
    if written.email and not is_email(written.email):
        found["email"] = [t.notice_wrong_email_bad]
    elif not written.email and not nameless:
        found["email"] = [t.notice_wrong_email]
    if not written.faith:
        found["faith"] = [t.notice_wrong_faith]
    return found


def is_email(said: str) -> bool:
    """True for what may be an address."""
    return len(said) <= EMAIL_MOST and _EMAIL.fullmatch(said) is not None


def too_many_places(written: Written, t: Texts) -> list[str]:
    """What is wrong with the number of addresses."""
    places = written.places
    if not places:
        return [t.notice_wrong_where_none]
    return [t.notice_wrong_where_many.format(most=PLACES)] if len(places) > PLACES else []


def plain(said: str) -> str:
    """What was typed in, with line ends of one kind and no character that bends the text around it."""
    return clean.said(said.replace("\r\n", "\n"))


def line(said: str) -> str:
    """An address as an error repeats it: short, on one line."""
    flat = " ".join(said.split())
    return flat if len(flat) <= LINE_SHOWN else f"{flat[:LINE_SHOWN]}…"


def limits() -> Mapping[str, int]:
    """The bounds that the templates say."""
    return {"places": PLACES, "why": WHY_MOST, "more": MORE_MOST, "name": NAME_MOST, "email": EMAIL_MOST,
            "files": FILES, "size": SIZE_BYTES}  # fmt: skip


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
