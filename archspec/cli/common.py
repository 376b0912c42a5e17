"""What the commands share: reading a spec, saying what is wrong with it, exit statuses."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from archspec.cli.streams import say

if TYPE_CHECKING:
    from archspec.api import Analysis
    from archspec.diagnostics import Diagnostic, SourceFile
    from archspec.document import Document
    from archspec.elaborate.given import Input
    from archspec.graph import Graph
    from archspec.sizes import Sizes

STDIN = "-"
WRONG_SPEC = 1
WRONG_USAGE = 2
USAGE_RULES = ("override-param", "override-input")

SpecArgument = Annotated[
    str, typer.Argument(metavar="SPEC", help="A spec, or - for standard input.", show_default=False)
]
InputOption = Annotated[
    list[str] | None,
    typer.Option(
        "--input", metavar="SHAPE", help="Instead of the spec's input: 1x224x224, or name=SHAPE.", show_default=False
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Instead of the spec's param; the value is an expression.",
        show_default=False,
    ),
]
DepthOption = Annotated[
    int | None,
    typer.Option(
        "--depth",
        metavar="N",
        min=1,
        help="Roll up what lies deeper; 1: a row for each child. JSON has every layer.",
        show_default=False,
    ),
]
RootOption = Annotated[
    Path | None,
    typer.Option("--root", metavar="DIR", help="Let extends and import reach all of this folder.", show_default=False),
]
LayersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--layers",
        metavar="MODULE",
        callback=lambda modules: load_layers(modules),
        help="Know the layers of this installed Python module, too.",
        show_default=False,
    ),
]
"""Needs no more than to stand among the options of a command."""
StrictOption = Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print no warnings and no remarks.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="Print no colours (so does NO_COLOR).")]


def usage_error(message: str) -> NoReturn:
    """The command line is wrong."""
    say(*f"error: {message}".split("\n"))
    raise typer.Exit(WRONG_USAGE)


def sentence(diagnostic: Diagnostic) -> str:
    """A mistake of the command line."""
    from archspec.diagnostics.printable import printable

    return printable(diagnostic.message + (f" ({diagnostic.help})" if diagnostic.help else ""))


def choose(format: str, formats: Iterable[str]) -> str:
    if format not in formats:
        usage_error(f"--format is one of {', '.join(formats)}, not {format}")
    return format


def open_source(spec: str) -> SourceFile:
    """The text of SPEC. One that does not exist is a mistake of the command line."""
    from archspec.diagnostics import SpecError
    from archspec.source import MAX_BYTES, decode, read

    if not spec:
        usage_error("a SPEC is empty: name a file, or - for standard input")
    try:
        if spec == STDIN:
            return decode(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
        return read(Path(spec), spec)
    except SpecError as error:
        if error.diagnostics[0].rule == "file-not-found":
            usage_error(sentence(error.diagnostics[0]))
        raise


def root_of(spec: str, root: Path | None) -> Path:
    """The folder that a spec may read other files from."""
    if root is not None:
        if not os.path.isdir(root):
            usage_error(f"--root is a folder, and {root} is none")
        return root
    return Path.cwd() if spec == STDIN else Path(os.path.realpath(spec)).parent


def read_inputs(given: list[str] | None) -> Input | None:
    """`--input 1x224x224`, or `--input image=3x224x224 --input tokens=128`."""
    if not given:
        return None
    if len(given) == 1 and "=" not in given[0]:
        return given[0].strip()
    pairs = [_pair(text, "--input", "image=3x224x224") for text in given]
    return dict(pairs)


def read_params(given: list[str] | None) -> dict[str, str]:
    """The params, whose values are expressions."""
    from archspec.elaborate.given import Written

    pairs = (_pair(text, "--set", "classes=100") for text in given or [])
    return {name: Written(value) for name, value in pairs}


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        usage_error(f"{option} is name=value, as {option} {example}, not {text}")
    return name.strip(), value.strip()


def load_layers(modules: list[str] | None) -> list[str] | None:
    """Make the layers of these modules kinds. A module that has none is a mistake of the command line."""
    if modules:
        from archspec.layers.plugins import PluginError, load_module

        for module in modules:
            try:
                load_module(module)
            except PluginError as error:
                usage_error(f"--layers {module}: {error}")
    return modules


def examine(
    spec: str,
    inputs: list[str] | None,
    sets: list[str] | None,
    root: Path | None,
    *,
    several: bool = False,
    letters: bool = False,
) -> Analysis:
    """Everything about SPEC; where it is one of several, an option that does not suit it is refused by its name."""
    from archspec import api
    from archspec.diagnostics import SpecError
    from archspec.diagnostics.printable import printable

    given, params = read_inputs(inputs), read_params(sets)
    folder = root_of(spec, root)
    try:
        source = open_source(spec)
    except SpecError as error:
        return api.Analysis(None, None, error.diagnostics)
    analysis = api.examine(source, folder, input=given, params=params, letters=letters)
    for diagnostic in analysis.diagnostics:
        if diagnostic.rule in USAGE_RULES:
            usage_error((f"{printable(spec)}: " if several else "") + sentence(diagnostic))
    return analysis


def survey(
    spec: str, inputs: list[str] | None, sets: list[str] | None, root: Path | None
) -> tuple[Analysis, Sizes | None]:
    """Which inputs SPEC takes, and everything about it with one of them."""
    from archspec import api
    from archspec.diagnostics import SpecError

    given, params = read_inputs(inputs), read_params(sets)
    folder = root_of(spec, root)
    try:
        source = open_source(spec)
    except SpecError as error:
        return api.Analysis(None, None, error.diagnostics), None
    analysis, sizes = api.survey(source, folder, input=given, params=params)
    for diagnostic in analysis.diagnostics:
        if diagnostic.rule in USAGE_RULES:
            usage_error(sentence(diagnostic))
    return analysis, sizes


def read_graph(
    spec: str,
    inputs: list[str] | None,
    sets: list[str] | None,
    root: Path | None,
    *,
    quiet: bool,
    no_color: bool,
    letters: bool = False,
    strict: bool = False,
) -> Graph:
    """The graph of SPEC; where it is wrong, every mistake on standard error and exit status 1."""
    return read_spec(spec, inputs, sets, root, quiet=quiet, no_color=no_color, strict=strict, letters=letters)[0]


def read_spec(
    spec: str,
    inputs: list[str] | None,
    sets: list[str] | None,
    root: Path | None,
    *,
    quiet: bool,
    no_color: bool,
    letters: bool = False,
    strict: bool = False,
) -> tuple[Graph, Document]:
    """The graph of SPEC as `read_graph` gives it, and the document that it is of."""
    analysis = examine(spec, inputs, sets, root, letters=letters)
    refuse(analysis.diagnostics, quiet=quiet, no_color=no_color, strict=strict)
    if analysis.graph is None:
        say(f"error: {spec} only offers blocks: it has no model")
        raise typer.Exit(WRONG_SPEC)
    assert analysis.document is not None
    return analysis.graph, analysis.document


def refuse(diagnostics: Iterable[Diagnostic], *, quiet: bool, no_color: bool, strict: bool) -> None:
    """Print diagnostics, and end where one is an error; `strict` takes warnings for errors."""
    from archspec.diagnostics.model import as_errors

    found = as_errors(diagnostics) if strict else tuple(diagnostics)
    show([d for d in found if not (quiet and d.severity == "warning")], no_color=no_color)
    if any(d.severity == "error" for d in found):
        raise typer.Exit(WRONG_SPEC)


def show(diagnostics: Iterable[Diagnostic], *, no_color: bool) -> None:
    """Print diagnostics on standard error, as a person reads them."""
    found = list(diagnostics)
    if found:
        from archspec.diagnostics.excerpt import render_all

        color = wants_color(sys.stderr.isatty(), no_color)
        typer.echo(render_all(found, color), err=True, color=color)


def wants_color(terminal: bool, no_color: bool) -> bool:
    return terminal and not no_color and not os.environ.get("NO_COLOR")


def terminal_width() -> int:
    """Columns of the terminal, 80 where there is none."""
    return max(shutil.get_terminal_size((80, 24)).columns, 60)
