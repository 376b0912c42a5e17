"""Optimizers, schedules of the learning rate, and how the weights begin."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from torch import nn
from torch.nn.modules.conv import _ConvNd
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, StepLR

from archspec.runtime.train.options import Options

_INITS: dict[str, Callable[..., Any]] = {
    "xavier_uniform": nn.init.xavier_uniform_,
    "xavier_normal": nn.init.xavier_normal_,
    "kaiming_uniform": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
    "kaiming_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}
STATE_PER_PARAMETER = {"sgd": 0, "adam": 2, "adamw": 2}
"""Numbers that an optimizer keeps for each parameter; momentum adds one to sgd's."""


def initialize(net: nn.Module, init: str) -> None:
    """Begin with these weights, and zero biases, in every convolution and Linear; `default` leaves torch's."""
    if init == "default":
        return
    for module in net.modules():
        if isinstance(module, _ConvNd | nn.Linear):
            _INITS[init](module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def optimizer(net: nn.Module, options: Options) -> Optimizer:
    match options.optimizer:
        case "sgd":
            return SGD(net.parameters(), options.lr, momentum=options.momentum, weight_decay=options.weight_decay)
        case "adam":
            return Adam(net.parameters(), options.lr, weight_decay=options.weight_decay)
    return AdamW(net.parameters(), options.lr, weight_decay=options.weight_decay)


def schedule(optimizer: Optimizer, options: Options) -> LRScheduler | None:
    """How the learning rate falls, epoch by epoch: as a cosine to zero, or to a tenth after each third of them."""
    match options.schedule:
        case "cosine":
            return CosineAnnealingLR(optimizer, options.epochs)
        case "step":
            return StepLR(optimizer, max(math.ceil(options.epochs / 3), 1))
    return None
