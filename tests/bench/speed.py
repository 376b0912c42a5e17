"""Built networks run as fast as those written by hand: forward, and forward with backward."""

from __future__ import annotations

import gc

import torch
from torch import nn

import archspec
from tests import parity
from tests.bench.result import Result, ratio
from tests.handwritten import HANDWRITTEN
from tests.reference import REFERENCE, SPECS

NETWORKS = ("resnet18", "densenet", "googlenet", "vgg11_small")
LIMIT = 1.02
BATCH = 2


def run() -> list[Result]:
    torch.set_num_threads(1)
    return [result for name in NETWORKS for result in _network(name)]


def _network(name: str) -> list[Result]:
    ours = archspec.build(SPECS / f"{name}.yaml")
    theirs = HANDWRITTEN[name]()
    theirs.load_state_dict(ours.state_dict(), assign=True)  # the same memory: where a tensor lies changes what it costs
    x = parity.random_input(BATCH, *REFERENCE[name].input)
    modules = (ours, theirs)

    def forward(module: nn.Module) -> None:
        with torch.no_grad():
            module(x)

    def both(module: nn.Module) -> None:
        module.zero_grad()
        module(x).sum().backward()

    gc.disable()  # a collection would be charged to whichever runs
    try:
        for module in modules:
            module.eval()
        forwards = ratio(lambda: forward(ours), lambda: forward(theirs))
        for module in modules:
            module.train()
        boths = ratio(lambda: both(ours), lambda: both(theirs))
    finally:
        gc.enable()
    return [Result(f"{name}: forward", forwards, LIMIT), Result(f"{name}: forward and backward", boths, LIMIT)]
