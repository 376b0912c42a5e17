"""What `import archspec` offers: a spec in, a graph, a module or source out."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.diagnostics import Collector, Diagnostic, Edit, SourceFile, Span, SpecError
from archspec.diagnostics.lines import line_bounds
from archspec.diagnostics.suggest import bounded
from archspec.document import Document, load
from archspec.elaborate import SIZE_RULES, elaborate
from archspec.elaborate.given import Input, Overrides, Shape, Written, overrides
from archspec.graph import Graph
from archspec.source import read

if TYPE_CHECKING:
    import torch
    from torch import nn

    from archspec.sizes import Sizes
    from archspec.sizes.trial import Input as Letters

_UNKNOWN = ("unknown-kind", "unknown-key", "expression-name")
"""The rules that a spec breaks where it names a kind that is not known."""


class Source(NamedTuple):
    """The text of a spec. `name` stands in messages; `root` is the folder that it may read other files from."""

    text: str
    name: str = "<text>"
    root: str | os.PathLike[str] | None = None


Spec = str | os.PathLike[str] | Source | Mapping[str, Any]


class Analysis(NamedTuple):
    """All that was found out about a spec, right or wrong."""

    graph: Graph | None
    document: Document | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def failed(self) -> bool:
        return any(d.severity == "error" for d in self.diagnostics)


def analyze(
    spec: Spec,
    *,
    input: Input | None = None,
    params: Mapping[str, Any] | None = None,
    root: str | os.PathLike[str] | None = None,
) -> Graph:
    """The typed graph of a spec: every shape, parameter count and cost, without a tensor and without torch.

    `spec` is a path, a `Source`, or a dict; `input` replaces the spec's input (`(3, 224, 224)`, `"3x224x224"`, or a
    mapping where there are several; with capital letters, `"3xHxW"`, shapes are in them); `params` replaces params, by
    plain values of Python's: a text is text, or the name of a kind where the param holds one; `root` widens where
    `extends` and `import` may reach. Raises SpecError.
    """
    return _graph(spec, input, params, root, letters=True)


def _graph(
    spec: Spec,
    input: Input | None,
    params: Mapping[str, Any] | None,
    root: str | os.PathLike[str] | None,
    *,
    letters: bool = False,
) -> Graph:
    source = open_spec(spec)
    analysis = examine(source, folder_of(spec, root), input=input, params=params, letters=letters)
    if analysis.graph is None:
        raise SpecError(analysis.diagnostics if analysis.failed else [_only_blocks(source)])
    return analysis.graph


def _only_blocks(source: SourceFile) -> Diagnostic:
    message = "the file only offers blocks: it has no model"
    help = "import it into a spec that has one"
    return Diagnostic("document-incomplete", message, Span(source, 1, 1, 1, 1), help=help)


def to_python(
    spec: Spec,
    *,
    input: Input | None = None,
    params: Mapping[str, Any] | None = None,
    root: str | os.PathLike[str] | None = None,
) -> str:
    """The network as PyTorch source that needs archspec no more. Arguments are those of `analyze`; imports no torch."""
    from archspec.codegen import generate

    return generate(_graph(spec, input, params, root))


def build(
    spec: Spec,
    *,
    input: Input | None = None,
    params: Mapping[str, Any] | None = None,
    weights: str | os.PathLike[str] | None = None,
    partial: bool = False,
    device: torch.device | str | int | None = None,
    root: str | os.PathLike[str] | None = None,
) -> nn.Module:
    """The network as an ordinary torch.nn.Module that runs the source of `to_python`, initialized as torch does it.

    `weights` is a .safetensors, .pt or .pth file, which must fit, unless `partial`: then what fits is loaded, and a
    warning says what is left out. So does one of weights that are not finite, or of another sort of number. `device`
    is where the parameters are made. Other arguments are those of `analyze`. Raises SpecError, and WeightsError where
    the weights do not fit.
    """
    graph = _graph(spec, input, params, root)
    from archspec.runtime import module

    net = module.build(graph, params=params, device=device)
    if weights is not None:
        from archspec.runtime.weights import load

        loaded = load(net, weights, partial=partial)
        for title, lines in (("not loaded:", loaded.problems), ("odd weights were loaded:", loaded.remarks)):
            if lines:
                warnings.warn("\n".join([title, *lines]), stacklevel=2)
    return net


def examine(
    source: SourceFile,
    root: Path | None,
    *,
    input: Input | None = None,
    params: Mapping[str, Any] | None = None,
    texts: Mapping[Path, str] | None = None,
    letters: bool = False,
) -> Analysis:
    """Everything about a spec: its graph if it is right, and what is wrong with it. `texts` stand in for files.

    With `letters` an input may be `3xHxW`, and the graph has its shapes in them.

    Only where a kind is unknown are installed packages asked for it, and the spec read again.
    """
    if letters and _has_letters(input):
        return _lettered(source, root, input, params, texts)
    found = _examine(source, root, input, params, texts)
    unknown = _unknown_kinds(found.diagnostics)
    if unknown:
        from archspec.layers import KINDS, plugins

        failed = plugins.load_installed(unknown.values())
        if any(kind in KINDS for kind in unknown.values()):
            found = _examine(source, root, input, params, texts)
            unknown = _unknown_kinds(found.diagnostics)
        diagnostics = tuple(d._replace(help=failed.get(unknown.get(d, ""), d.help)) for d in found.diagnostics)
        found = found._replace(diagnostics=diagnostics)
    if (input is not None or params) and any(d.fix is not None for d in found.diagnostics):
        required = {
            name: _another(value)
            for name, value in (params or {}).items()
            if found.document is not None and name in found.document.params and not found.document.params[name].default
        }
        own = _examine(source, root, input if _has_no_input(found.document) else None, required, texts)
        found = found._replace(diagnostics=_without_fixes_of(found.diagnostics, own.diagnostics, input, params))
    return found


def _has_no_input(document: Document | None) -> bool:
    return document is None or document.inputs is None


def _another(value: Any) -> Any:
    """Another value for a param that must be given: what holds for both follows from neither."""
    if isinstance(value, Written) and value.isdecimal():
        return Written(int(value) + 1)
    return value + 1 if type(value) is int else value


def _without_fixes_of(
    found: tuple[Diagnostic, ...], own: tuple[Diagnostic, ...], input: Input | None, params: Mapping[str, Any] | None
) -> tuple[Diagnostic, ...]:
    """`found`, less the fixes that the spec by itself does not ask for: what the caller gave may be what is wrong."""
    asked = {_place(edit) for d in own if d.fix is not None for edit in d.fix.edits}
    given = [*(["--input"] if input is not None else []), *(["--set"] if params else [])]
    reason = f"it follows from {' and '.join(given)}"
    kept = []
    for d in found:
        if d.fix is not None and not all(_place(edit) in asked for edit in d.fix.edits):
            help = "leave it out, and it is inferred from what enters" if d.rule in SIZE_RULES else d.help
            d = d._replace(help=help, fix=None, unfixed=reason)
        kept.append(d)
    return tuple(kept)


def _place(edit: Edit) -> tuple[object, ...]:
    """An edit by its place and text: files are read anew for each analysis."""
    return (edit.span.file, *edit.span[1:], edit.text)


def _examine(
    source: SourceFile,
    root: Path | None,
    input: Input | None,
    params: Mapping[str, Any] | None,
    texts: Mapping[Path, str] | None,
) -> Analysis:
    collector = Collector()
    try:
        with bounded():
            return _worked_out(source, root, input, params, texts, collector)
    except RecursionError:
        message = f"this is nested deeper than the stack of this program goes, {sys.getrecursionlimit():,} calls"
        help = "call sys.setrecursionlimit(10_000) first, as the command does"
        collector.report("bounds", message, Span(source, 1, 1, 1, 1), help=help)
        return Analysis(None, None, collector.diagnostics)


def _worked_out(
    source: SourceFile,
    root: Path | None,
    input: Input | None,
    params: Mapping[str, Any] | None,
    texts: Mapping[Path, str] | None,
    collector: Collector,
) -> Analysis:
    document = load(source, root, collector, needs_input=input is None, texts=texts)
    if document is None:
        return Analysis(None, None, collector.diagnostics)
    replaced = overrides(document, input, params, collector)
    graph = elaborate(document, collector, replaced)
    if graph is not None:
        graph = replace(graph, find_sizes=partial(_sizes, document, replaced))
    found = collector.diagnostics
    if document.model is not None and collector.failed:
        found = _advised(document, replaced, found)
    if document.bases and found:
        from archspec.document.variants import with_variant

        found = tuple(with_variant(diagnostic, document) for diagnostic in found)
    return Analysis(None if collector.failed else graph, document, found)


def _advised(document: Document, replaced: Overrides, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """What is wrong, with the inputs that would fit where one does not."""
    if not any(d.rule == "output-size" or d.rule.endswith("-shapes") for d in found):
        return found
    from archspec.sizes.advice import advise

    try:
        return advise(document, replaced, found)
    except RecursionError:  # trials with letters go deeper than the walk that found it
        return found


def _has_letters(input: Input | None) -> bool:
    shapes = input.values() if isinstance(input, Mapping) else [input]
    return any(isinstance(shape, str) and any(map(str.isupper, shape)) for shape in shapes)


def _lettered(
    source: SourceFile,
    root: Path | None,
    input: Input | None,
    params: Mapping[str, Any] | None,
    texts: Mapping[Path, str] | None,
) -> Analysis:
    """The analysis of a network whose inputs have letters."""
    analysis, sizes = survey(source, root, input=input, params=params, texts=texts)
    if sizes is None:
        return analysis
    from archspec.sizes.needed import needed_numbers

    found = needed_numbers(sizes)
    graph = None if found else replace(sizes.graph, lettered=True, find_sizes=lambda: sizes)
    warnings = tuple(d for d in analysis.diagnostics if d.severity == "warning")
    return Analysis(graph, analysis.document, (*warnings, *found))


def survey(
    source: SourceFile,
    root: Path | None,
    *,
    input: Input | None = None,
    params: Mapping[str, Any] | None = None,
    texts: Mapping[Path, str] | None = None,
) -> tuple[Analysis, Sizes | None]:
    """Which inputs a network takes, that of the spec or this one, `3xHxW`; None where it takes none like it.

    The analysis is that of the input with numbers for its letters.
    """
    from archspec.sizes import letters

    def lettered(shape: Shape) -> Letters | None:
        return letters.read(shape) if isinstance(shape, str) else None

    def numbers(shape: Shape) -> Shape:
        found = lettered(shape)
        return shape if found is None else letters.numbers(found)

    plain = {n: numbers(s) for n, s in input.items()} if isinstance(input, Mapping) else input and numbers(input)
    analysis = examine(source, root, input=plain, params=params, texts=texts)
    document = analysis.document
    if document is None or any(d.rule.startswith("override") for d in analysis.diagnostics):
        return analysis, None
    first = next(iter(document.inputs or {}), "input")
    shapes = input if isinstance(input, Mapping) else {} if input is None else {first: input}
    given = {name: found for name, shape in shapes.items() if (found := lettered(shape)) is not None}
    replaced = overrides(document, plain, params, Collector())
    own = {name: entered.type for name, entered in (document.inputs or {}).items()}
    fitting = {name: own[name] for name, shape in given.items() if name in own and len(own[name].shape) == len(shape)}
    return analysis, _sizes(document, replaced._replace(inputs={**replaced.inputs, **fitting}), given)


def _sizes(document: Document, replaced: Overrides, given: Mapping[str, Letters] | None = None) -> Sizes | None:
    from archspec.sizes import find, letters

    own = {name: entered.type for name, entered in (document.inputs or {}).items()}
    try:
        with bounded():
            return find(*letters.ask(document, replaced.params, {**own, **replaced.inputs}, given or {}))
    except RecursionError:  # the stack may be shorter here than where the graph was made
        return None


def _unknown_kinds(diagnostics: Iterable[Diagnostic]) -> dict[Diagnostic, str]:
    """The words that were not known where a kind can stand, and may be one."""
    found = {}
    for diagnostic in diagnostics:
        span = diagnostic.span
        if diagnostic.rule in _UNKNOWN and span.line == span.end_line:
            start, _ = line_bounds(span.source, span.line)
            word = span.source.text[start + span.column - 1 : start + span.end_column - 1].strip("'\"")
            if word[:1].isupper() and word.isidentifier():
                found[diagnostic] = word
    return found


def open_spec(spec: Spec) -> SourceFile:
    """The text of a spec. Raises SpecError, and TypeError for what is none."""
    if isinstance(spec, Mapping):
        return SourceFile("<dict>", _dumped(spec))
    if isinstance(spec, Source):
        _require_text("the text of a Source", spec.text)
        _require_text("the name of a Source", spec.name)
        return SourceFile(spec.name, spec.text)
    name: Any = os.fspath(spec) if isinstance(spec, os.PathLike) else spec
    if not isinstance(name, str):
        raise TypeError(f"a spec is a path, archspec.Source(text) or a dict, not {type(spec).__name__}")
    if "\n" in name:
        raise TypeError("a spec is a path; its text is given as archspec.Source(text)")
    return read(Path(name), name)


def _require_text(what: str, value: Any) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{what} is a str, not {type(value).__name__}")


def _dumped(spec: Mapping[str, Any]) -> str:
    """A dict as the text of a spec."""
    import yaml

    try:
        return yaml.safe_dump(dict(spec), sort_keys=False, allow_unicode=True)
    except Exception:  # what stands in it may raise anything when it is looked at
        message = "a dict as a spec holds texts, numbers, true or false, None, lists and dicts, and nothing else"
        raise TypeError(message) from None


def folder_of(spec: Spec, root: str | os.PathLike[str] | None) -> Path | None:
    """The folder that a spec may read other files from: its own, unless a wider one is allowed."""
    if root is None and isinstance(spec, Source):
        root = spec.root
    if root is not None:
        _require_text("the path of root", os.fspath(root) if isinstance(root, os.PathLike) else root)
        try:
            return Path(root).resolve()
        except ValueError:
            raise TypeError(f"root is the path of a folder, not {root!r}") from None
    return None if isinstance(spec, Source | Mapping) else Path(os.path.realpath(spec)).parent
