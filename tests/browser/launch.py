"""Debian's Chromium, as plays, pictures and figures use it: without a window, reaching this machine alone."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright
from tests.clients import prepare
from tests.kit.server_process import ServerProcess

UNUSED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    # What Playwright leaves out: only the last list counts.
    "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning", "PaintHolding", "MediaRouter",
    "LensOverlay", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "AvoidCorsURLLoaderRestartOnRedirect",
)  # fmt: skip
FLAGS = (
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    # Each window would keep two pages ready for its address bar: a third of all that a person here costs.
    f"--disable-features={','.join(UNUSED)}",
    # A page that asks any other host fails its play.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)


@asynccontextmanager
async def chromium(*more: str, program: Path | None = None) -> AsyncIterator[Browser]:
    """A browser that runs, the whole one unless another program is named; over at the end."""
    # Chromium has no sandbox for root; everybody else keeps it.
    flags = [*FLAGS, *more, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS, *more]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program or prepare.chromium(), args=flags)
        try:
            yield browser
        finally:
            await browser.close()


def base(server: ServerProcess) -> str:
    """Where a browser finds the server: by a name, since passkeys want one; a secure origin even without TLS."""
    return f"http://localhost:{server.port}"
