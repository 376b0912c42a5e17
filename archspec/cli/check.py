"""archspec check: every mistake of any number of specs, and the certain edits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archspec.cli.common import (
    STDIN,
    WRONG_SPEC,
    InputOption,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    choose,
    usage_error,
    wants_color,
)

if TYPE_CHECKING:
    from archspec.checking import Checked
    from archspec.diagnostics import Diagnostic


def check(
    specs: Annotated[
        list[str], typer.Argument(metavar="SPEC...", help="Specs, folders of them, or -.", show_default=False)
    ],
    fix: Annotated[
        bool, typer.Option("--fix", help="Make the edits that are certain, in the files named here.")
    ] = False,
    input: InputOption = None,
    set: SetOption = None,
    format: Annotated[str, typer.Option("--format", help="text, concise, json, github or sarif.")] = "text",
    root: RootOption = None,
    layers: LayersOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Find every mistake: its file, line and column, and what to write instead."""
    from archspec.report.diagnostics import FORMATS, render

    choose(format, FORMATS)
    named = _named(specs)
    if fix and STDIN in named:
        usage_error("--fix edits files, and standard input is none")
    checked = _run(named, input, set, root, fix=fix, quiet=quiet)
    found = [d for d in checked.diagnostics if not (quiet and d.severity == "warning")]
    color = wants_color(sys.stdout.isatty(), no_color)
    typer.echo(render(found, format, checked=len(named), color=color), nl=False, color=color)
    failed = sum(d.severity == "error" for d in found)
    if format == "text" and not quiet:
        _say_result(failed, len(found) - failed, len(named))
    if failed:
        raise typer.Exit(WRONG_SPEC)


def _run(
    named: list[str], input: list[str] | None, set: list[str] | None, root: Path | None, *, fix: bool, quiet: bool
) -> Checked:
    from archspec import checking
    from archspec.cli.common import USAGE_RULES, open_source, read_inputs, read_params, root_of, sentence
    from archspec.diagnostics import SpecError

    targets = []
    unread: list[Diagnostic] = []
    for spec in named:
        try:
            targets.append(checking.Target(open_source(spec), root_of(spec, root)))
        except SpecError as error:
            unread.extend(error.diagnostics)
    checked = checking.check(targets, read_inputs(input), read_params(set))
    for diagnostic in checked.diagnostics:
        if diagnostic.rule in USAGE_RULES:
            usage_error(sentence(diagnostic))
    if fix:
        try:
            checked, fixed = checking.fix(targets, checked, read_inputs(input), read_params(set))
        except OSError as error:
            typer.echo(f"error: {error.filename or 'a file'} cannot be written: {error.strerror or error}", err=True)
            raise typer.Exit(WRONG_SPEC) from None
        if not quiet:
            for name, count in fixed.items():
                typer.echo(f"fixed {count} mistake{'s' if count != 1 else ''} in {name}", err=True)
    return checking.Checked((*unread, *checked.diagnostics))


def _named(specs: list[str]) -> list[str]:
    """Every spec that is meant: of a folder the .yaml and .yml files in it and its folders, hidden ones left out."""
    found: dict[str, None] = {}
    for spec in specs:
        path = Path(spec)
        if spec == STDIN or not path.is_dir():
            found[spec] = None
            continue
        inside = [
            file
            for file in sorted(path.rglob("*"))
            if file.suffix in (".yaml", ".yml")
            and file.is_file()
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
        ]
        if not inside:
            usage_error(f"there is no .yaml file in {spec}")
        found.update(dict.fromkeys(map(str, inside)))
    return list(found)


def _say_result(errors: int, warnings: int, checked: int) -> None:
    specs = f"{checked} spec{'s' if checked != 1 else ''}"
    if not errors and not warnings:
        typer.echo(f"{specs} checked: no mistakes", err=True)
        return
    counts = [f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    typer.echo(f"{specs} checked: {', '.join(counts)}", err=True)
