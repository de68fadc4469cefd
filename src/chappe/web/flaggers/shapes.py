"""What goes over the interface; the document is made of these, so that it cannot say anything else.

Source: dsa/22, rfc/9457
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chappe.domain.categories import KEYWORDS, OF_DECISIONS, OTHER
from chappe.safety.flaggers import PAGE, REFERENCE_LENGTH
from chappe.safety.locations import ADDRESS_LENGTH
from chappe.safety.notices import EXPLANATION_LENGTH, ITEMS

CATEGORY = sorted(OF_DECISIONS)
KEYWORD = sorted({one for words in KEYWORDS.values() for one in words} | {OTHER})
Instant = Annotated[
    str, Meta(description="A moment in UTC, as RFC 3339 writes it.", extra_json_schema={"format": "date-time"})
]
State = Literal["received", "in_review", "decided", "reopened"]
Outcome = Literal["acted", "partly", "refused", "gone"]


class GivenItem(msgspec.Struct, forbid_unknown_fields=True):
    """One thing that is noticed."""

    location: Annotated[
        str,
        Meta(min_length=1, max_length=ADDRESS_LENGTH, description="Its address on this server: of a message, a "
             "channel, a group or a person. A comment is `…/@name/5?comment=7`."),
    ]  # fmt: skip


class GivenNotice(msgspec.Struct, forbid_unknown_fields=True):
    """A notice in the sense of Article 16 of Regulation (EU) 2022/2065."""

    category: Annotated[
        str,
        Meta(description="What it is, by the categories of the EU transparency database; one that the flagger is "
             "trusted with.", extra_json_schema={"enum": CATEGORY}),
    ]  # fmt: skip
    explanation: Annotated[
        str,
        Meta(min_length=10, max_length=EXPLANATION_LENGTH, description="Why it is illegal, in words a person reads."),
    ]
    items: Annotated[
        list[GivenItem], Meta(min_length=1, max_length=ITEMS, description="What is noticed; each counts as one item.")
    ]
    good_faith: Annotated[
        Literal[True],
        Meta(description="The statement that the notice is given in good faith, and is correct and complete."),
    ]
    keyword: Annotated[
        str,
        Meta(description="What it is more closely, by the keywords of that category.",
             extra_json_schema={"enum": ["", *KEYWORD]}),
    ] = ""  # fmt: skip
    reference: Annotated[
        str, Meta(max_length=REFERENCE_LENGTH, description="The flagger's own number, given back as it is.")
    ] = ""
    language: Annotated[Literal["en", "fr"], Meta(description="In which language the flagger is answered.")] = "en"


class ShownItem(msgspec.Struct):
    """One thing that was noticed, and how it stands."""

    location: str
    state: State
    outcome: Annotated[
        Literal["acted", "refused", "gone"] | UnsetType, Meta(description="There once it is decided.")
    ] = UNSET


class ShownNotice(msgspec.Struct):
    """A notice and how it stands."""

    id: int
    reference: str
    category: str
    keyword: str
    received: Instant
    state: State
    items: list[ShownItem]
    page: Annotated[
        str,
        Meta(description="The page for people that says the same, where a refusal can be objected to. Whoever has "
             "its address sees it.", extra_json_schema={"format": "uri"}),
    ]  # fmt: skip
    decided: Instant | UnsetType = UNSET
    outcome: Outcome | UnsetType = UNSET


class Listed(msgspec.Struct):
    """The flagger's notices, the newest first."""

    notices: Annotated[list[ShownNotice], Meta(max_length=PAGE)]
    before: Annotated[
        int | None, Meta(description="What to ask with next, as `before`; null at the end.")
    ]


class Me(msgspec.Struct):
    """Whose key it is."""

    name: str
    country: str
    categories: list[str]
    until: Instant | None


class Fault(msgspec.Struct):
    """One thing that is wrong with what was sent."""

    detail: str
    pointer: Annotated[str, Meta(description="Where, as RFC 6901 writes it, `#` first.")]


class Problem(msgspec.Struct):
    """A problem document. Source: RFC 9457."""

    type: Annotated[
        str, Meta(description="Which problem it is; programs go by this.", extra_json_schema={"format": "uri"})
    ]
    title: str
    status: int
    detail: str | UnsetType = UNSET
    errors: list[Fault] | UnsetType = UNSET
    wait_s: Annotated[int | UnsetType, Meta(description="Seconds until it may be tried again.")] = UNSET
