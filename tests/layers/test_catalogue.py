"""Every public module of torch.nn and torchvision.ops: a kind, or left out for a reason."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest
from torch import nn
from torchvision import ops

from archspec.layers import KINDS
from tests import torchs

LEFT_OUT = {
    "torch.nn": {
        "a loss, which needs a target": (
            "AdaptiveLogSoftmaxWithLoss BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss "
            "GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss "
            "MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d "
            "PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss"
        ),
        "a container: structures and names say the same": (
            "Container Module ModuleDict ModuleList ParameterDict ParameterList Sequential"
        ),
        "lazy: sizes are inferred before there is a module": (
            "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d "
            "LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d "
            "LazyLinear"
        ),
        "needs the indices of a pool, and a node makes one tensor": "MaxUnpool1d MaxUnpool2d MaxUnpool3d",
        "abstract": "RNNBase RNNCellBase",
        "a way to run a network, not a part of one": "DataParallel",
    },
    "torchvision.ops": {
        "a composition, which a block of the library says": "Conv2dNormActivation Conv3dNormActivation MLP",
        "takes or gives a dictionary of maps": "FeaturePyramidNetwork MultiScaleRoIAlign",
        "takes boxes, of which each example may have another number": "PSRoIAlign PSRoIPool RoIAlign RoIPool",
    },
}


@pytest.mark.parametrize("package", [nn, ops], ids=lambda package: package.__name__)
def test_every_module_is_a_kind_or_left_out_for_a_reason(package: ModuleType) -> None:
    public = {
        name
        for name, value in vars(package).items()
        if inspect.isclass(value) and issubclass(value, nn.Module) and not name.startswith("_")
    }
    left_out = [name for names in LEFT_OUT[package.__name__].values() for name in names.split()]
    assert len(left_out) == len(set(left_out))
    if new := sorted(public - KINDS.keys() - set(left_out)):
        torchs.differs(f"{package.__name__} has modules that are no kinds: {', '.join(new)}")
    assert KINDS.keys().isdisjoint(left_out)
