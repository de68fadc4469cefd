"""The pages in a real browser: Debian's Chromium, led by Playwright, against a real server. Nothing is mocked."""
