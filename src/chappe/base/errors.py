"""The two kinds of failure a room may speak of: a refusal (theirs) and a protocol error."""


class Refusal(Exception):
    """The caller's fault, or a rule's answer; carries a reason and facts, never a wire code.

    Shape: reason is the snake_case of Telegram's error name where there is one
    (`phone_code_invalid`); facts are small values a face may show.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class NotFound(Refusal):
    """The thing does not exist, or the caller may not know that it does."""


class NotAllowed(Refusal):
    """The thing exists and the caller knows it, but may not do this."""


class Invalid(Refusal):
    """The input is malformed or out of its limits."""


class Conflict(Refusal):
    """The state does not admit this act (taken name, repeated act)."""


class TooMany(Refusal):
    """A limit of rate or count; the same call may succeed after `wait_s` seconds."""

    def __init__(self, reason: str, wait_s: int, **facts: object) -> None:
        super().__init__(reason, wait_s=wait_s, **facts)
        self.wait_s = wait_s


class Restricted(Refusal):
    """A decision of the platform stands in the way; `decision` names it."""

    def __init__(self, reason: str, decision: str, **facts: object) -> None:
        super().__init__(reason, decision=decision, **facts)
        self.decision = decision


class ProtocolError(Exception):
    """The peer broke the protocol, or we did; the connection ends with the transport's code.

    Shape: code is the positive transport error code (404 unknown key, 429 flood, 444 bad dc, 400 otherwise).
    """

    def __init__(self, detail: str, code: int = 400) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
