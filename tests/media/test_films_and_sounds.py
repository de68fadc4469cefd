"""Source: constructor/documentAttributeAudio"""

import io
from pathlib import Path

import pytest
from PIL import Image
from tests.media import samples

from chappe.base import Invalid
from chappe.media import MediaProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_video_tells_what_it_is(media: MediaProcess, tmp_path: Path) -> None:
    path = tmp_path / "clip"
    path.write_bytes(samples.video())
    result = await media.video(path)
    assert (result.mime_type, result.width, result.height) == ("video/mp4", 160, 120)
    assert result.duration_s == pytest.approx(2.0, abs=0.2)
    assert result.has_audio
    assert not result.is_animation
    assert result.codecs == ("h264", "aac")
    assert (result.thumb.type, result.thumb.width, result.thumb.height) == ("m", 160, 120)
    thumb = Image.open(io.BytesIO(result.thumb.jpeg))
    assert thumb.getpixel((20, 60))[0] > 150
    assert result.stripped[:3] == bytes((1, 30, 40))


async def test_a_silent_mp4_and_a_gif_are_animations(media: MediaProcess) -> None:
    assert (await media.video(samples.video(sound=False))).is_animation
    frames = [samples.picture(60, 40, (shade, 0, 0)) for shade in (50, 150, 250)]
    gif = io.BytesIO()
    frames[0].save(gif, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    result = await media.video(gif.getvalue())
    assert result.is_animation
    assert (result.mime_type, result.width, result.height) == ("image/gif", 60, 40)


@pytest.mark.slow
async def test_webm_is_a_video(media: MediaProcess) -> None:
    result = await media.video(samples.video(kind="webm", codec="libvpx"))
    assert (result.mime_type, result.codecs) == ("video/webm", ("vp8", "opus"))
    assert result.duration_s == pytest.approx(2.0, abs=0.2)


async def test_a_voice_note_has_its_waveform(media: MediaProcess) -> None:
    result = await media.audio(samples.sound("ogg", "libopus", seconds=3))
    assert result.is_voice_opus
    assert result.mime_type == "audio/ogg"
    assert result.duration_s == pytest.approx(3.0, abs=0.2)
    assert len(result.waveform) == 63
    wave = samples.unpacked(result.waveform)
    assert len(wave) == 100
    assert wave[0] <= 2
    assert wave[-2] >= 28
    assert sum(wave[50:]) > 2 * sum(wave[:50])


async def test_a_song_has_its_tags_and_no_waveform(media: MediaProcess) -> None:
    song = samples.sound("mp3", "libmp3lame", title="Long  line\n", artist="bob")
    result = await media.audio(song)
    assert (result.title, result.performer) == ("Long line", "bob")
    assert (result.mime_type, result.is_voice_opus, result.waveform) == ("audio/mpeg", False, b"")
    assert result.duration_s == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize(("kind", "codec", "mime"), [("flac", "flac", "audio/flac"), ("wav", "pcm_s16le", "audio/wav")])
async def test_other_sounds(media: MediaProcess, kind: str, codec: str, mime: str) -> None:
    result = await media.audio(samples.sound(kind, codec))
    assert (result.mime_type, result.duration_s) == (mime, pytest.approx(2.0, abs=0.2))


async def test_sound_is_no_video_and_a_picture_no_sound(media: MediaProcess) -> None:
    with pytest.raises(Invalid, match="media_invalid"):
        await media.video(samples.sound("mp3", "libmp3lame"))
    with pytest.raises(Invalid, match="media_invalid"):
        await media.audio(samples.image("PNG"))
    with pytest.raises(Invalid, match="media_invalid"):
        await media.audio(samples.video(sound=False))


async def test_a_playlist_opens_nothing(media: MediaProcess, tmp_path: Path) -> None:
    (tmp_path / "other.ts").write_bytes(b"\x47" * 4096)
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{tmp_path}/other.ts\n#EXT-X-ENDLIST\n"
    for text in (playlist, f"ffconcat version 1.0\nfile {tmp_path}/other.ts\n"):
        assert await media.sniff(text.encode()) == "text/plain"
        with pytest.raises(Invalid, match="media_invalid"):
            await media.video(text.encode())


async def test_an_empty_file_is_refused(media: MediaProcess) -> None:
    with pytest.raises(Invalid, match="file_parts_invalid"):
        await media.sniff(b"")
