"""Link previews, as the server calls them."""

from pathlib import Path

import msgspec

from chappe.base.errors import Invalid
from chappe.media.limits import PREVIEW, Limits, Reach
from chappe.media.pool import Pool
from chappe.media.results import Preview
from chappe.media.wire import JOB_BYTES, Job

URL_CHARACTERS = 2048


class Previewer(Pool):
    """What web pages say of themselves, fetched by a limited process that reaches public addresses alone."""

    def __init__(self, work_dir: Path, reach: Reach | None = None, limits: Limits = PREVIEW) -> None:
        super().__init__("preview", work_dir, limits, reach)

    async def preview(self, url: str) -> Preview:
        """The preview of the page at this address, redirects followed.

        Source: constructor/webPage
        Errors: webpage_url_invalid (no http address, or one we do not go to), webpage_curl_failed,
        webpage_media_empty (the page says nothing of itself); TooMany media_busy.
        """
        if len(url) > URL_CHARACTERS or len(url.encode("utf-8", "replace")) > JOB_BYTES // 2:
            raise Invalid("webpage_url_invalid", cause="size")
        body = await self.run(Job("preview", text=url), None, "webpage_curl_failed")
        try:
            return msgspec.msgpack.decode(body, type=Preview)
        except msgspec.MsgspecError as error:
            raise Invalid("webpage_curl_failed", cause="crash") from error
