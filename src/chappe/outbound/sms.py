"""SMS and calls through a webhook: whoever can send one, or read it to a telephone, gets a signed JSON request."""

import hashlib
import hmac

import msgspec

from chappe.base import Clock
from chappe.outbound.channel import Parcel, Undelivered

TIMEOUT_S = 10.0
LONGEST_WAIT_S = 3600
SIGNATURE = "X-Chappe-Signature"


def signature(secret: bytes, date: int, body: bytes) -> str:
    """The value of the signature header: a receiver computes it again and refuses old dates.

    Shape: `t=<date>,v1=<hex HMAC-SHA256 of "<date>." and the body>`.
    """
    code = hmac.new(secret, b"%d." % date + body, hashlib.sha256).hexdigest()
    return f"t={date},v1={code}"


class SmsChannel:
    """Posts `{"id", "phone", "text"}` for each letter; any 2xx answer means it is on its way."""

    def __init__(self, url: str, secret: bytes, clock: Clock, timeout_s: float = TIMEOUT_S, kind: str = "sms") -> None:
        import httpx  # not above: few servers send SMS, and all would start a tenth of a second later

        self.kind = kind
        self._url = url
        self._secret = secret
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=timeout_s, follow_redirects=False, trust_env=False)

    def said(self, parcel: Parcel) -> dict[str, object]:
        """What the webhook gets."""
        return {"id": parcel.outbox_id, "phone": parcel.address, "text": parcel.message.text}

    async def deliver(self, parcel: Parcel) -> None:
        """The webhook has answered 2xx.

        Errors: Undelivered; final for a 4xx other than 401, 403, 404, 408, 425 and 429, which a change at the other
        side may mend.
        """
        import httpx

        body = msgspec.json.encode(self.said(parcel))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"{parcel.outbox_id}.{parcel.date}",
            SIGNATURE: signature(self._secret, int(self._clock.now()), body),
        }
        try:
            async with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                status, wait = answer.status_code, answer.headers.get("Retry-After", "")
        except httpx.TimeoutException:
            raise Undelivered("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise Undelivered("unreachable") from None
        if 200 <= status < 300:
            return
        final = 400 <= status < 500 and status not in (401, 403, 404, 408, 425, 429)
        wait_s = min(int(wait), LONGEST_WAIT_S) if wait.isascii() and wait.isdigit() else 0
        raise Undelivered(f"http_{status}", final=final, wait_s=wait_s)

    async def close(self) -> None:
        """Connections to the webhook are closed."""
        await self._client.aclose()


class VoiceChannel(SmsChannel):
    """Posts `{"id", "phone", "text", "lang", "acknowledge"}`: who answers hears the text, and a key takes the page.

    The caller posts to `acknowledge` when a key was pressed. Shape: the letter's subject is language and address.
    """

    def __init__(self, url: str, secret: bytes, clock: Clock, timeout_s: float = TIMEOUT_S) -> None:
        super().__init__(url, secret, clock, timeout_s, "voice")

    def said(self, parcel: Parcel) -> dict[str, object]:
        """What the webhook gets."""
        lang, _, link = parcel.message.subject.partition(" ")
        return {**super().said(parcel), "lang": lang, "acknowledge": link}
