"""`archspec check --format`: what stands in golden/, and what each format promises."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostics import Diagnostic, Edit, Fix, Label, SourceFile, Span
from archspec.diagnostics.excerpt import render_all
from archspec.diagnostics.rules import RULES
from archspec.report.diagnostics import FORMATS, render
from tests.diagnostics.cases import CASES
from tests.diagnostics.marked import marked
from tests.golden import Golden

GOLDEN = Path(__file__).parent / "golden"
SUFFIXES = {"text": "txt", "concise": "txt", "github": "txt", "json": "json", "sarif": "json"}

INTERFACE_EXAMPLE = """
{"version": 1,
 "diagnostics": [{"rule": "linear-in-features", "severity": "error", "message": "Linear gets 1408 features, not 1440",
                  "file": "specs/inception_mnist.yaml", "line": 48, "column": 30, "end_line": 48, "end_column": 34,
                  "module": "fc", "help": "write 1408, or leave in_features out and it is inferred",
                  "notes": [{"message": "makes 1408 features: 88 x 4 x 4 flattened",
                             "file": "specs/inception_mnist.yaml", "line": 47, "column": 12,
                             "end_line": 47, "end_column": 19}],
                  "fix": {"description": "write 1408",
                          "edits": [{"file": "specs/inception_mnist.yaml", "line": 48, "column": 30,
                                     "end_line": 48, "end_column": 34, "text": "1408"}]}}],
 "checked": 1}
"""


@pytest.mark.parametrize("format", FORMATS)
def test_golden(format: str, golden: Golden) -> None:
    diagnostics = [CASES[name]() for name in ("language", "warning", "other_files", "control")]
    golden(GOLDEN / f"{format}.{SUFFIXES[format]}", render(diagnostics, format, checked=2))


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_wrong(format: str) -> None:
    text = render([], format, checked=3)
    if format == "json":
        assert json.loads(text) == {"version": 1, "diagnostics": [], "checked": 3}
    elif format == "sarif":
        assert json.loads(text)["runs"][0]["results"] == []
    else:
        assert text == ""


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", CASES)
def test_every_case_in_every_format(name: str, format: str) -> None:
    text = render([CASES[name]()], format, checked=1)
    assert text.endswith("\n")
    assert all(line.isprintable() for line in text.split("\n"))
    if format in ("concise", "github"):
        assert text.count("\n") == 1
    elif format in ("json", "sarif"):
        assert text.isascii()
        json.loads(text)


def test_text_is_the_excerpts() -> None:
    diagnostics = [CASES["bare"](), CASES["language"]()]
    assert render(diagnostics, "text", checked=1, color=True) == render_all(diagnostics, color=True) + "\n"


def test_json_is_the_example_of_the_interface_in_its_order() -> None:
    assert_same_order(json.loads(render([CASES["language"]()], "json", checked=1)), json.loads(INTERFACE_EXAMPLE))


def test_json_says_null_for_what_is_not_there() -> None:
    (diagnostic,) = json.loads(render([CASES["bare"]()], "json", checked=1))["diagnostics"]
    assert (diagnostic["module"], diagnostic["help"], diagnostic["notes"], diagnostic["fix"]) == (None, None, [], None)


def assert_same_order(got: Any, wanted: Any) -> None:
    """Equal, and the keys in the same order."""
    assert json.dumps(got) == json.dumps(wanted)


# GitHub


def test_github_escapes_what_would_end_a_property_or_the_command() -> None:
    name = "50%, a:b\n::set-env.yaml"
    (span,) = marked("«x»", name, Path(name))
    text = render([Diagnostic("shape", "100% wrong\r\n::error::no", span, help="a:b,\nc%")], "github", checked=1)
    assert text == (
        "::error file=50%25%2C a%3Ab%0A%3A%3Aset-env.yaml,line=1,endLine=1,col=1,endColumn=2,title=shape"
        "::50%25, a:b\\n::set-env.yaml:1:1: 100%25 wrong\\r\\n::error::no%0Aa:b,%0Ac%25\n"
    )


def test_github_gives_columns_of_one_line_only() -> None:
    (span,) = marked("«a\nb»", path=Path("spec.yaml"))
    text = render([Diagnostic("shape", "m", span)], "github", checked=1)
    assert text == "::error file=spec.yaml,line=1,endLine=2,title=shape::spec.yaml:1:1: m\n"


def test_github_names_no_file_for_other_texts() -> None:
    (span,) = marked("«a»", "<stdin>")
    text = render([Diagnostic("shape", "m", span, "warning")], "github", checked=1)
    assert text == "::warning title=shape::<stdin>:1:1: m\n"


# SARIF


def sarif(*diagnostics: Diagnostic) -> Any:
    log = json.loads(render(diagnostics, "sarif", checked=1))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    return run


def test_sarif_describes_each_rule_once() -> None:
    run = sarif(CASES["bare"](), CASES["warning"](), CASES["fix_without_help"]())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["unknown-kind", "unused-param"]
    assert [rule["shortDescription"]["text"] for rule in rules] == [RULES["unknown-kind"], RULES["unused-param"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error"]


def test_sarif_counts_code_points() -> None:
    (span,) = marked("🎉🎉: «x»")
    (result,) = sarif(Diagnostic("shape", "m", span))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 6}


def test_sarif_has_the_fix_by_file() -> None:
    a, b = marked("«1» «2»", "a.yaml")
    (c,) = marked("«3»", "b.yaml")
    fix = Fix("write them", (Edit(a, "x"), Edit(c, "z"), Edit(b, "y")))
    (result,) = sarif(Diagnostic("shape", "m", a, fix=fix))["results"]
    (found,) = result["fixes"]
    changes = {
        change["artifactLocation"]["uri"]: [r["insertedContent"]["text"] for r in change["replacements"]]
        for change in found["artifactChanges"]
    }
    assert changes == {"a.yaml": ["x", "y"], "b.yaml": ["z"]}


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("specs/vgg11.yaml", "specs/vgg11.yaml"),
        ("../lib/a b%20#1?.yaml", "../lib/a%20b%2520%231%3F.yaml"),
        ("http:x.yaml", "http%3Ax.yaml"),
        ("网络.yaml", "%E7%BD%91%E7%BB%9C.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
        ("bad\udcff.yaml", "bad%ED%B3%BF.yaml"),
        pytest.param(
            "/tmp/a b:c.yaml",
            "file:///tmp/a%20b:c.yaml",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="an absolute path there begins with a drive"),
        ),
    ],
)
def test_sarif_encodes_uris(name: str, uri: str) -> None:
    (span,) = marked("«x»", name)
    (result,) = sarif(Diagnostic("shape", "m", span, notes=(Label(span, "n"),)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}
    assert re.fullmatch(r"[A-Za-z0-9._~/:%-]+", uri)


def test_text_needs_no_other_format() -> None:
    """Start-up time: the usual format loads nothing that only others need."""
    script = """
import sys
from archspec.diagnostics import Diagnostic, SourceFile, Span
from archspec.report.diagnostics import render
print(render([Diagnostic("shape", "m", Span(SourceFile("f", "x"), 1, 1, 1, 2))], "text", checked=1, color=True))
assert not {"json", "rich", "typer", "yaml", "pydantic"} & set(sys.modules), sorted(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)


def test_span_of_a_source_without_text() -> None:
    source = SourceFile("gone.yaml", "")
    (result,) = sarif(Diagnostic("file-not-found", "m", Span(source, 1, 1, 1, 1)))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
