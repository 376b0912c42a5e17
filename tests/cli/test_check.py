"""archspec check: formats, exit statuses, which specs are meant, what goes to which stream, and --fix."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
from typer.testing import Result

from tests.cli.processes import COMMAND, TIMEOUT, on_terminal, process
from tests.cli.running import run
from tests.cli.sarif import SCHEMA

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="terminals, modes and devices of POSIX")

RIGHT = "input: 8\nmodel: [ReLU]\n"
WRONG = "input: 8\nmodel: [ReLu]\n"
WARNS = "input: 8\nparams: {n: 3}\nmodel: [ReLU]\n"
BLOCKS = "blocks:\n  Pair: {body: [{Linear: 4}, ReLU]}\n"
NO_MISTAKES = "1 spec checked: no mistakes\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a spec of each sort."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("right", RIGHT), ("wrong", WRONG), ("warns", WARNS), ("blocks", BLOCKS)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def said(result: Result) -> list[str]:
    """Every diagnostic of a run with --format concise."""
    return result.stdout.splitlines()


def checked(*arguments: object) -> int:
    return int(json.loads(run("check", *arguments, "--format", "json").stdout)["checked"])


# formats


class TestFormats:
    @pytest.fixture
    def inception(self, folder: Path) -> int:
        """specs/inception_mnist.yaml with the wrong size of the interface's example. Returns the line."""
        text = (ROOT / "specs" / "inception_mnist.yaml").read_text()
        text = re.sub(r"(?m)^  fc: .*$", "  fc: {Linear: {in_features: 1440, out_features: 10}}", text)
        (folder / "specs").mkdir()
        (folder / "specs" / "inception_mnist.yaml").write_text(text)
        return next(i for i, line in enumerate(text.splitlines(), 1) if line.startswith("  fc:"))

    def test_text(self, inception: int) -> None:
        result = run("check", "specs/inception_mnist.yaml")
        assert result.stdout == dedent(
            f"""\
            error[linear-in-features]: Linear gets 1408 features, not 1440
               ┌─ specs/inception_mnist.yaml:{inception}:30
               │
            {inception - 1} │   flatten: Flatten
               │            ^^^^^^^ makes 1408 features: 88 x 4 x 4 flattened
            {inception} │   fc: {{Linear: {{in_features: 1440, out_features: 10}}}}
               │                              ^^^^ declared here
               │
               = module: fc
               = help: write 1408, or leave in_features out and it is inferred
            """
        )
        assert (result.exit_code, result.stderr) == (1, "1 spec checked: 1 error\n")

    def test_json_is_the_interfaces_example(self, inception: int) -> None:
        result = run("check", "specs/inception_mnist.yaml", "--format", "json")
        file = "specs/inception_mnist.yaml"
        declared = {"file": file, "line": inception, "column": 30, "end_line": inception, "end_column": 34}
        flatten = {"file": file, "line": inception - 1, "column": 12, "end_line": inception - 1, "end_column": 19}
        expected = {
            "version": 1,
            "diagnostics": [
                {
                    "rule": "linear-in-features",
                    "severity": "error",
                    "message": "Linear gets 1408 features, not 1440",
                    **declared,
                    "module": "fc",
                    "help": "write 1408, or leave in_features out and it is inferred",
                    "notes": [{"message": "makes 1408 features: 88 x 4 x 4 flattened", **flatten}],
                    "fix": {"description": "write 1408", "edits": [{**declared, "text": "1408"}]},
                }
            ],
            "checked": 1,
        }
        assert json.dumps(json.loads(result.stdout)) == json.dumps(expected), "the keys and their order, too"
        assert (result.exit_code, result.stderr) == (1, "")

    def test_concise(self, inception: int) -> None:
        result = run("check", "specs", "--format", "concise")
        message = "error[linear-in-features] Linear gets 1408 features, not 1440"
        assert result.stdout == f"specs/inception_mnist.yaml:{inception}:30: {message}\n"
        assert (result.exit_code, result.stderr) == (1, "")

    def test_github(self, inception: int) -> None:
        result = run("check", "specs", "--format", "github")
        assert result.stdout == (
            f"::error file=specs/inception_mnist.yaml,line={inception},endLine={inception},col=30,endColumn=34,"
            f"title=linear-in-features::specs/inception_mnist.yaml:{inception}:30: "
            "Linear gets 1408 features, not 1440%0Awrite 1408, or leave in_features out and it is inferred\n"
        )
        assert (result.exit_code, result.stderr) == (1, "")

    def test_sarif(self, inception: int) -> None:
        result = run("check", "specs", "--format", "sarif")
        (found,) = self.log(result)["runs"][0]["results"]
        region = {"startLine": inception, "startColumn": 30, "endLine": inception, "endColumn": 34}
        assert (found["ruleId"], found["level"]) == ("linear-in-features", "error")
        assert found["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "specs/inception_mnist.yaml"},
            "region": region,
        }
        assert found["fixes"][0]["artifactChanges"][0]["replacements"] == [
            {"deletedRegion": region, "insertedContent": {"text": "1408"}}
        ]
        assert (result.exit_code, result.stderr) == (1, "")

    @pytest.mark.parametrize(
        "arguments",
        [["right.yaml"], ["wrong.yaml"], ["warns.yaml"], ["."], ["empty.yaml"], ["a b%.yaml"], ["/dev/null"]],
        ids=lambda arguments: arguments[0],
    )
    def test_sarif_is_valid(self, folder: Path, arguments: list[str]) -> None:
        (folder / "empty.yaml").write_text("")
        (folder / "a b%.yaml").write_text("input: 8\nmodel: [Flaten, {Linar: [4, 4]}, {from: x, concat: []}]\n")
        self.log(run("check", *arguments, "--format", "sarif"))

    def log(self, result: Result) -> Any:
        log = json.loads(result.stdout)
        jsonschema.Draft202012Validator(SCHEMA).validate(log)
        assert log["$schema"].endswith("sarif-schema-2.1.0.json")
        return log

    def test_schema_of_the_tests_is_one_and_refuses(self) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"version": "2.1.0", "runs": [{"tool": {"driver": {}}, "results": []}]}, SCHEMA)

    @pytest.mark.parametrize(
        ("format", "output"),
        [
            ("text", ""),
            ("concise", ""),
            ("github", ""),
            ("json", '{\n "version": 1,\n "diagnostics": [],\n "checked": 1\n}\n'),
        ],
    )
    def test_nothing_wrong(self, format: str, output: str) -> None:
        result = run("check", "right.yaml", "--format", format)
        assert (result.exit_code, result.stdout) == (0, output)
        assert result.stderr == (NO_MISTAKES if format == "text" else "")


