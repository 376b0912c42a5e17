"""What the tests of commands share."""

from pathlib import Path
from textwrap import dedent

import pytest

SPEC = """
    name: Tiny
    input: 1x8x8
    params: {classes: 5}
    model:
      conv: {Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}}
      bn: BatchNorm2d
      relu: ReLU
      flatten: Flatten
      fc: {Linear: classes}
"""


@pytest.fixture(scope="session")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small spec with a param."""
    path = tmp_path_factory.mktemp("specs") / "tiny.yaml"
    path.write_text(dedent(SPEC))
    return path
