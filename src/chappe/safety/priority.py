"""Which case is seen to first: harm, reach and time as one number that needs no counting anew.

Source: dsa/16(6)
A case's place is the moment it came in, moved forward by what it is: a step of harm counts like a month of waiting, so
that a case of the worst kind comes before all others and none waits for ever.
"""

from chappe.domain import categories

DAY_S = 86_400
HARM_STEP_S = 30 * DAY_S
REACH_STEP_S = 2 * DAY_S
NOTICES_STEP_S = DAY_S
FLAGGED_S = 15 * DAY_S
TIME_S = {5: 3600, 4: DAY_S, 3: 3 * DAY_S, 2: 7 * DAY_S, 1: 14 * DAY_S}
"""By when a case of each harm shall be decided."""


def priority(category: str, keyword: str, reach: int) -> int:
    """Harm and reach in one number. Shape: tens are the harm, 1 to 5; ones the digits of the reach, 0 to 9."""
    return categories.harm(category, keyword) * 10 + min(9, len(str(max(reach, 1))) - 1)


def place(priority: int, notices: int, received_at: int, *, flagged: bool) -> int:
    """Where the case stands in a queue; the lowest is seen to first."""
    harm, reach = divmod(priority, 10)
    ahead = harm * HARM_STEP_S + reach * REACH_STEP_S + min(10, notices.bit_length()) * NOTICES_STEP_S
    return received_at - ahead - (FLAGGED_S if flagged else 0)


def due(priority: int, received_at: int) -> int:
    """By when it shall be decided."""
    return received_at + TIME_S[priority // 10]
