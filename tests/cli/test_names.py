"""Names of networks and files, whatever they hold: no command fails, and none steers a terminal or a program."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import run

NAMES = ["=a\x1b[31m\x9b2J\n::error::x\r\n\t|b`c`\u202e\u2028é網🙂<b>&amp;,;\"'%41{n}$(id)", "\udc80x"]
"""All at once, and a name of bytes that are no text."""
SPEC = (
    "input: 1x8x8\nmodel:\n  conv: {Conv2d: {out_channels: 4, kernel_size: 3}}\n  flat: Flatten\n  fc: {Linear: 10}\n"
)
WRONG = SPEC.replace("Linear: 10", "Linear: {in_features: 7, out_features: 10}")
COMMANDS = [
    *(["shapes", "--format", format] for format in ("table", "json", "csv", "markdown")),
    *(["compare", "--format", format] for format in ("table", "json", "csv", "markdown")),
    *(["check", "--format", format] for format in ("text", "concise", "json", "github", "sarif")),
    ["sizes"],
    ["check", "--fix"],
    ["shapes", "--depth", "0"],
    ["shapes", "--input", "1x2"],
    ["export", "-o", "missing/x.py"],
    ["build", "--weights", "none.pt"],
    ["train", "--data", "mnist", "--data-dir", "none"],
]


@pytest.mark.parametrize("name", NAMES, ids=["characters", "bytes"])
@pytest.mark.parametrize("text", [SPEC, WRONG], ids=["right", "wrong"])
def test_every_command(name: str, text: str, tmp_path: Path) -> None:
    inside = '"x"' if name == NAMES[1] else '"' + "".join(f"\\U{ord(c):08x}" for c in name) + '"'
    path = tmp_path / f"{name}.yaml"
    for command in COMMANDS:
        path.write_text(f"name: {inside}\n{text}", encoding="utf-8")
        result = run(command[0], path, *command[1:])
        assert result.exit_code in (0, 1, 2)
        for output in (result.stdout_bytes, result.stderr_bytes):
            written = output.decode("utf-8")
            assert all(c.isprintable() or c == "\n" for c in written), (command, written)
            assert not any(line.startswith("::error::") for line in written.splitlines()), (command, written)


@pytest.mark.parametrize("name", NAMES, ids=["characters", "bytes"])
def test_words_of_a_wrong_command_line(name: str) -> None:
    commands = [[command, name] for command in ("shapes", "check", "explain", "layers")]
    for words in (*commands, [name], [f"--{name}"], ["shapes", f"--{name}"], ["shapes", "x.yaml", "--depth", name]):
        result = run(*words)
        assert result.exit_code in (0, 1, 2)
        assert all(c.isprintable() or c == "\n" for c in result.stderr), (words, result.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="names of files that are bytes")
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_results_are_utf_8_in_every_locale(encoding: str, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xc3.yaml"
    Path(os.fsdecode(path)).write_text(f"name: 網 é\n{SPEC}", encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": encoding}

    def printed(*arguments: str | bytes) -> str:
        command = [sys.executable, "-m", "archspec", arguments[0], path, *arguments[1:]]
        done = subprocess.run(command, capture_output=True, env=environment, check=True)
        return done.stdout.decode("utf-8")

    assert json.loads(printed("compare", "--format", "json"))["networks"][0]["name"] == "網 é"
    assert next(iter(csv.DictReader(io.StringIO(printed("compare", "--format", "csv")))))["name"] == "網 é"
    assert "網 é" in printed("export", "-o", "-")
