"""torchvision's networks, as its own constructors make them, on the meta device."""

import torch
import torchvision
from torch import nn

OPTIONS = {
    "googlenet": {"aux_logits": True, "init_weights": False, "transform_input": False},
    "inception_v3": {"aux_logits": True, "init_weights": False, "transform_input": False},
}


def torchvision_module(name: str) -> nn.Module:
    # RegNet works out its widths with tensors, which must have values.
    with torch.device("cpu" if name.startswith("regnet") else "meta"):
        module: nn.Module = torchvision.models.get_model(name, weights=None, **OPTIONS.get(name, {}))
    return module.to("meta")
