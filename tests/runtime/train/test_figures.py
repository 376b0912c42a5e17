"""What the README may say of training, on the real Fashion-MNIST."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reference import SPECS
from tests.runtime.train.conftest import Run
from tests.runtime.train.sets import REAL, needs_real


@needs_real
@pytest.mark.slow
@pytest.mark.parametrize(("epochs", "train", "test"), [(2, 0.80, 0.55), (8, 0.88, 0.83)])
def test_lenet_bn_learns_fashion_mnist(tmp_path: Path, epochs: int, train: float, test: float) -> None:
    """At its learning rate of 1.0 the test accuracy swings from epoch to epoch; over 8 of them the best is meant."""
    assert REAL is not None
    run = Run(SPECS / "lenet_bn.yaml", REAL, tmp_path / "run", "--epochs", epochs, "--seed", 1)
    assert run.result.exit_code == 0, run.result.output
    tests = [float(row["test_acc"]) for row in run.rows]
    assert float(run.rows[-1]["train_acc"]) >= train
    assert (tests[-1] if epochs == 2 else max(tests)) >= test
