"""archspec check: every mistake of any number of specs, and the certain edits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from archspec.cli.common import (
    STDIN,
    USAGE_RULES,
    WRONG_SPEC,
    InputOption,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    StrictOption,
    choose,
    open_source,
    read_inputs,
    read_params,
    root_of,
    sentence,
    usage_error,
    wants_color,
)
from archspec.cli.finding import Found, find
from archspec.cli.streams import put, say

if TYPE_CHECKING:
    from archspec.checking import Checked, Mended, Target
    from archspec.elaborate.given import Input


def check(
    specs: Annotated[
        list[str], typer.Argument(metavar="SPEC", help="Specs, folders of them, or -.", show_default=False)
    ],
    fix: Annotated[
        bool, typer.Option("--fix", help="Make the edits that are certain, in the files named here.")
    ] = False,
    input: InputOption = None,
    set: SetOption = None,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, concise, json, github or sarif.")
    ] = "text",
    root: RootOption = None,
    layers: LayersOption = None,
    strict: StrictOption = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Find every mistake, and what to write instead.

    Each is shown at its file, line and column. `archspec explain RULE` tells more about the rule in its brackets.
    """
    from archspec.diagnostics.model import as_errors
    from archspec.report.diagnostics import FORMATS, render

    choose(format, FORMATS)
    if fix and STDIN in specs:
        usage_error("--fix edits files, and standard input is none")
    named = find(specs)
    checked, unwritten = _run(named, input, set, root, fix=fix, quiet=quiet)
    found = as_errors(checked.diagnostics) if strict else checked.diagnostics
    found = tuple(d for d in found if not (quiet and d.severity == "warning"))
    color = wants_color(sys.stdout.isatty(), no_color)
    put(render(found, format, checked=len(named.specs), color=color), color=color)
    failed = sum(d.severity == "error" for d in found)
    if format == "text" and not quiet:
        _say_result(failed, len(found) - failed, len(named.specs))
    if failed or unwritten:
        raise typer.Exit(WRONG_SPEC)


def _run(
    named: Found, input: list[str] | None, set: list[str] | None, root: Path | None, *, fix: bool, quiet: bool
) -> tuple[Checked, bool]:
    """What is wrong, and whether a file could not be written."""
    from archspec import checking
    from archspec.diagnostics import SpecError

    given, params = read_inputs(input), read_params(set)
    targets = []
    unread = list(named.unread)
    for spec in named.specs:
        try:
            targets.append(checking.Target(open_source(spec), root_of(spec, root)))
        except SpecError as error:
            unread.extend(error.diagnostics)
    checked = checking.check(targets, given, params)
    if any(d.rule in USAGE_RULES for d in checked.diagnostics):
        _refuse(targets, given, params)
    unwritten = False
    if fix:
        mended = checking.fix(targets, checked, given, params)
        _say_fixed(mended, quiet=quiet)
        checked, unwritten = mended.checked, bool(mended.failed)
    return checking.Checked((*unread, *checked.diagnostics)), unwritten


def _refuse(targets: list[Target], given: Input | None, params: dict[str, str]) -> NoReturn:
    """Say which of the specs the command line does not suit."""
    from archspec import checking
    from archspec.diagnostics.printable import printable

    for target in targets:
        for diagnostic in checking.check([target], given, params).diagnostics:
            if diagnostic.rule in USAGE_RULES:
                usage_error((f"{printable(target.source.name)}: " if len(targets) > 1 else "") + sentence(diagnostic))
    raise AssertionError("one of the specs is refused")


def _say_fixed(mended: Mended, *, quiet: bool) -> None:
    """What was mended where, which files could not be written, and why each mistake that remains does."""
    from archspec.diagnostics.printable import printable

    for error in mended.failed:
        say(f"error: {printable(error.filename)} cannot be written: {error.strerror or error}")
    if quiet:
        return
    for name, count in mended.written.items():
        say(f"fixed {_count(count, 'mistake')} in {printable(name)}")
    for left, reason in mended.left:
        place = f"{printable(left.span.file)}:{left.span.line}:{left.span.column}"
        say(f"not fixed: {place}: {left.rule}: {printable(reason)}")


def _say_result(errors: int, warnings: int, checked: int) -> None:
    counts = [_count(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    say(f"{_count(checked, 'spec')} checked: {', '.join(counts) or 'no mistakes'}")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