# exit statuses


STATUSES = {
    "a right spec": (["right.yaml"], 0),
    "a file that only offers blocks": (["blocks.yaml"], 0),
    "a warning": (["warns.yaml"], 0),
    "a wrong spec": (["wrong.yaml"], 1),
    "a wrong spec beside a right one": (["right.yaml", "wrong.yaml"], 1),
    "a file that is not YAML": (["broken.yaml"], 1),
    "an empty file": (["empty.yaml"], 1),
    "a device": (["/dev/null"], 1),
    "an input that does not fit": (["image.yaml", "--input", "3x2x2"], 1),
    "a value that does not fit": (["warns.yaml", "--set", "n=1 +"], 1),
    "a spec that does not exist": (["nope.yaml"], 2),
    "one that does not exist beside a wrong one": (["wrong.yaml", "nope.yaml"], 2),
    "a path through a file": (["right.yaml/x.yaml"], 2),
    "no spec": ([], 2),
    "a spec without a name": ([""], 2),
    "a folder without specs": (["hollow"], 2),
    "an unknown option": (["right.yaml", "--fxi"], 2),
    "an unknown format": (["right.yaml", "--format", "xml"], 2),
    "an unknown param": (["warns.yaml", "--set", "m=4"], 2),
    "a param without a value": (["warns.yaml", "--set", "n"], 2),
    "a value without a param": (["warns.yaml", "--set", "=4"], 2),
    "an unknown input": (["right.yaml", "--input", "image=8"], 2),
    "an input that is no shape": (["right.yaml", "--input", "3x"], 2),
    "a root that is no folder": (["right.yaml", "--root", "right.yaml"], 2),
    "a root that is not there": (["right.yaml", "--root", "nope"], 2),
    "layers of no module": (["right.yaml", "--layers", "no.such.module"], 2),
    "fixing standard input": (["-", "--fix"], 2),
}


