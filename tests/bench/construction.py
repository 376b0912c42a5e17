"""A network is built from its spec about as fast as torchvision's constructor builds it."""

from __future__ import annotations

import torch

import archspec
from archspec.runtime import module
from tests.bench.result import Result, ratio
from tests.reference import SPECS
from tests.torchvision_modules import torchvision_module

LIMIT = 1.5


def run() -> list[Result]:
    torch.set_num_threads(1)
    value = ratio(lambda: _build("resnet152"), lambda: torchvision_module("resnet152"), seconds=10)
    return [Result("resnet152 on meta, spec to module", value, LIMIT)]


def _build(name: str) -> None:
    module._modules.clear()  # source that was executed before would not be executed again
    archspec.build(SPECS / "torchvision" / f"{name}.yaml", device="meta")
