"""What holds for every command: its help, its options, and a command line that names none."""

from __future__ import annotations

import re

import pytest

import archspec
from archspec.cli import COMMANDS
from tests.cli.processes import process
from tests.cli.running import run

READ_A_SPEC = ["shapes", "check", "build", "export"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_has_an_example(command: str, option: str) -> None:
    result = run(command, option)
    assert (result.exit_code, result.stderr) == (0, "")
    assert " ".join(result.stdout.split()).endswith(f" Example: {COMMANDS[command]}")
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_quiet_and_without_colour(command: str) -> None:
    text = run(command, "--help").stdout
    assert {"--quiet", "--no-color", "-q"} <= set(re.findall(r"--?[a-z-]+", text))


@pytest.mark.parametrize("command", READ_A_SPEC)
def test_every_command_that_reads_a_spec_takes_its_input_and_params(command: str) -> None:
    assert {"--input", "--set", "--root"} <= set(re.findall(r"--[a-z]+", run(command, "--help").stdout))


@pytest.mark.parametrize("command", READ_A_SPEC)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope.yaml"], "there is no file nope.yaml"),
        ([""], "a SPEC is empty: name a file, or - for standard input"),
        (["-", "--set", "n=3"], "the spec has no param n (the spec has no params)"),
        (["-", "--root", "nope"], "--root is a folder, and nope is none"),
    ],
)
def test_a_wrong_command_line_is_status_2(command: str, arguments: list[str], message: str) -> None:
    to = ["-o", "net.py"] if command == "export" else []
    result = run(command, *arguments, *to, stdin="input: 8\nmodel: [ReLU]\n")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {message}\n")


def test_the_overview_names_every_command() -> None:
    text = run("--help").stdout
    assert re.findall(r"(?m)^  ([a-z]+)  ", text) == list(COMMANDS)
    assert "..." not in text.partition("Commands:")[2], "what a command does is said in a line"


def test_no_command_is_a_wrong_command_line_and_shows_the_overview() -> None:
    result = run()
    assert result.exit_code == 2
    assert "Usage: archspec" in result.stdout + result.stderr


def test_version() -> None:
    assert run("--version").stdout == f"archspec {archspec.__version__}\n"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("chek", "there is no command chek (did you mean check?)"),
        ("frobnicate", f"there is no command frobnicate (the commands are {', '.join(COMMANDS)})"),
    ],
)
def test_a_command_that_is_none(command: str, message: str) -> None:
    result = run(command)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {message}\n")


def test_python_m_archspec_is_the_same_program() -> None:
    result = process("--version")
    assert (result.returncode, result.stdout) == (0, f"archspec {archspec.__version__}\n")
