"""What needs no worker: the type of a file by its first bytes, and how a waveform is packed."""

import pytest
from tests.media.samples import unpacked

from chappe.media.sniff import mime_type
from chappe.media.sounds import packed


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x20ftyp3gp5", "video/3gpp"),
        (b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x86\x81\x01webm", "video/webm"),
        (b"OggS\0\x02", "audio/ogg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"  <!DOCTYPE HTML>", "text/html"),
        (b"<?xml version='1.0'?><svg>", "image/svg+xml"),
        ("grüße".encode(), "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"\xff", "application/octet-stream"),
    ],
)
def test_a_type_is_known_by_content(head: bytes, found: str) -> None:
    assert mime_type(head) == found


def test_packing_is_what_clients_unpack() -> None:
    values = [index % 32 for index in range(100)]
    assert len(packed(values)) == 63
    assert unpacked(packed(values)) == values