@pytest.mark.parametrize(("arguments", "status"), STATUSES.values(), ids=STATUSES)
def test_exit_status(folder: Path, arguments: list[str], status: int) -> None:
    (folder / "broken.yaml").write_text("model: [ReLU\n")
    (folder / "empty.yaml").write_text("")
    (folder / "image.yaml").write_text("input: 3x8x8\nmodel: [{Conv2d: {out_channels: 2, kernel_size: 5}}]\n")
    (folder / "hollow").mkdir()
    result = run("check", *arguments)
    assert result.exit_code == status
    if status == 2:
        assert result.stdout == ""
        assert result.stderr.count("rror: ") == 1


MESSAGES = {
    "nope.yaml": "there is no file nope.yaml",
    "rigth.yaml": "there is no file rigth.yaml (did you mean right.yaml?)",
    "": "a SPEC is empty: name a file, or - for standard input",
    "hollow": "there is no .yaml file in hollow",
    "warns.yaml --set m=4": "the spec has no param m (the params are n)",
    "net.yaml --set clases=4": "the spec has no param clases (did you mean classes?)",
    "right.yaml --set n=4": "the spec has no param n (the spec has no params)",
    "right.yaml warns.yaml --set n=4": "right.yaml: the spec has no param n (the spec has no params)",
    "warns.yaml --set n": "--set is name=value, as --set classes=100, not n",
    "right.yaml --input 3x": "'3x' is not a shape (write the sizes without the batch, as 3x224x224)",
    "right.yaml --input 3x0": "the input 3x0 has a size of 0, and sizes start at 1",
    "right.yaml --input image=8": "the spec has no input image (the inputs are input)",
    "two.yaml --input 8": "the spec has several inputs: left, right (say which: left=...)",
    "two.yaml --input letf=8": "the spec has no input letf (did you mean left?)",
    "right.yaml --input a=8 --input 8": "--input is name=value, as --input image=3x224x224, not 8",
    "right.yaml --format xml": "--format is one of text, concise, json, github, sarif, not xml",
    "right.yaml --root nope": "--root is a folder, and nope is none",
    "- --fix": "--fix edits files, and standard input is none",
}


@pytest.mark.parametrize(("command", "message"), MESSAGES.items())
def test_what_is_wrong_with_the_command_line(folder: Path, command: str, message: str) -> None:
    (folder / "hollow").mkdir()
    (folder / "net.yaml").write_text("input: 8\nparams: {classes: 10, depth: 2}\nmodel: [Linear: classes]\n")
    (folder / "two.yaml").write_text("input: {left: 8, right: 8}\nmodel: [{add: [{from: left}, {from: right}]}]\n")
    result = run("check", *(command.split() or [""]))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {message}\n"


def test_a_command_that_is_misspelt() -> None:
    result = run("chek", "right.yaml")
    assert (result.exit_code, result.stderr) == (2, "error: there is no command chek (did you mean check?)\n")


@pytest.mark.parametrize("arguments", [["--set", "n=4"], ["--set", "n = 2 + 2"], ["--input", "16"], []])
def test_what_fits_is_no_mistake(folder: Path, arguments: list[str]) -> None:
    (folder / "fits.yaml").write_text("input: 8\nparams: {n: 3}\nmodel: [Linear: n]\n")
    assert run("check", "fits.yaml", *arguments).exit_code == 0


def test_several_inputs(folder: Path) -> None:
    (folder / "two.yaml").write_text("input: {left: 8, right: 8}\nmodel: [{add: [{from: left}, {from: right}]}]\n")
    assert run("check", "two.yaml", "--input", "left=4", "--input", "right=4").exit_code == 0
    result = run("check", "two.yaml", "--input", "left=4", "--format", "concise")
    assert (result.exit_code, [line.split()[1] for line in said(result)]) == (1, ["error[add-shapes]"])


