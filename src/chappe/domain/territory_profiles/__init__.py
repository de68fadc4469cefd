"""Territory profiles: what holds in which country, as dated, numbered, public data files.

Comes in: `<territory>/<version>.toml`, shipped or the operator's own. Goes out: a `Book` that answers what holds for
a country on a day: retention, deadlines, languages, what may be looked into, lists of sanctions.
Must never be edited at run time: what changes is a new version.
"""

from chappe.domain.territory_profiles.book import (
    EU,
    GROUPS,
    Book,
    as_data,
    day_of,
    difference,
    expand,
    load,
    named,
    shipped,
)
from chappe.domain.territory_profiles.model import (
    CATEGORIES,
    DEFAULT,
    KEPT,
    UNSAID_SECRECY,
    DataCategory,
    Deadline,
    ListOfNames,
    Profile,
    ProfileError,
    Retention,
    Scope,
    Secrecy,
    read,
)

__all__ = [
    "CATEGORIES",
    "DEFAULT",
    "EU",
    "GROUPS",
    "KEPT",
    "UNSAID_SECRECY",
    "Book",
    "DataCategory",
    "Deadline",
    "ListOfNames",
    "Profile",
    "ProfileError",
    "Retention",
    "Scope",
    "Secrecy",
    "as_data",
    "day_of",
    "difference",
    "expand",
    "load",
    "named",
    "read",
    "shipped",
]
