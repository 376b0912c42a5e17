"""The classes say what the blocks say: their params, and for other arguments what archspec builds of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, NamedTuple

import pytest
import torch
import yaml
from torch import nn

import archspec
from archspec.codegen import class_name, generate
from archspec.codegen.names import camel_case
from archspec.codegen.trace import Trace
from archspec.document import Block
from archspec.document.schema import plain
from archspec.elaborate.values import KindValue
from archspec.graph import Graph, Module, TensorType
from tests import parity
from tests.codegen.networks import ALL, HERE, OWN, graph_of, source_of
from tests.codegen.test_drawn import drawn
from tests.reference import SPECS

DRAWN = range(120)
SIZES = {"in_channels": 0, "in_features": -1, "in_height": 1, "in_width": 2, "in_depth": 1}


class Called(NamedTuple):
    """A block that a network calls, its class, and one of its calls."""

    block: Block
    cls: type[nn.Module]
    module: Module
    graph: Graph


def namespace(source: str) -> dict[str, Any]:
    found: dict[str, Any] = {"__name__": "generated"}
    exec(compile(source, "<generated>", "exec"), found)
    return found


def called(graph: Graph, source: str) -> Iterator[Called]:
    """The blocks of a network that have one class; those that have several differ in their nodes' names."""
    classes = namespace(source)
    trace = Trace(graph.written)
    pending = [graph.written.document]
    seen: set[int] = set()
    while pending:
        document = pending.pop()
        for block in document.blocks.values():
            if id(block) in seen:
                continue
            seen.add(id(block))
            pending.append(block.home)
            cls = classes.get(camel_case(block.name, "Block"))
            cls = cls if isinstance(cls, type) and cls.__module__ == "generated" else None
            calls = trace.calls(block)
            if calls and not block.inputs and isinstance(cls, type) and f"{cls.__name__}2" not in classes:
                for call in calls[:1]:
                    yield Called(block, cls, call.module, graph)


@pytest.mark.parametrize("name", [*ALL, *DRAWN])
def test_class_has_the_params_of_its_block(name: str | int) -> None:
    graph = drawn(name) if isinstance(name, int) else graph_of(name)
    if graph is None:
        return
    document = graph.written.document
    for block, cls, _, _ in called(graph, generate(graph) if isinstance(name, int) else source_of(name)):
        taken = [p for p in inspect.signature(cls).parameters.values() if p.name not in SIZES]
        own, others = taken[: len(block.params)], taken[len(block.params) :]
        assert [p.name.rstrip("_") for p in own] == [param.rstrip("_") for param in block.params], block.name
        assert {p.name.rstrip("_") for p in others} <= {*document.params, *document.let}, block.name
        for parameter, param in zip(own, block.params.values(), strict=True):
            assert (parameter.default is inspect.Parameter.empty) is (param.default is None), parameter
            default = plain(param.default) if param.default is not None else None
            if isinstance(default, int | float):
                assert parameter.default == default


@pytest.mark.parametrize("name", ALL)
def test_network_needs_no_argument_and_takes_its_params(name: str) -> None:
    graph = graph_of(name)
    taken = inspect.signature(namespace(source_of(name))[class_name(graph)]).parameters
    assert [p.rstrip("_") for p in taken] == [*graph.written.document.params]
    assert all(p.default is not inspect.Parameter.empty for p in taken.values())


# other arguments


def other(value: Any, chance: Random) -> Any:
    """A value of the same sort."""
    match value:
        case bool():
            return chance.random() < 0.5
        case int():
            return max(0, value + chance.choice([-1, 0, 0, 1, 2])) if value < 8 else chance.choice([8, 16, 24, value])
        case float():
            return chance.choice([0.0, 0.1, 0.5, value])
        case list() | tuple():
            return [other(each, chance) for each in value]
        case KindValue() if value.kind in ("ReLU", "GELU", "SiLU", "Hardswish", "ReLU6", "Sigmoid") and not value.bound:
            return KindValue(chance.choice(["ReLU", "GELU", "SiLU"]))
    return value


def written(value: Any) -> Any:
    if isinstance(value, KindValue):
        bound = {name or "": written(argument.value) for name, argument in value.bound.items()}
        return {value.kind: bound.get("", bound)} if bound else value.kind
    return [written(each) for each in value] if isinstance(value, list | tuple) else value