# which specs


class TestFolders:
    @pytest.fixture(autouse=True)
    def tree(self, folder: Path) -> Path:
        tree = folder / "tree"
        for name in ("b.yaml", "a.yml", "sub/deep/c.yaml", ".d.yaml", ".git/e.yaml", "sub/.f/g.yaml", "h.txt", "yaml"):
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(WRONG)
        (tree / "folder.yaml").mkdir()
        return tree

    SPECS = ("tree/a.yml", "tree/b.yaml", "tree/sub/deep/c.yaml")

    def files(self, *arguments: object) -> list[str]:
        return [line.partition(":")[0] for line in said(run("check", *arguments, "--format", "concise"))]

    def test_yaml_and_yml_of_all_its_folders_but_no_hidden_ones(self) -> None:
        assert self.files("tree") == list(self.SPECS)
        assert checked("tree") == 3

    def test_a_folder_that_is_hidden_itself_is_searched_when_it_is_named(self) -> None:
        assert self.files("tree/.git") == ["tree/.git/e.yaml"]

    @pytest.mark.parametrize(
        "arguments", [["tree", "tree"], ["tree", "tree/b.yaml"], ["tree/", "./tree"], ["tree", "tree/sub"]]
    )
    def test_what_is_named_twice_is_checked_once(self, arguments: list[str]) -> None:
        assert self.files(*arguments) == list(self.SPECS)
        assert checked(*arguments) == 3

    def test_the_working_directory(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tree)
        assert self.files(".") == ["a.yml", "b.yaml", "sub/deep/c.yaml"]

    @posix
    def test_links_that_lead_round_in_a_circle(self, tree: Path) -> None:
        (tree / "sub" / "up").symlink_to(tree, target_is_directory=True)
        assert checked("tree") == 3

    @posix
    def test_a_link_that_leads_nowhere_is_no_spec(self, tree: Path) -> None:
        (tree / "gone.yaml").symlink_to(tree / "nothing")
        assert checked("tree") == 3

    def test_files_and_folders_in_the_order_in_which_they_are_named(self) -> None:
        assert self.files("wrong.yaml", "tree") == ["wrong.yaml", *self.SPECS]
        assert self.files("tree", "wrong.yaml") == [*self.SPECS, "wrong.yaml"]


def test_files_are_called_as_they_were_named(folder: Path) -> None:
    for name in ("wrong.yaml", "./wrong.yaml", str(folder / "wrong.yaml")):
        (line,) = said(run("check", name, "--format", "concise"))
        assert line.startswith(f"{name}:2:9: error[unknown-kind]")


def test_an_imported_file_is_called_relative_to_the_working_directory(folder: Path) -> None:
    nets = folder / "nets"
    nets.mkdir()
    (nets / "lib.yaml").write_text("blocks:\n  Pair: {body: [{Linear: {in_features: 3, out_features: 4}}]}\n")
    (nets / "net.yaml").write_text("import: lib.yaml\ninput: 8\nmodel: [Pair]\n")
    (line,) = said(run("check", folder / "nets" / "net.yaml", "--format", "concise"))
    assert line.startswith("nets/lib.yaml:2:40: error[linear-in-features]")


