"""A release can be built again by anybody, byte by byte. Source: requirements/reproducible"""

import hashlib
import io
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from tools import release

GIT = shutil.which("git") is not None and (release.HOUSE / ".git").exists()


def wheel(date: tuple[int, ...] = (2026, 1, 1, 0, 0, 0), rights: int = 0o644, **files: str) -> bytes:
    """A small archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, date)  # type: ignore[arg-type]
            info.external_attr = rights << 16
            made.writestr(info, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (wheel(a="1", b="3"), ["b has other contents"]),
        (wheel(a="1"), ["only one has b"]),
        (wheel((2026, 1, 2, 0, 0, 0), a="1", b="2"), ["a has another date or other rights"]),
        (wheel(rights=0o600, a="1", b="2"), ["a has another date or other rights"]),
        (wheel(b="2", a="1"), ["the order of their files, or how they are packed"]),
    ],
)
def test_where_two_builds_differ_is_said(other: bytes, said: list[str]) -> None:
    assert release.differences(wheel(a="1", b="2"), other)[: len(said)] == said


@pytest.mark.slow
@pytest.mark.skipif(not GIT, reason="what is released is a commit")
def test_the_wheel_of_a_commit_is_the_same_from_two_places(tmp_path: Path) -> None:
    asked = ["git", "log", "-1", "--format=%ct %H"]
    date, commit = subprocess.run(asked, cwd=release.HOUSE, capture_output=True, text=True).stdout.split()
    made = release.release(tmp_path / "dist", client=False, commit=commit)
    digest, name = (tmp_path / "dist" / "SHA256SUMS").read_text().split()
    assert name == made.name and digest == hashlib.sha256(made.read_bytes()).hexdigest()
    names = zipfile.ZipFile(made).namelist()
    assert "chappe/app.py" in names and "chappe_verify/tree.py" in names
    assert zipfile.ZipFile(made).getinfo("chappe/app.py").date_time == time.gmtime(int(date) // 2 * 2)[:6]


@pytest.mark.slow
@pytest.mark.skipif(not GIT, reason="what is released is a commit")
def test_builds_that_differ_are_no_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(place: Path, how: release.Surroundings, *_: object) -> Path:
        made = place / f"{how.environ['PYTHONHASHSEED']}.whl"
        made.write_bytes(wheel(a=made.name))
        return made

    monkeypatch.setattr(release, "_build", build)
    with pytest.raises(release.ReleaseError, match="a has other contents"):
        release.release(tmp_path / "dist", client=False)
    assert not (tmp_path / "dist").exists()
