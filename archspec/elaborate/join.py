"""Where branches meet: concat, add, multiply and residual. A mismatch blames the odd branch, not the node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from typing import NamedTuple

from archspec.budget import ELEMENT, PROPOSALS
from archspec.diagnostics import Span
from archspec.document.nodes import Item, Structure, Tensor
from archspec.elaborate.frame import Frame
from archspec.elaborate.reporter import Reporter
from archspec.elaborate.values import Flow, Unknown
from archspec.graph import JoinStep, TensorType, Value
from archspec.receptive_field import unite
from archspec.shapes import broadcast
from archspec.source import Scalar

_FLOAT_ORDER = (
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)

_SAME_RANK = "give all of them the same number of dimensions"


class Branch(NamedTuple):
    """A branch and what it makes. `item` None: the tensor that entered."""

    item: Item | None
    flow: Flow


def join(item: Structure, branches: list[Branch], dim: int, frame: Frame, report: Reporter) -> Flow:
    """`concat`, `add`, `multiply`, and the concatenations of `dense`."""
    if not branches:
        report.error(
            "structure-empty",
            f"{item.kind} has no nodes left",
            item.token,
            help="give it at least one, or put `when` on it as a whole",
        )
        raise Unknown
    values = [branch.flow.require() for branch in branches]
    report.charge(ELEMENT * sum(2 + len(value.type.shape) for value in values), item)
    if len(branches) == 1:
        return branches[0].flow
    if item.kind in ("concat", "dense"):
        axis = _axis(item, dim, values[0].type, report)
        return _concat(item, branches, values, axis, frame, report)
    return _elementwise(item, branches, values, frame, report)


def joined_residual(item: Structure, entered: Flow, body: Flow, shortcut: Flow, frame: Frame, report: Reporter) -> Flow:
    """`body(x) + shortcut(x)`: equal shapes, no broadcasting."""
    a, b = body.require(), shortcut.require()
    report.charge(ELEMENT * (len(a.type.shape) + len(b.type.shape)), item)
    if a.type.shape != b.type.shape:
        what = "input" if shortcut.value is entered.value else "shortcut"
        left_out = ": the shortcut is left out" if what == "input" and item.shortcut is not None else ""
        span = item.shortcut_token.span if item.shortcut_token is not None else item.token
        sides = (body, shortcut) if what == "input" else (shortcut, body)
        report.error(
            "residual-shapes",
            f"the body makes {a.type} and the {what} {'is' if what == 'input' else 'makes'} {b.type}{left_out}",
            span,
            help=_residual_help(
                a.type,
                b.type,
                _argument("residual-shapes", item, span, report, *sides),
                shortcut=what == "shortcut",
            ),
            notes=report.labels(body, shortcut, at=span),
        )
        raise Unknown
    return _output(item, "add", [a, b], TensorType(a.type.shape, promote(a.type.dtype, b.type.dtype)), 1, frame, report)


def _argument(
    rule: str, item: Structure, span: Span, report: Reporter, odd: Flow, other: Flow, axis: int | None = None
) -> str | None:
    """The argument that makes one of two branches fit the other; along `axis` they may differ."""
    from archspec.elaborate import advice

    a, b = odd.require().type.shape, other.require().type.shape
    if len(a) != len(b) or report.has(rule, span):
        return None
    report.charge(PROPOSALS, item)
    ways = [(odd.maker, a, b), (other.maker, b, a)] if axis is None else []
    kept = axis or 0  # what else is wrong is another mistake
    ways += [
        (odd.maker, a, (*b[:kept], a[kept], *b[kept + 1 :])),
        (other.maker, b, (*a[:kept], b[kept], *a[kept + 1 :])),
    ]
    return advice.for_branches(*ways)


def _residual_help(body: TensorType, other: TensorType, argument: str | None, *, shortcut: bool) -> str:
    """How the two sides of a residual come to one shape."""
    channels, size = body.shape[:1] != other.shape[:1], body.shape[1:] != other.shape[1:]
    if len(body.shape) != len(other.shape):
        return "both must have the same number of dimensions"
    if argument is not None:
        return argument if shortcut else f"{argument}; or give the residual a shortcut that makes {body}"
    if shortcut:
        both = [*(["end with the same channels"] if channels else []), *(["stride alike"] if size else [])]
        return f"body and shortcut must {' and '.join(both)}"
    if size:
        return f"keep the size in the body (padding, stride 1), or give the residual a shortcut that makes {body}"
    return (
        f"make the body end with {other.shape[0]} channels, or give the residual a shortcut that makes {body.shape[0]}"
    )


def _axis(item: Structure, dim: int, type: TensorType, report: Reporter) -> int:
    """`dim`, counted with the batch, as an index into the shape without it."""
    rank = len(type.shape) + 1
    span = item.dim.span if item.dim is not None else item.token
    if not -rank <= dim < rank or rank == 1:
        report.error(
            "concat-dim",
            f"dim {dim} is not in a tensor of {rank} dimensions, batch included",
            span,
            help=f"write 1 to {rank - 1}",
        )
        raise Unknown
    axis = dim % rank - 1
    if axis < 0:
        report.error(
            "batch-dimension", f"dim {dim} is the batch, which is never joined", span, help="channels are dim 1"
        )
        raise Unknown
    return axis


def _concat(
    item: Structure, branches: list[Branch], values: list[Value], axis: int, frame: Frame, report: Reporter
) -> Flow:
    def rest(type: TensorType) -> Hashable:
        return (type.shape[:axis], type.shape[axis + 1 :], len(type.shape))

    odd = _odd_one(values, rest)
    if odd is not None:
        others = next(v for v in values if rest(v.type) != rest(values[odd].type))
        along = "channels" if axis == 0 else f"dimension {axis + 1}"
        message = f"{_called(branches[odd])} makes {values[odd].type}, which does not join {others.type} along {along}"
        help = "all sizes but that one must be equal"
        if len(values[odd].type.shape) != len(others.type.shape):
            help = _SAME_RANK
        elif axis == 0:
            help = "all but the channels must be equal: padding and stride decide the sizes"
        _mismatch(f"{item.kind}-shapes", message, help, item, branches, values, odd, report, axis)
    shape = list(values[0].type.shape)
    shape[axis] = sum(value.type.shape[axis] for value in values)
    dtype = values[0].type.dtype
    for value in values:
        dtype = promote(dtype, value.type.dtype)
    return _output(item, "concat", values, TensorType(tuple(shape), dtype), axis + 1, frame, report)


def _elementwise(item: Structure, branches: list[Branch], values: list[Value], frame: Frame, report: Reporter) -> Flow:
    shape = broadcast([value.type.shape for value in values])
    dtype = values[0].type.dtype
    for value in values[1:]:
        dtype = promote(dtype, value.type.dtype)
    if shape is None:
        odd = _odd_one(values, lambda type: type.shape)
        assert odd is not None
        others = next(v for v in values if v.type.shape != values[odd].type.shape)
        verb = "be added to" if item.kind == "add" else "be multiplied with"
        message = f"{_called(branches[odd])} makes {values[odd].type}, which cannot {verb} {others.type}"
        same_rank = len(values[odd].type.shape) == len(others.type.shape)
        _mismatch(
            f"{item.kind}-shapes",
            message,
            "make the shapes equal, or 1 where one is to be spread" if same_rank else _SAME_RANK,
            item,
            branches,
            values,
            odd,
            report,
        )
        raise Unknown
    return _output(
        item, "add" if item.kind == "add" else "multiply", values, TensorType(shape, dtype), 1, frame, report
    )


def _mismatch(
    rule: str,
    message: str,
    help: str,
    item: Structure,
    branches: list[Branch],
    values: list[Value],
    odd: int,
    report: Reporter,
    axis: int | None = None,
) -> None:
    blamed = branches[odd]
    span = _token(blamed) or item.token
    other = next(i for i, v in enumerate(values) if v.type.shape != values[odd].type.shape)
    help = _argument(rule, item, span, report, blamed.flow, branches[other].flow, axis) or help
    node = _named(blamed)
    at = node.token if node is not None else span
    notes = tuple(label for label in report.labels(blamed.flow, branches[other].flow, at=at) if label.span != at)
    report.error(rule, message, span, help=help, notes=notes)
    raise Unknown


def _output(
    item: Structure, op: str, values: list[Value], type: TensorType, dim: int, frame: Frame, report: Reporter
) -> Flow:
    along = dim - 1 if op == "concat" else None
    fields = unite([(value.fields, value.type.shape) for value in values], type.shape, along=along)
    output = Value(type, "", fields)
    frame.steps.append(JoinStep(op, tuple(values), output, dim))  # type: ignore[arg-type]
    return Flow(output, report.made(item.token, item.kind, None, type))


def _odd_one(values: list[Value], key: Callable[[TensorType], Hashable]) -> int | None:
    """The branch that differs from most; of two, the second."""
    keys = [key(value.type) for value in values]
    if all(key == keys[0] for key in keys):
        return None
    common = Counter(keys).most_common(1)[0][0]
    return next(i for i, k in enumerate(keys) if k != common)


def _token(branch: Branch) -> Span | None:
    item = _named(branch)
    if item is None:
        return None
    return item.name.span if item.name is not None else item.token


def _called(branch: Branch) -> str:
    item = _named(branch)
    if item is None:
        return "the input"
    if item.name is None and isinstance(item, Tensor) and isinstance(item.source, Scalar):
        return "this branch" if "{" in item.source.text else item.source.text
    if item.name is None or branch.flow.value is None:
        return "this branch"
    return branch.flow.value.name or item.name.text  # a template is told as it came out


def _named(branch: Branch) -> Item | None:
    """The node of a branch; of a `- gate: ...`, a sequence of one, the node that it names."""
    item = branch.item
    while (
        isinstance(item, Structure)
        and item.kind == "sequential"
        and item.name is None
        and item.kind_token is None
        and len(item.children) == 1
    ):
        item = item.children[0]
    return item


def promote(a: str, b: str) -> str:
    """The dtype of `a + b` in torch, for tensors that both have dimensions.

    Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
    """
    if a == b:
        return a
    pair = {a, b}
    if pair == {"uint8", "int8"}:
        return "int16"
    if pair == {"float16", "bfloat16"}:
        return "float32"
    if pair == {"float64", "complex64"}:
        return "complex128"
    return max(a, b, key=_FLOAT_ORDER.index)


__all__ = ["Branch", "join", "joined_residual", "promote"]
