"""torchvision's networks, as its own constructors make them, on the meta device."""

import torch
import torchvision
from torch import nn

OPTIONS = {
    "googlenet": {"aux_logits": True, "init_weights": False, "transform_input": False},
    "inception_v3": {"aux_logits": True, "init_weights": False, "transform_input": False},
}


def torchvision_module(name: str) -> nn.Module:
    with torch.device("meta"):
        module: nn.Module = torchvision.models.get_model(name, weights=None, **OPTIONS.get(name, {}))
    return module
