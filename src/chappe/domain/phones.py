"""Phone numbers: what is one, test numbers, anonymous numbers.

Source: method/auth.sendCode, api/auth#test-accounts
Shape: everywhere inside, a number is its digits with the country code and without a plus.
"""

import re

import phonenumbers

from chappe.base.errors import Invalid

_DIGITS = re.compile(r"[0-9]{5,15}")
_DECORATION = str.maketrans("", "", " +-().\u00a0\u2011")
_TEST = re.compile(r"99966([0-9])[0-9]{4,8}")
_ANONYMOUS = re.compile(r"888[0-9]{8}")
ANONYMOUS_PREFIX = "888"
CODE_LENGTH = 5


def normalise(text: str, *, test_mode: bool = False) -> str:
    """The number's digits.

    Shape: a number that exists by its country's plan, a test number (test mode only) or an anonymous one.
    Errors: Invalid phone_number_invalid.
    """
    digits = text.translate(_DECORATION)
    if not _DIGITS.fullmatch(digits):
        raise Invalid("phone_number_invalid")
    if (test_mode and is_test(digits)) or is_anonymous(digits) or _exists(digits):
        return digits
    raise Invalid("phone_number_invalid")


def is_test(digits: str) -> bool:
    """True for 99966X…, 10 to 14 digits in all, which nobody can own."""
    return _TEST.fullmatch(digits) is not None


def test_code(digits: str) -> str:
    """The login code of a test number: its sixth digit five times."""
    return digits[5] * CODE_LENGTH


def is_anonymous(digits: str) -> bool:
    """True for +888 and eight digits: a number that an invite gives, reachable by no telephone."""
    return _ANONYMOUS.fullmatch(digits) is not None


def country(digits: str) -> str:
    """The two-letter country of the number, empty when it has none."""
    try:
        found = phonenumbers.region_code_for_number(phonenumbers.parse("+" + digits)) or ""
    except phonenumbers.NumberParseException:
        return ""
    return found if found.isalpha() else ""  # 001 is the region of numbers that belong to no country


def _exists(digits: str) -> bool:
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) and str(number.country_code) + _national(number) == digits


def _national(number: phonenumbers.PhoneNumber) -> str:
    """The part after the country code, with Italy's leading zeros."""
    return phonenumbers.national_significant_number(number)
