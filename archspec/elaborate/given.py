"""What a caller gives in place of a spec's params and inputs: plain Python values, or expressions, as `--set` has."""

from __future__ import annotations

import operator
import reprlib
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple

from archspec import layers
from archspec.diagnostics import Collector, SourceFile, Span
from archspec.diagnostics.suggest import did_you_mean
from archspec.document import Document, Param
from archspec.document.inputs import parse_shape, shape_problem
from archspec.graph import TensorType
from archspec.source import Literal, Node, Scalar
from archspec.source import Mapping as MappingNode
from archspec.source import Sequence as SequenceNode
from archspec.source.tree import Locator, Value

Shape = str | int | Sequence[int]
Input = Shape | Mapping[str, Shape]

_DEEPEST = 50
_LARGEST_BITS = 63


class Written(str):
    """An expression, where a str of Python's would be text."""

    __slots__ = ()


class Overrides(NamedTuple):
    """What the caller gives in place of what the document says: params as written values, inputs as types."""

    params: Mapping[str, Node] = {}
    inputs: Mapping[str, TensorType] = {}

    def __bool__(self) -> bool:
        return bool(self.params or self.inputs)


def overrides(
    document: Document, input: Input | None, params: Mapping[str, Any] | None, collector: Collector
) -> Overrides:
    """Both as the walk takes them. Reports what does not suit the document; TypeError for what could suit none."""
    return Overrides(_params(document, params, collector), _inputs(document, input, collector))


def _params(document: Document, params: Mapping[str, Any] | None, collector: Collector) -> dict[str, Node]:
    if params is None:
        return {}
    if not isinstance(params, Mapping):
        raise TypeError(f"params is a mapping of names to values, not {_type(params)}")
    found: dict[str, Node] = {}
    for name, value in params.items():
        if not isinstance(name, str):
            raise TypeError(f"the names of params are texts, not {_shown(name)}")
        place = SourceFile(f"--set {name}", value) if isinstance(value, Written) else None
        source = place or SourceFile(f"params[{name!r}]", _shown(value))
        node = _Given(name, source, document).node(value)
        if name in document.params:
            found[name] = node
            continue
        known = list(document.params)
        help = did_you_mean(name, known) or (
            f"the params are {', '.join(known)}" if known else "the spec has no params"
        )
        collector.report("override-param", f"the spec has no param {name}", Span(source, 1, 1, 1, 1), help=help)
    return found


class _Given:
    """The value of one param as the nodes that a spec would have; each stands for the whole of it."""

    def __init__(self, name: str, source: SourceFile, document: Document) -> None:
        self.name = name
        self.locator = Locator(source)
        self.param = document.params.get(name)
        self.blocks = document.blocks

    def node(self, value: Any, depth: int = 0) -> Node:
        if depth > _DEEPEST:
            raise TypeError(f"the param {self.name} is nested deeper than {_DEEPEST} levels")
        if isinstance(value, Written):
            return Scalar(self.locator, 0, len(value), str(value), str(value), plain=True)
        if value is None or isinstance(value, bool):
            return self._scalar(value, str(value).lower())
        if isinstance(value, str):
            made = Scalar if self._is_kind(value, depth) else Literal
            return made(self.locator, 0, len(self.locator.text), value, value, plain=False)
        if isinstance(value, Mapping):
            entries = [(self._key(key), self.node(inner, depth + 1)) for key, inner in value.items()]
            return MappingNode(self.locator, 0).with_entries(entries)
        if isinstance(value, list | tuple):
            items = SequenceNode(self.locator, 0)
            items.items = [self.node(item, depth + 1) for item in value]
            return items
        number = self._number(value)
        return self._scalar(number, str(number))

    def _scalar(self, value: Value, text: str) -> Scalar:
        return Scalar(self.locator, 0, len(self.locator.text), value, text, plain=False)

    def _key(self, key: Any) -> Scalar:
        if not isinstance(key, str):
            raise TypeError(f"the param {self.name} is a mapping with the key {_shown(key)}, and keys are texts")
        return self._scalar(key, key)

    def _is_kind(self, word: str, depth: int) -> bool:
        """Whether a text names a layer or a block: it is one, or the param, which is no text, holds one."""
        if self.param is not None and self.param.type == "str":
            return False
        known = word in layers.KINDS or word in self.blocks
        return known or (depth == 0 and word.isidentifier() and _holds_kind(self.param))

    def _number(self, value: Any) -> int | float:
        whole = _whole(value)
        if whole is None and not isinstance(value, Real):
            raise TypeError(
                f"the param {self.name} is {_shown(value)}, {_type(value)}; "
                "give a number, a text, true or false, None, a list, or {kind: arguments}"
            )
        if whole is not None and whole.bit_length() > _LARGEST_BITS:
            raise TypeError(f"the param {self.name} holds an integer of {whole.bit_length()} bits, and 63 are the most")
        return float(value) if whole is None else whole


def _holds_kind(param: Param | None) -> bool:
    """Whether a param holds a kind, by its type or by its default."""
    if param is None or param.type is not None:
        return param is not None and param.type == "layer"
    default = param.default
    if isinstance(default, MappingNode):
        return True
    return isinstance(default, Scalar) and default.value in layers.KINDS


def _inputs(document: Document, input: Input | None, collector: Collector) -> dict[str, TensorType]:
    if input is None:
        return {}
    own = {name: given.type for name, given in (document.inputs or {}).items()}
    given: Mapping[str, Shape] = input if isinstance(input, Mapping) else {next(iter(own), "input"): input}
    for name in given:
        if not isinstance(name, str):
            raise TypeError(f"the names of inputs are texts, not {_shown(name)}")
    shapes = {name: _shape(shape) for name, shape in given.items()}
    if not isinstance(input, Mapping) and len(own) > 1:
        _wrong_input(f"the spec has several inputs: {', '.join(own)}", f"say which: {next(iter(own))}=...", collector)
        return {}
    found = {}
    for name, sizes in shapes.items():
        if own and name not in own:
            _wrong_input(
                f"the spec has no input {name}",
                did_you_mean(name, list(own)) or f"the inputs are {', '.join(own)}",
                collector,
            )
        elif sizes is None:
            message = f"{_shown(given[name])} is not a shape"
            _wrong_input(message, "write the sizes without the batch, as 3x224x224", collector)
        elif (problem := shape_problem(sizes)) is not None:
            _wrong_input(f"the input {'x'.join(map(str, sizes))} {problem}", None, collector)
        else:
            found[name] = TensorType(sizes, own[name].dtype if name in own else "float32")
    return found


def _shape(given: Any) -> tuple[int, ...] | None:
    """The sizes; None for a text that is no shape. Raises TypeError."""
    if isinstance(given, str):
        return parse_shape(given)
    sizes = [_whole(size) for size in (given if isinstance(given, list | tuple) else [given])]
    if None in sizes:
        raise TypeError(f"an input is whole numbers, as (3, 224, 224) or '3x224x224', not {_shown(given)}")
    return tuple(size for size in sizes if size is not None)


def _whole(value: Any) -> int | None:
    """An integer of Python's or another's; true is none."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def _wrong_input(message: str, help: str | None, collector: Collector) -> None:
    collector.report("override-input", message, Span(SourceFile("--input", ""), 1, 1, 1, 1), help=help)


def _shown(value: Any) -> str:
    return reprlib.repr(value)


def _type(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
