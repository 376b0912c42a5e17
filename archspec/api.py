"""What `import archspec` offers: a spec in, a graph, a module or source out."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.diagnostics import Collector, Diagnostic, SourceFile, Span, SpecError
from archspec.diagnostics.lines import line_bounds
from archspec.diagnostics.suggest import bounded, did_you_mean
from archspec.document import Document, load
from archspec.document.inputs import parse_shape, shape_problem
from archspec.elaborate import Overrides, elaborate
from archspec.graph import Graph, TensorType
from archspec.source import Node, Scalar, read
from archspec.source.tree import Locator

if TYPE_CHECKING:
    import torch
    from torch import nn

    from archspec.sizes import Sizes
    from archspec.sizes.trial import Input as Letters

_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"
_UNKNOWN = ("unknown-kind", "unknown-key", "expression-name")
"""The rules that a spec breaks where it names a kind that is not known."""

Shape = str | int | Sequence[int]
Input = Shape | Mapping[str, Shape]


class Source(NamedTuple):
    """The text of a spec. `name` stands in messages; `root` is the folder that it may read other files from."""

    text: str
    name: str = "<text>"
    root: str | os.PathLike[str] | None = None


Spec = str | os.PathLike[str] | Source


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

    `spec` is a path or a `Source`; `input` replaces the spec's input (`(3, 224, 224)`, `"3x224x224"`, or a mapping
    where there are several); `params` replaces params; `root` widens where `extends` and `import` may reach.
    Raises SpecError.
    """
    source = open_spec(spec)
    analysis = examine(source, folder_of(spec, root), input=input, params=params)
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

    return generate(analyze(spec, input=input, params=params, root=root))


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
    graph = analyze(spec, input=input, params=params, root=root)
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
) -> Analysis:
    """Everything about a spec: its graph if it is right, and what is wrong with it. `texts` stand in for files.

    Only where a kind is unknown are installed packages asked for it, and the spec read again.
    """
    found = _examine(source, root, input, params, texts)
    unknown = _unknown_kinds(found.diagnostics)
    if not unknown:
        return found
    from archspec.layers import KINDS, plugins

    failed = plugins.load_installed(unknown.values())
    if any(kind in KINDS for kind in unknown.values()):
        found = _examine(source, root, input, params, texts)
        unknown = _unknown_kinds(found.diagnostics)
    diagnostics = tuple(d._replace(help=failed.get(unknown.get(d, ""), d.help)) for d in found.diagnostics)
    return found._replace(diagnostics=diagnostics)


def _examine(
    source: SourceFile,
    root: Path | None,
    input: Input | None,
    params: Mapping[str, Any] | None,
    texts: Mapping[Path, str] | None,
) -> Analysis:
    collector = Collector()
    graph = None
    with _working():
        document = load(source, root, collector, needs_input=input is None, texts=texts)
        if document is not None:
            overrides = _overrides(document, input, params or {}, collector)
            graph = elaborate(document, collector, overrides)
            if graph is not None:
                graph = replace(graph, find_sizes=partial(_sizes, document, overrides))
    if document is not None and document.model is not None and collector.failed:
        with _working():
            return Analysis(None, document, _advised(document, overrides, collector.diagnostics))
    return Analysis(None if collector.failed else graph, document, collector.diagnostics)


