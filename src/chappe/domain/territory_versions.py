"""Versions of territory profiles as they came into use: one that was published is never another afterwards.

Source: requirements/territory-profiles
"""

from hashlib import sha256

import msgspec

from chappe.base.errors import Conflict
from chappe.domain import journal
from chappe.domain.territory_profiles import Book, Profile, as_data
from chappe.store import Reader, Tx
from chappe.store.queries import territories as rows


def digest(profile: Profile) -> bytes:
    """What tells two profiles apart. Shape: SHA-256."""
    return sha256(msgspec.json.encode(as_data(profile), order="deterministic")).digest()


def publish(tx: Tx, book: Book) -> list[str]:
    """Every version of the book is in use; those that are new, as `fr 2`.

    Errors: Conflict territory_profile_changed, when one of the same number said something else before.
    After: journal profile_published, public, for each new one; a restart writes nothing.
    """
    known = {(territory, version): bytes(sha) for territory, version, sha, _ in rows.versions(tx)}
    new = []
    for profile in (one for versions in book.versions.values() for one in versions):
        key, said = (profile.territory, profile.version), digest(profile)
        if known.get(key, said) != said:
            raise Conflict("territory_profile_changed", what=f"{profile.territory} {profile.version}")
        if key in known:
            continue
        rows.put_version(tx, *key, said)
        country = profile.countries[0] if len(profile.countries) == 1 else ""
        public = journal.Public(
            "profile", country=country, outcome=f"{profile.territory}@{profile.version}", item="territory"
        )
        subject = f"profile:{profile.territory}@{profile.version}"
        journal.record(tx, "profile_published", "server", subject, public, sha256=said.hex())
        new.append(f"{profile.territory} {profile.version}")
    return new


def published(rx: Reader) -> dict[tuple[str, int], int]:
    """(territory, version) → when it came into use here."""
    return {(territory, version): date for territory, version, _, date in rows.versions(rx)}
