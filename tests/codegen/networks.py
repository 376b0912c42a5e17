"""The networks that the source is tried on, and their classes."""

import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor, nn

import archspec
from archspec.codegen import class_name, generate
from archspec.graph import Graph
from tests.reference import SPECS

HERE = Path(__file__).parent
OWN = sorted(path.stem for path in (HERE / "specs").glob("*.yaml"))
REFERENCE = sorted(str(path.relative_to(SPECS).with_suffix("")) for path in SPECS.rglob("*.yaml"))
ALL = [*OWN, *REFERENCE]


@cache
def graph_of(name: str) -> Graph:
    folder = HERE / "specs" if name in OWN else SPECS
    return archspec.analyze(folder / f"{name}.yaml")


@cache
def source_of(name: str) -> str:
    return generate(graph_of(name))


def build(graph: Graph, source: str | None = None, device: str = "meta") -> nn.Module:
    sys.modules["generated"] = generated = ModuleType("generated")  # up to 2.13, torch.compile imports it
    exec(compile(source or generate(graph), "<generated>", "exec"), vars(generated))
    network = vars(generated)[class_name(graph)]
    assert isinstance(network, type)
    with torch.device(device):
        module = network()
    assert isinstance(module, nn.Module)
    return module


def random_inputs(graph: Graph, seed: int = 0) -> list[Tensor]:
    """A batch of two for each input: noise in float64, tokens under 100."""
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randint(100, (2, *type.shape), generator=generator)
        if type.dtype == "int64"
        else torch.randn(2, *type.shape, generator=generator, dtype=torch.float64)
        for type in graph.inputs.values()
    ]