def _advised(document: Document, overrides: Overrides, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """What is wrong, with the inputs that would fit where one does not."""
    if not any(d.rule == "output-size" or d.rule.endswith("-shapes") for d in found):
        return found
    from archspec.sizes.advice import advise

    return advise(document, overrides, found)


def survey(
    source: SourceFile, root: Path | None, *, input: Input | None = None, params: Mapping[str, Any] | None = None
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
    analysis = examine(source, root, input=plain, params=params)
    document = analysis.document
    if document is None or any(d.rule.startswith("override") for d in analysis.diagnostics):
        return analysis, None
    first = next(iter(document.inputs or {}), "input")
    shapes = input if isinstance(input, Mapping) else {} if input is None else {first: input}
    given = {name: found for name, shape in shapes.items() if (found := lettered(shape)) is not None}
    overrides = _overrides(document, plain, params or {}, Collector())
    own = {name: entered.type for name, entered in (document.inputs or {}).items()}
    fitting = {name: own[name] for name, shape in given.items() if name in own and len(own[name].shape) == len(shape)}
    return analysis, _sizes(document, overrides._replace(inputs={**overrides.inputs, **fitting}), given)


def _sizes(document: Document, overrides: Overrides, given: Mapping[str, Letters] | None = None) -> Sizes | None:
    from archspec.sizes import find, letters

    own = {name: entered.type for name, entered in (document.inputs or {}).items()}
    with _working():
        return find(*letters.ask(document, overrides.params, {**own, **overrides.inputs}, given or {}))


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


@contextmanager
def _working() -> Iterator[None]:
    """As documents are best worked on."""
    with _no_collections(), _no_plugins(), _deep_recursion(), bounded():
        yield


@contextmanager
def _no_collections() -> Iterator[None]:
    """Without the garbage collector: it finds nothing here, and looks at every node of a large spec again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _no_plugins() -> Iterator[None]:
    """Without pydantic's plugins: to look for them is to read the metadata of every installed package."""
    before = os.environ.get(_PLUGINS)
    os.environ[_PLUGINS] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_PLUGINS, None)
        else:
            os.environ[_PLUGINS] = before


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Room for the levels that the language allows; they are bounded, and each takes a few Python frames."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 10_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def open_spec(spec: Spec) -> SourceFile:
    if isinstance(spec, Source):
        return SourceFile(spec.name, spec.text)
    return read(Path(spec), os.fspath(spec))


def folder_of(spec: Spec, root: str | os.PathLike[str] | None) -> Path | None:
    """The folder that a spec may read other files from: its own, unless a wider one is allowed."""
    if root is None and isinstance(spec, Source):
        root = spec.root
    if root is not None:
        return Path(root)
    return None if isinstance(spec, Source) else Path(spec).resolve().parent


def _overrides(document: Document, input: Input | None, params: Mapping[str, Any], collector: Collector) -> Overrides:
    return Overrides(_params(document, params, collector), _inputs(document, input, collector))


def _params(document: Document, params: Mapping[str, Any], collector: Collector) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name, value in params.items():
        written = SourceFile(f"--set {name}", value if isinstance(value, str) else _written(value))
        if name not in document.params:
            known = list(document.params)
            help = did_you_mean(name, known) or (
                f"the params are {', '.join(known)}" if known else "the spec has no params"
            )
            collector.report("override-param", f"the spec has no param {name}", Span(written, 1, 1, 1, 1), help=help)
            continue
        found[name] = Scalar(Locator(written), 0, len(written.text), written.text, written.text, plain=True)
    return found


def _written(value: Any) -> str:
    """A Python value as an expression."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(v) for v in value)}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _inputs(document: Document, input: Input | None, collector: Collector) -> dict[str, TensorType]:
    if input is None:
        return {}
    own = {name: given.type for name, given in (document.inputs or {}).items()}
    given: Mapping[str, Shape] = input if isinstance(input, Mapping) else {next(iter(own), "input"): input}
    if not isinstance(input, Mapping) and len(own) > 1:
        _wrong_input(f"the spec has several inputs: {', '.join(own)}", f"say which: {next(iter(own))}=...", collector)
        return {}
    found = {}
    for name, shape in given.items():
        if own and name not in own:
            _wrong_input(
                f"the spec has no input {name}",
                did_you_mean(name, list(own)) or f"the inputs are {', '.join(own)}",
                collector,
            )
            continue
        sizes = parse_shape(shape) if isinstance(shape, str) else (shape,) if isinstance(shape, int) else tuple(shape)
        if sizes is None:
            _wrong_input(f"{shape!r} is not a shape", "write the sizes without the batch, as 3x224x224", collector)
        elif (problem := shape_problem(sizes)) is not None:
            _wrong_input(f"the input {'x'.join(map(str, sizes))} {problem}", None, collector)
        else:
            found[name] = TensorType(sizes, own[name].dtype if name in own else "float32")
    return found


def _wrong_input(message: str, help: str | None, collector: Collector) -> None:
    collector.report("override-input", message, Span(SourceFile("--input", ""), 1, 1, 1, 1), help=help)