def in_python(value: Any, classes: dict[str, Any]) -> Any:
    if isinstance(value, KindValue):
        return classes.get(value.kind) or getattr(nn, value.kind)
    return tuple(in_python(each, classes) for each in value) if isinstance(value, list | tuple) else value


@cache
def texts(name: str) -> dict[str, Any]:
    folder = HERE / "specs" if name in OWN else SPECS
    text = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    return {key: value for key, value in text.items() if key not in ("model", "outputs", "expect", "input", "change")}


def built(name: str, block: Block, arguments: dict[str, Any], type: TensorType) -> nn.Module | None:
    """What archspec builds of a call; None where it refuses it."""
    given = {key: written(value) for key, value in arguments.items()}
    text = texts(name) | {
        "input": {"shape": list(type.shape), "dtype": type.dtype},
        "model": [{"name": "called_block", block.name: given}],
    }
    folder = (HERE / "specs" / name if name in OWN else SPECS / name).parent
    try:
        graph = archspec.analyze(archspec.Source(yaml.safe_dump(text, sort_keys=False), "other.yaml", folder))
    except archspec.SpecError:
        return None
    if graph.params > 3 * 10**6 or any(layer.output.elements > 10**6 for layer in graph.layers):
        return None
    return namespace(generate(graph))[class_name(graph)]().called_block


def entering(type: TensorType, chance: Random) -> TensorType:
    """An input of the same rank, smaller."""
    sizes = [min(size, 16) for size in type.shape]
    axis = 0 if len(sizes) > 2 else -1
    sizes[axis] = chance.choice([8, 16, 24, 32])
    return TensorType(tuple(sizes), type.dtype)


def compare(name: str, call: Called, classes: dict[str, Any], chance: Random) -> bool:
    """Whether a call with other arguments could be compared; AssertionError where it differs."""
    block, cls, module, graph = call
    arguments = {
        key: value for key, value in module.arguments.items() if key not in module.defaulted or chance.random() < 0.3
    }
    arguments = {key: other(value, chance) for key, value in arguments.items()}
    if any(
        isinstance(value, KindValue) and (value.bound or (value.home is not None and value.kind in value.home.blocks))
        for value in arguments.values()
    ):
        return False
    type = entering(module.inputs[0].type, chance)
    torch.manual_seed(0)
    expected = built(name, block, arguments, type)
    if expected is None:
        return False
    sizes = {key: type.shape[i] for key, i in SIZES.items() if key in inspect.signature(cls).parameters}
    own = {p.name.rstrip("_"): p.name for p in inspect.signature(cls).parameters.values()}
    given = {own[key.rstrip("_")]: in_python(value, classes) for key, value in arguments.items()}
    scope = graph.written.scope
    more = {
        p: in_python(scope.find(p.rstrip("_")), classes)
        for p in own.values()
        if p not in sizes and p.rstrip("_") not in block.params
    }
    made = cls(**sizes, **given, **more)
    assert {k: s for k, (s, _) in parity.layout(made).items()} == {
        k: s for k, (s, _) in parity.layout(expected).items()
    }
    made.load_state_dict(expected.state_dict())
    x = torch.randint(100, (2, *type.shape)) if type.dtype == "int64" else torch.randn(2, *type.shape)
    for training in (False, True):
        results = []
        for network in (expected, made):
            network.train(training)
            torch.manual_seed(1)
            results.append(torch.utils._pytree.tree_leaves(network(x)))
        assert len(results[0]) == len(results[1])
        assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))
    return True


def test_other_arguments() -> None:
    """Calls that archspec accepts: the class of the exported source makes what archspec makes of the call."""
    chance = Random(0)
    compared = 0
    seen: set[tuple[str, ...]] = set()
    for name in ALL:
        classes = namespace(source_of(name))
        for call in called(graph_of(name), source_of(name)):
            key = (call.block.name, str(plain(call.block.raw)), str(texts(name).get("defaults")))
            if key in seen:
                continue
            seen.add(key)
            for _ in range(4):
                try:
                    compared += compare(name, call, classes, chance)
                except Exception as error:
                    error.add_note(f"{name}: {call.block.name}")
                    raise
    assert compared > 60
