"""Inputs that once ended in a traceback, or were accepted and could not be built."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import archspec

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("case", "rule", "message"),
    [
        ("round_overflow", "expression-value", "the result is no finite number"),
        ("hardtanh_uint8", "argument-value", "Hardtanh's min_val -1.0 does not fit uint8"),
    ],
)
def test_refused_in_a_sentence(case: str, rule: str, message: str) -> None:
    with pytest.raises(archspec.SpecError) as caught:
        archspec.build(HERE / f"{case}.yaml")
    assert [(d.rule, d.message) for d in caught.value.diagnostics] == [(rule, message)]


@pytest.mark.filterwarnings("ignore:input's size at dim=1 does not match num_features")
def test_an_instance_norm_without_weights_takes_other_channels() -> None:
    net = archspec.build(HERE / "reuse_instancenorm.yaml")
    a, b = torch.rand(2, 4, 5, 3), torch.rand(2, 3, 5, 2)
    torch.testing.assert_close(net(a, b), torch.nn.InstanceNorm2d(3)(b))