class TestStandardInput:
    def test_right(self) -> None:
        result = run("check", "-", stdin=RIGHT)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", NO_MISTAKES)

    def test_wrong(self) -> None:
        result = run("check", "-", "--format", "concise", stdin=WRONG)
        assert result.exit_code == 1
        assert said(result) == ["<stdin>:2:9: error[unknown-kind] there is no kind 'ReLu'"]

    def test_beside_a_file(self) -> None:
        result = run("check", "wrong.yaml", "-", "--format", "concise", stdin=WRONG)
        assert [line.partition(":")[0] for line in said(result)] == ["wrong.yaml", "<stdin>"]

    def test_imports_from_the_working_directory(self) -> None:
        assert run("check", "-", stdin="import: blocks.yaml\ninput: 8\nmodel: [Pair]\n").exit_code == 0

    def test_nothing(self) -> None:
        assert "error[yaml-empty]: the text is empty\n" in run("check", "-", stdin="").stdout

    @posix
    def test_without_end(self) -> None:
        """It is read up to the longest text that a spec may have, and no further."""
        endless = subprocess.Popen(["yes", "# ReLU"], stdout=subprocess.PIPE)
        result = process("check", "-", "--format", "concise", stdin=endless.stdout)
        assert endless.stdout is not None
        endless.stdout.close()
        endless.wait(TIMEOUT)
        assert result.returncode == 1
        assert result.stdout == "<stdin>:1:1: error[yaml-bounds] the text is longer than 16 MiB\n"


def test_root_widens_where_a_spec_may_reach(folder: Path) -> None:
    nets = folder / "nets"
    nets.mkdir()
    (nets / "net.yaml").write_text("import: ../blocks.yaml\ninput: 8\nmodel: [Pair]\n")
    result = run("check", "nets/net.yaml", "--format", "concise")
    assert said(result) == ["nets/net.yaml:1:9: error[path-refused] ../blocks.yaml is outside the folder of the spec"]
    assert run("check", "nets/net.yaml", "--root", ".").exit_code == 0
    assert run("check", "nets/net.yaml", "--root", "nets").exit_code == 1


# files that cannot be read


