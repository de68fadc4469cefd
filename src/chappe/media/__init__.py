"""Decoding, thumbnails, hashes, letters and link previews, each in a separate, limited process.

Comes in: files (handed over as open descriptors), bytes, addresses of web pages.
Goes out: plain records (`PhotoResult`, `VideoResult`, `AudioResult`, `ThumbResult`, `Preview`) or a refusal.
Must never import Pillow or PyAV in the server's own process, build a path from what people send,
or connect to an address that is not public. Files that run in the worker alone say so in line one.
"""

from chappe.media.addresses import may_reach
from chappe.media.limits import DECODE, HASH, PAPER, PREVIEW, Limits, Reach
from chappe.media.preview import Previewer
from chappe.media.process import HashProcess, MediaProcess, PaperProcess, Source
from chappe.media.results import (
    AudioResult,
    Enclosure,
    HashResult,
    LetterResult,
    PaperResult,
    PhotoResult,
    Preview,
    Print,
    SealResult,
    Size,
    ThumbResult,
    VideoResult,
)

__all__ = [
    "DECODE",
    "HASH",
    "PAPER",
    "PREVIEW",
    "AudioResult",
    "Enclosure",
    "HashProcess",
    "HashResult",
    "LetterResult",
    "Limits",
    "MediaProcess",
    "PaperProcess",
    "PaperResult",
    "PhotoResult",
    "Preview",
    "Previewer",
    "Print",
    "Reach",
    "SealResult",
    "Size",
    "Source",
    "ThumbResult",
    "VideoResult",
    "may_reach",
]
