"""The web client's own tests pass, and its types hold: among them whole secret chats between two browsers in memory.

Source: requirements/web-client
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tools import build_client

LONGEST_S = 600


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("typescript/bin/tsc", "--noEmit"), ("vitest/vitest.mjs", "run")], ids=["types", "units"]
)
def test_they_hold(words: tuple[str, ...], tmp_path: Path) -> None:
    node, _ = build_client.find_node()
    if not (build_client.SOURCE / "node_modules").exists():
        build_client.build(tmp_path / "client")
    command = [str(node), f"node_modules/{words[0]}", *words[1:]]
    quietly = {**os.environ, "NO_COLOR": "1", "CI": "1"}
    how: dict[str, Any] = {"cwd": build_client.SOURCE, "env": quietly, "timeout": LONGEST_S}
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
