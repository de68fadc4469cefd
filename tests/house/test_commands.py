"""The commands: each has help, answers JSON when asked, and asks the running server or the database itself."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.kit.clock import FakeClock

from chappe import control
from chappe.base import Refusal
from chappe.commands.frame import COMMANDS, run
from chappe.control import Control, Hands
from chappe.datadir import open_data_dir
from chappe.store import open_sqlite

LINKS = {"start": "http://localhost:8443/", "network": "https://192.0.2.1:8443/"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([name, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.slow
def test_the_overview_names_them_all() -> None:
    text = subprocess.run([sys.executable, "-m", "chappe", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(name in text for name in COMMANDS)


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    """What a command answers as JSON, with its exit code."""
    code = run([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_who_reads_only_the_beginning_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as nobody, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", nobody)
        assert run(["methods"]) == 0
    assert capsys.readouterr().err == ""


def test_doctor_finds_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, findings = told(["doctor", "--data", str(tmp_path / "none"), "--set", "port=0"], capsys)
    assert code == 0
    assert {"python", "open files", "port", "tls"} <= {one["what"] for one in findings}
    tmp_path.chmod(0o755)
    code, findings = told(["doctor", "--data", str(tmp_path), "--set", "port=0"], capsys)
    assert code == 1
    assert any(one["what"] == "data folder" and one["state"] == "bad" for one in findings)


@pytest.mark.slow
def test_without_a_server_the_database_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "data")]
    code, refused = told(["users", *data], capsys)
    assert code == 1
    assert "is no data folder" in refused["refused"]
    assert not (tmp_path / "data").exists()
    open_data_dir(tmp_path / "data", os.urandom)
    code, links = told(["operators", *data, "--link", "--set", "public_host=chat.example.org"], capsys)
    assert code == 0
    assert links["network"].startswith("https://chat.example.org:8443/operator/")
    code, invite = told(["invite", *data], capsys)
    assert code == 0
    assert "/invite/" in invite["link"]
    assert invite["phone"].startswith("888")
    assert told(["operators", *data], capsys) == (0, [])
    assert told(["users", *data], capsys) == (0, [])
    assert told(["operators", *data, "--link", "nobody"], capsys) == (1, {"refused": "operator_unknown"})


async def test_with_a_server_it_is_asked_over_its_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long name " * 12)
    folder.mkdir()
    assert await control.ask(folder, {"act": "operators"}) is None
    database = open_sqlite(folder / "x.sqlite", FakeClock())
    asked = Control(folder, Hands(database, os.urandom, LINKS))
    await asked.open()
    try:
        assert (folder / control.SOCKET).stat().st_mode & 0o777 == 0o600
        assert await control.ask(folder, {"act": "operators"}) == []
        with pytest.raises(Refusal, match="control_act_unknown"):
            await control.ask(folder, {"act": "sing"})
        with control.short(folder) as short:
            reader, writer = await asyncio.open_unix_connection(f"{short}/{control.SOCKET}")
        writer.write(b"nonsense\n[1]\n")
        assert json.loads(await reader.readline()) == {"refused": "control_line_broken"}
        assert json.loads(await reader.readline()) == {"refused": "control_act_unknown"}
        writer.close()
    finally:
        await asked.close()
        await database.close()
    assert not (folder / control.SOCKET).exists()
