"""Reads texts of 16 MiB, for `tests.forks`: imports no more than that needs, since memory is bounded."""

from __future__ import annotations

from archspec.diagnostics import Diagnostic, SpecError
from archspec.source import MAX_BYTES, decode, parse


def read(expression: str) -> None:
    """Reads the text that a Python expression makes, and prints the rule of the first mistake."""
    data: bytes = eval(expression, {"SIZE": MAX_BYTES}).encode()
    found: tuple[Diagnostic, ...] = ()
    try:
        parse(decode(data, "x.yaml"))
    except SpecError as error:
        found = error.diagnostics
    assert len(found) <= 100
    assert all(len(diagnostic.message) + len(diagnostic.help or "") < 1000 for diagnostic in found)
    print(found[0].rule if found else None)
