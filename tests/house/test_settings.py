"""Every setting has a type, a default, a meaning, a row in the documentation."""

import os
from dataclasses import fields
from pathlib import Path

import pytest

from chappe import config as settings
from chappe.commands.settings import PAGE, page
from chappe.config import Config, ConfigError, load
from chappe.net.limits import Limits

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_declaration_says() -> None:
    assert (ROOT / PAGE).read_text() == page(), "run `make docs`"


@pytest.mark.parametrize("row", settings.settings(), ids=lambda row: row.name)
def test_every_setting_is_declared_whole(row: "settings.dataclasses.Field[object]") -> None:
    meaning = row.metadata["meaning"]
    assert meaning.endswith("."), "a meaning is a sentence"
    assert f"| `{row.name}` |" in (ROOT / PAGE).read_text()
    assert not any(word in row.name for word in ("password", "token")) or row.metadata["secret"]
    given = getattr(load({}), row.name)
    if isinstance(given, bool):
        return
    text = ",".join(map(str, given)) if isinstance(given, tuple) else str(given)
    assert getattr(load({settings.PREFIX + row.name.upper(): text}), row.name) == given


def test_limits_of_net_are_settings() -> None:
    assert {one.name for one in fields(Limits)} <= {one.name for one in fields(Config)}


def test_the_later_place_wins(tmp_path: Path) -> None:
    file = tmp_path / "chappe.toml"
    file.write_text('port = 1\nserver_name = "From file"\nproxy_nets = ["10.0.0.0/8"]\n')
    environ = {"CHAPPE_PORT": "2", "CHAPPE_CONFIG": str(file), "HOME": "/"}
    config = load(environ, overrides={"dc": "4"})
    assert (config.port, config.server_name, config.dc) == (2, "From file", 4)
    assert [str(net) for net in config.proxy_nets] == ["10.0.0.0/8"]
    assert load(environ, overrides={"port": "3"}).port == 3


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "x", "port 'x': must be a whole number"),
        ("PORT", "70000", "must be at most 65535"),
        ("TLS", "maybe", "must be one of auto, own, off"),
        ("TEST_MODE", "perhaps", "must be on or off"),
        ("PROXY_NETS", "10.0.0.0/40", "10.0.0.0/40"),
        ("HANDSHAKE_TIMEOUT_S", "nan", "must be a number"),
        ("SERVER_NAME", "a\nb", "must be one line"),
        ("PROT", "1", "there is no setting CHAPPE_PROT; did you mean port?"),
        ("TLS_CERT", "x.pem", "go together"),
        ("DATABASE", "mysql://x", "must begin with postgresql://"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load({f"CHAPPE_{name}": value})
    assert words in str(caught.value)


def test_secrets_are_shown_nowhere() -> None:
    config = load({"CHAPPE_SMTP_URL": "smtp://u:hunter2@h", "CHAPPE_SMS_WEBHOOK_SECRET": "hunter2"})
    assert "hunter2" not in f"{settings.shown(config)} {config}"
    with pytest.raises(ConfigError) as caught:
        load({"CHAPPE_DATABASE": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "chappe.toml"
    for text in ("port = ", "prot = 1", "port = [1]"):
        file.write_text(text)
        with pytest.raises(ConfigError, match=r"chappe\.toml"):
            load({}, file)
    with pytest.raises(ConfigError, match="cannot be read"):
        load({}, tmp_path / "missing.toml")


def test_the_environment_of_the_tests_sets_nothing() -> None:
    assert not [name for name in os.environ if name.startswith(settings.PREFIX)]
