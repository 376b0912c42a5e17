"""The registry of rules: every rule that the program names stands in it, with a sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import archspec
from archspec.diagnostics.rules import RULES

REPORTING = {"Diagnostic", "report", "error", "_fail", "_wrong", "_typo"}
"""What takes a rule as its first or second argument."""
RULE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_a_short_name_and_a_sentence(rule: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule)
    assert len(rule) <= 24
    assert re.fullmatch(r"\S.*\S\.", RULES[rule])
    assert RULES[rule][0].isupper()


def test_every_rule_that_is_named_is_registered() -> None:
    named = {rule: place for path in Path(archspec.__file__).parent.rglob("*.py") for rule, place in rules_of(path)}
    assert {rule: place for rule, place in named.items() if rule not in RULES} == {}


def rules_of(path: Path) -> Iterator[tuple[str, str]]:
    """The rules that a module names in plain sight: `rule="..."`, or the first words of what reports a mistake."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        place = f"{path.name}:{node.lineno}"
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = [keyword.value for keyword in node.keywords if keyword.arg == "rule"]
        if name in REPORTING:
            given += node.args[:2]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                keyword = value not in node.args
                if keyword or RULE.fullmatch(value.value):
                    yield value.value, place
