"""The secret, split so that any k of n people have it together and fewer have nothing: SLIP-39, 33 words a sheet.

Source: slip/39
The splitting itself is Trezor's `shamir-mnemonic`. What is ours: telling people which sheet and which word is wrong.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORDLIST

from chappe.recovery.errors import RecoveryError
from chappe.recovery.identity import SECRET_BYTES, Identity

WORDS = 33
TRUSTEES_MOST = 16
NEEDED_LEAST = 2
LETTERS = 4
"""So many letters tell every word of the list from every other."""
_BY_START = {word[:LETTERS]: word for word in WORDLIST}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person's part; worth nothing without the others. Its repr does not show the words."""

    no: int
    of: int
    needed: int
    trustee: str
    words: tuple[str, ...]

    def __repr__(self) -> str:
        """Without the words."""
        return f"Sheet({self.no} of {self.of}, {self.trustee})"


def split(identity: Identity, needed: int, trustees: Sequence[str]) -> list[Sheet]:
    """A sheet for each of them; any `needed` give the identity back.

    Errors: RecoveryError for numbers that make no sense, or a name twice.
    """
    if not NEEDED_LEAST <= needed <= len(trustees) <= TRUSTEES_MOST:
        raise RecoveryError(
            f"between {NEEDED_LEAST} sheets and as many as there are people must be needed, and at most "
            f"{TRUSTEES_MOST} people can keep one: {needed} of {len(trustees)} makes no sense"
        )
    if len({name.casefold().strip() for name in trustees}) != len(trustees) or not all(map(str.strip, trustees)):
        raise RecoveryError("every person who keeps a sheet needs a name of their own")
    (made,) = generate_mnemonics(1, [(needed, len(trustees))], identity.secret)
    return [
        Sheet(no, len(trustees), needed, name, tuple(words.split()))
        for no, (name, words) in enumerate(zip(trustees, made, strict=True), 1)
    ]


def combine(written: Sequence[str]) -> Identity:
    """The identity that enough sheets give, as people type them: four letters of a word are enough.

    Errors: RecoveryError: which sheet has a wrong word, how many more are needed, which was made with others.
    """
    shares = [_share(no, text) for no, text in enumerate(written, 1)]
    if not shares:
        raise RecoveryError("no sheet was given")
    first = shares[0]
    for no, share in enumerate(shares, 1):
        if share.common_parameters() != first.common_parameters():
            raise RecoveryError(f"sheet {no} was not made together with sheet 1: one of them belongs to older kits")
        same = next((other for other in range(no - 1) if shares[other].index == share.index), None)
        if same is not None:
            raise RecoveryError(f"sheet {no} is the same as sheet {same + 1}: each person's sheet counts once")
    needed = first.member_threshold
    if len(shares) < needed:
        raise RecoveryError(
            f"{needed} sheets are needed, {len(shares)} {'was' if len(shares) == 1 else 'were'} given: "
            f"{needed - len(shares)} more, from other people"
        )
    try:
        secret = combine_mnemonics([share.mnemonic() for share in shares[:needed]])
    except MnemonicError as error:
        raise RecoveryError(f"the sheets do not fit together: {error}") from error
    if len(secret) != SECRET_BYTES:
        raise RecoveryError("these sheets hold something else than a recovery kit of Chappe")
    return Identity(secret)


def needed_by(written: str) -> int:
    """How many sheets this one needs, itself among them. Errors: RecoveryError."""
    return int(_share(1, written).member_threshold)


def _share(no: int, written: str) -> Share:
    words = [_word(no, at, given) for at, given in enumerate(_typed(written), 1)]
    if len(words) != WORDS:
        raise RecoveryError(f"sheet {no} has {len(words)} words; a sheet has {WORDS}")
    try:
        return Share.from_mnemonic(" ".join(words))
    except MnemonicError as error:
        raise RecoveryError(
            f"sheet {no}: a word is in the wrong place or another than on paper (its check does not come out)"
        ) from error


def _typed(written: str) -> list[str]:
    """The words, without the numbers that may stand before them."""
    return [word for word in written.replace(".", " ").lower().split() if not word.isdecimal()]


def _word(no: int, at: int, given: str) -> str:
    found: str | None = _BY_START.get(given[:LETTERS])
    if found is not None and found.startswith(given):
        return found
    near = difflib.get_close_matches(given, WORDLIST, 1, 0.5)
    hint = f"; {near[0]}?" if near else ""
    raise RecoveryError(f"sheet {no}, word {at}: {given!r} is no word of the list{hint}")