@contextmanager
def unprivileged() -> Iterator[None]:
    """As a user whom permissions bind: the superuser may read everything."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@posix
class TestPermissions:
    @pytest.fixture(autouse=True)
    def place(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """A folder that everyone may enter, with one that nobody may; commands are loaded before rights are lost."""
        run("check", "wrong.yaml", "--fix")
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            place.chmod(0o755)
            (place / "closed").mkdir()
            for path in ("right.yaml", "secret.yaml", "closed/net.yaml"):
                (place / path).write_text(RIGHT)
            (place / "user.yaml").write_text("extends: secret.yaml\n")
            (place / "wrong.yml").write_text(WRONG)
            (place / "secret.yaml").chmod(0)
            (place / "closed").chmod(0)
            monkeypatch.chdir(place)
            yield place
            (place / "closed").chmod(0o755)

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["secret.yaml"], ["secret.yaml:1:1: error[file-unreadable] secret.yaml cannot be read"]),
            (["user.yaml"], ["user.yaml:1:10: error[file-unreadable] secret.yaml cannot be read"]),
            (["closed"], ["closed:1:1: error[file-unreadable] closed cannot be read"]),
            (["closed/net.yaml"], ["closed/net.yaml:1:1: error[file-unreadable] closed/net.yaml cannot be read"]),
            (
                ["."],
                [
                    "closed:1:1: error[file-unreadable] closed cannot be read",
                    "secret.yaml:1:1: error[file-unreadable] secret.yaml cannot be read",
                    "user.yaml:1:10: error[file-unreadable] secret.yaml cannot be read",
                    "wrong.yml:2:9: error[unknown-kind] there is no kind 'ReLu'",
                ],
            ),
        ],
        ids=lambda value: value[0] if len(value) == 1 else "",
    )
    def test_what_may_not_be_read_is_told_and_the_rest_checked(self, arguments: list[str], expected: list[str]) -> None:
        with unprivileged():
            result = run("check", *arguments, "--format", "concise")
        assert result.exit_code == 1
        assert [line.removesuffix(": permission denied") for line in said(result)] == expected

    @pytest.mark.parametrize("closed", ["wrong.yml", "."])
    def test_fix_where_nothing_may_be_written(self, place: Path, closed: str) -> None:
        (place / closed).chmod(0o555)
        with unprivileged():
            result = run("check", "wrong.yml", "--fix")
        place.chmod(0o755)
        assert result.exit_code == 1
        first, second, *_ = result.stderr.splitlines()
        assert re.fullmatch(r"error: wrong\.yml cannot be written: .+", first)
        assert second == "not fixed: wrong.yml:2:9: unknown-kind: wrong.yml cannot be written"
        assert (place / "wrong.yml").read_text() == WRONG
        assert sorted(path.name for path in place.iterdir()) == [
            "closed", "right.yaml", "secret.yaml", "user.yaml", "wrong.yml",
        ]  # fmt: skip


# streams and colours


def test_warnings_do_not_change_the_exit_status_and_quiet_leaves_them_out() -> None:
    result = run("check", "warns.yaml")
    assert result.exit_code == 0
    assert result.stdout.startswith("warning[unused-param]: ")
    assert result.stderr == "1 spec checked: 1 warning\n"
    result = run("check", "warns.yaml", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("format", "warned", "failed"),
    [
        (
            "text",
            "warning[unused-param]: nothing reads the param n\n",
            "error[unused-param]: nothing reads the param n\n",
        ),
        ("concise", "warns.yaml:2:10: warning[unused-param] nothing", "warns.yaml:2:10: error[unused-param] nothing"),
        ("json", '"severity": "warning"', '"severity": "error"'),
        ("github", "::warning file=warns.yaml,line=2", "::error file=warns.yaml,line=2"),
        ("sarif", '"level": "warning"', '"level": "error"'),
    ],
)
def test_strict_takes_warnings_for_errors_in_every_format(format: str, warned: str, failed: str) -> None:
    lenient = run("check", "warns.yaml", "--format", format)
    strict = run("check", "warns.yaml", "--format", format, "--strict")
    assert (lenient.exit_code, strict.exit_code) == (0, 1)
    assert warned in lenient.stdout
    assert failed in strict.stdout
    assert warned not in strict.stdout
    assert run("check", "warns.yaml", "--format", format, "--strict", "--quiet").stdout == strict.stdout


def test_strict_accepts_what_a_comment_allows(folder: Path) -> None:
    (folder / "warns.yaml").write_text(WARNS.replace("3}", "3}  # allow: unused-param"))
    result = run("check", "warns.yaml", "right.yaml", "--strict")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "2 specs checked: no mistakes\n")


def test_strict_and_fix_leave_a_warning_that_has_no_edit(folder: Path) -> None:
    (folder / "warns.yaml").write_text(WARNS.replace("ReLU", "ReLu"))
    result = run("check", "warns.yaml", "--strict", "--fix")
    assert (folder / "warns.yaml").read_text() == WARNS
    assert result.exit_code == 1
    assert result.stdout.startswith("error[unused-param]: ")


def test_quiet_leaves_errors() -> None:
    result = run("check", "wrong.yaml", "warns.yaml", "-q", "--format", "concise")
    assert (result.exit_code, len(said(result)), result.stderr) == (1, 1, "")


@pytest.mark.parametrize(
    ("specs", "summary"),
    [
        (["right.yaml", "blocks.yaml"], "2 specs checked: no mistakes"),
        (["wrong.yaml"], "1 spec checked: 1 error"),
        (["right.yaml", "wrong.yaml", "warns.yaml"], "3 specs checked: 1 error, 1 warning"),
    ],
)
def test_the_summary_is_no_result(specs: list[str], summary: str) -> None:
    result = run("check", *specs)
    assert result.stderr == f"{summary}\n"
    assert "checked" not in result.stdout


@posix
class TestTerminal:
    ESCAPE = "\x1b["

    def test_colours_on_a_terminal(self) -> None:
        seen = on_terminal("check", "wrong.yaml")
        assert seen.startswith("\x1b[1;31merror[unknown-kind]\x1b[0m")
        assert re.sub(r"\x1b\[[\d;]*m", "", seen) == run("check", "wrong.yaml").stdout

    def test_none_where_they_are_not_wanted(self) -> None:
        plain = run("check", "wrong.yaml").stdout
        assert on_terminal("check", "wrong.yaml", "--no-color") == plain
        assert on_terminal("check", "wrong.yaml", NO_COLOR="1") == plain

    @pytest.mark.parametrize("format", ["concise", "json", "github", "sarif"])
    def test_formats_for_programs_have_none(self, format: str) -> None:
        assert self.ESCAPE not in on_terminal("check", "wrong.yaml", "--format", format)

    def test_none_in_a_pipe(self) -> None:
        assert self.ESCAPE not in process("check", "wrong.yaml").stdout


@posix
class TestPipes:
    @pytest.mark.parametrize("arguments", [["check", "wrong.yaml"], ["shapes", "right.yaml"]])
    def test_nobody_reads_on(self, arguments: list[str]) -> None:
        """As under `| head -0`: no complaint."""
        reader, writer = os.pipe()
        os.close(reader)
        result = process(*arguments, stdout=writer)
        os.close(writer)
        assert (result.returncode, result.stderr) == (1, "")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
    @pytest.mark.parametrize("arguments", [["check", "wrong.yaml"], ["shapes", "right.yaml"]])
    def test_output_that_cannot_be_written(self, arguments: list[str]) -> None:
        with open("/dev/full", "w") as full:
            result = process(*arguments, stdout=full)
        assert (result.returncode, result.stderr) == (1, "error: standard output: No space left on device\n")

    @pytest.mark.parametrize("redirection", ["<&-", ">&-", "2>&-"])
    def test_a_stream_that_is_closed(self, redirection: str) -> None:
        command = f'"$@" {redirection}'
        result = subprocess.run(
            ["sh", "-c", command, "sh", *COMMAND, "check", "wrong.yaml"],
            capture_output=True, text=True, timeout=TIMEOUT, check=False,
        )  # fmt: skip
        assert result.returncode == 1
        assert "Traceback" not in result.stdout + result.stderr


@posix
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_what_the_output_cannot_encode_is_escaped(folder: Path, encoding: str) -> None:
    (folder / os.fsdecode(b"wrong\xff.yaml")).write_text(WRONG)
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    for format in ("text", "concise", "github", "json", "sarif"):
        result = process("check", ".", "--format", format, env=environment, encoding=encoding)
        assert (result.returncode, "Traceback" in result.stderr) == (1, False)
        assert "there is no kind 'ReLu'" in result.stdout


def test_text_of_a_spec_does_not_steer_the_terminal(folder: Path) -> None:
    (folder / "evil.yaml").write_text('input: 8\nmodel: ["\\e[2J\\u202e"]\n')
    for format in ("text", "concise", "github", "json", "sarif"):
        output = run("check", "evil.yaml", "--format", format).stdout
        assert all(line.isprintable() for line in output.split("\n"))


# --fix


class TestFix:
    def test_it_mends_says_so_and_checks_again(self, folder: Path) -> None:
        result = run("check", "wrong.yaml", "--fix")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"fixed 1 mistake in wrong.yaml\n{NO_MISTAKES}"
        assert (folder / "wrong.yaml").read_text() == RIGHT

    def test_what_remains_is_printed(self, folder: Path) -> None:
        (folder / "both.yaml").write_text("input: 8\nmodel: [ReLu, Frobnicate]\n")
        result = run("check", "both.yaml", "right.yaml", "--fix", "--format", "concise")
        assert result.exit_code == 1
        assert said(result) == ["both.yaml:2:15: error[unknown-kind] there is no kind 'Frobnicate'"]
        assert result.stderr == (
            "fixed 1 mistake in both.yaml\nnot fixed: both.yaml:2:15: unknown-kind: no one edit is certain\n"
        )

    def test_nothing_to_mend(self) -> None:
        result = run("check", "right.yaml", "--fix")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", NO_MISTAKES)

    def test_quiet(self, folder: Path) -> None:
        result = run("check", "wrong.yaml", "--fix", "--quiet")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        assert (folder / "wrong.yaml").read_text() == RIGHT

    def test_json_is_what_remains(self, folder: Path) -> None:
        result = run("check", "wrong.yaml", "--fix", "--format", "json")
        assert json.loads(result.stdout) == {"version": 1, "diagnostics": [], "checked": 1}
        assert result.stderr == "fixed 1 mistake in wrong.yaml\n"
        assert (folder / "wrong.yaml").read_text() == RIGHT

    def test_a_folder(self, folder: Path) -> None:
        (folder / "wrong2.yml").write_text("input: 8\nmodel: [ReLu, Tahn]\n")
        result = run("check", ".", "--fix", "-q")
        assert result.exit_code == 0
        assert (folder / "wrong2.yml").read_text() == "input: 8\nmodel: [ReLU, Tanh]\n"

    @pytest.fixture
    def library(self, folder: Path) -> Path:
        path = folder / "lib.yaml"
        path.write_text("blocks:\n  Head: {body: [{Linear: {in_features: 5, out_features: 1}}]}\n")
        (folder / "eight.yaml").write_text("input: 8\nimport: lib.yaml\nmodel: [Head]\n")
        (folder / "nine.yaml").write_text("input: 9\nimport: lib.yaml\nmodel: [Head]\n")
        return path

    def test_a_file_that_is_not_named_is_not_edited(self, library: Path) -> None:
        before = library.read_text()
        result = run("check", "eight.yaml", "--fix", "--format", "concise")
        assert result.exit_code == 1
        assert said(result) == ["lib.yaml:2:40: error[linear-in-features] Linear gets 8 features, not 5"]
        assert result.stderr == (
            "not fixed: lib.yaml:2:40: linear-in-features: lib.yaml is not named on the command line\n"
        )
        assert library.read_text() == before
        assert run("check", "eight.yaml", "lib.yaml", "--fix").exit_code == 0

    def test_an_edit_that_breaks_another_spec_is_not_made(self, library: Path) -> None:
        before = library.read_text()
        result = run("check", ".", "--fix", "-q", "--format", "concise")
        assert (result.exit_code, result.stderr) == (1, "")
        result = run("check", ".", "--fix", "--format", "concise")
        assert result.stderr == "not fixed: lib.yaml:2:40: linear-in-features: nine.yaml needs another size\n"
        assert library.read_text() == before

    @pytest.mark.parametrize(
        ("text", "arguments", "left"),
        [
            (
                "input: 8\nparams: {n: 4}\nmodel: [Linear: n, Linear: {in_features: 4, out_features: 2}]\n",
                ["--set", "n=6"],
                ["it follows from --set"],
            ),
            (
                "input: 8\nparams: {n: int}\nmodel: [Linear: n, Linear: {in_features: 4, out_features: 2}]\n",
                ["--set", "n=6"],
                ["it follows from --set"],
            ),
            (
                "input: 8\nmodel: [Linear: {in_features: 8, out_features: 2}]\n",
                ["--input", "9"],
                ["it follows from --input"],
            ),
            (
                "input: 8\nparams: {n: 4}\nmodel: [Linear: n, Linear: {in_features: 5, out_features: n}, ReLu]\n",
                ["--input", "9", "--set", "n=6"],
                ["it follows from --input and --set"],
            ),
            ("input: 8\nparams: {n: int}\nmodel: [Linear: {in_features: 7, out_features: n}]\n", ["--set", "n=6"], []),
        ],
    )
    def test_what_follows_from_the_command_line_is_no_edit(
        self, folder: Path, text: str, arguments: list[str], left: list[str]
    ) -> None:
        (folder / "net.yaml").write_text(text)
        result = run("check", "net.yaml", *arguments, "--fix")
        reasons = [line.rpartition(": ")[2] for line in result.stderr.splitlines() if line.startswith("not fixed")]
        assert reasons == left
        after = text.replace("ReLu", "ReLU") if left else text.replace("in_features: 7", "in_features: 8")
        assert (folder / "net.yaml").read_text() == after
        assert ("leave it out, and it is inferred from what enters" in result.stdout) == bool(left)

    def test_a_mistake_of_the_command_line_is_no_edit(self, folder: Path) -> None:
        (folder / "net.yaml").write_text("input: 8\nparams: {act: ReLU}\nmodel: [act]\n")
        result = run("check", "net.yaml", "--set", "act=ReLu", "--fix", "--format", "concise")
        assert result.exit_code == 1
        assert result.stderr == "not fixed: --set act:1:1: expression-name: it follows from --set\n"
        assert (folder / "net.yaml").read_text() == "input: 8\nparams: {act: ReLU}\nmodel: [act]\n"
