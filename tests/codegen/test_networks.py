"""The source builds what the graph says: every key, every shape, every number."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

import archspec
from archspec.graph import Graph, Leaf, Module
from tests import fast, parity
from tests.codegen.interpreter import interpret
from tests.codegen.networks import ALL, OWN, REFERENCE, build, graph_of, random_inputs, source_of

ORDINARY = ["reuse", "containers", "aux_in_blocks", "joins", "loops"]
SMALL = [*OWN, "lenet5", "residual_mnist", "inception_mnist"]


@pytest.fixture(params=ALL)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def meta_inputs(graph: Graph) -> list[Tensor]:
    types = graph.inputs.values()
    return [torch.empty(2, *type.shape, dtype=getattr(torch, type.dtype), device="meta") for type in types]


def keys(module: Module, prefix: str = "") -> dict[str, tuple[int, ...]]:
    """The keys of the state_dict that a graph says, with their shapes."""
    found: dict[str, tuple[int, ...]] = {}
    for name, child in module.children.items():
        if isinstance(child, Leaf):
            shapes = {**child.parameters, **child.buffers}
            found |= {f"{prefix}{name}.{key}".rstrip("."): tuple(shape) for key, shape in shapes.items()}
        else:
            found |= keys(child, f"{prefix}{name}.")
    return found


def test_state_dict(name: str) -> None:
    graph = graph_of(name)
    network = build(graph, source_of(name))
    assert {key: shape for key, (shape, _) in parity.layout(network).items()} == keys(graph.root)
    assert parity.parameters(network) == graph.params


@pytest.mark.parametrize("training", [False, True])
def test_layers_run_in_order_and_make_the_shapes(name: str, training: bool) -> None:
    graph = graph_of(name)
    network = build(graph, source_of(name)).train(training)
    seen: list[tuple[str, tuple[int, ...]]] = []
    modules = dict(network.named_modules())  # a learnable tensor is none
    called = [layer for layer in graph.layers if layer.name in modules and (training or not layer.training_only)]
    for path in {layer.name for layer in called}:
        modules[path].register_forward_hook(note(seen, path))
    network(*meta_inputs(graph))
    assert [path for path, _ in seen] == [layer.name for layer in called]
    for (path, shape), layer in zip(seen, called, strict=True):
        assert shape in ((), layer.output.shape), path


def note(seen: list[tuple[str, tuple[int, ...]]], path: str):
    def hook(_module: nn.Module, _inputs: object, output: object) -> None:
        seen.append((path, tuple(output.shape[1:]) if isinstance(output, Tensor) else ()))

    return hook


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("small", SMALL)
def test_numbers_are_those_of_the_graph(small: str, training: bool) -> None:
    graph = graph_of(small)
    network = build(graph, source_of(small), device="cpu").double().train(training)
    inputs = random_inputs(graph)
    state = {key: value.clone() for key, value in network.state_dict().items()}
    with torch.no_grad():
        torch.manual_seed(0)
        outputs, aux = interpret(graph, network, inputs)
        network.load_state_dict(state)
        torch.manual_seed(0)
        result = network(*inputs)
    given: Any = result
    if training and graph.root.aux:
        given, *more = result
        assert [tuple(t.shape) for t in more] == [tuple(t.shape) for t in aux]
        assert all(map(torch.equal, more, aux))
    tensors = list(given.values()) if isinstance(given, dict) else [given] if isinstance(given, Tensor) else list(given)
    assert len(tensors) == len(outputs)
    assert all(map(torch.equal, tensors, outputs))


def test_fields_of_aux_results() -> None:
    graph = graph_of("several_inputs")
    result = build(graph)(*meta_inputs(graph))
    assert result._fields == ("output", "count_", "deep")
    assert list(result.output) == ["fine", 'co"arse', "zurück"]


@pytest.mark.parametrize("small", fast.only(["joins"], ORDINARY))
def test_torch_sees_an_ordinary_module(small: str) -> None:
    graph = graph_of(small)
    network = build(graph, source_of(small), device="cpu").double()
    inputs = tuple(random_inputs(graph))
    batch = tuple({0: torch.export.Dim("batch", min=2)} for _ in inputs)
    for training in (True, False):
        network.train(training)
        torch.manual_seed(0)
        expected = torch.utils._pytree.tree_leaves(network(*inputs))
        for make in (
            torch.fx.symbolic_trace,
            lambda net: torch.compile(net, backend="eager", fullgraph=True),
            lambda net: torch.export.export(net, inputs, dynamic_shapes=batch, strict=True).module(),
        ):
            torch.manual_seed(0)
            made = make(network)
            torch.manual_seed(0)
            found = torch.utils._pytree.tree_leaves(made(*inputs))
            assert [tuple(t.shape) for t in found] == [tuple(t.shape) for t in expected]
            if not training:
                assert all(torch.allclose(a, b) for a, b in zip(found, expected, strict=True))


def chain(nodes: int, line: str) -> Graph:
    return archspec.analyze(archspec.Source("input: 8x4x4\nmodel:\n" + "".join(line.format(i=i) for i in range(nodes))))


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("  - Conv2d: {{out_channels: 8, kernel_size: 1}}\n", marks=pytest.mark.slow, id="numbered"),
        pytest.param("  - c{i}: ReLU\n", id="named"),
    ],
)
def test_long_chain_that_is_written_out(line: str) -> None:
    graph = chain(10_000, line)
    network = build(graph)
    assert len(list(network.children())) == 10_000
    assert network(torch.empty(2, 8, 4, 4, device="meta")).shape == (2, 8, 4, 4)


def test_every_spec_is_tried() -> None:
    assert len(REFERENCE) >= 43
