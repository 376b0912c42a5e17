"""Maps that are too small or off by a pixel: the input that fits is told."""

from __future__ import annotations

from pathlib import Path

import pytest

import archspec

HERE = Path(__file__).parent


def test_a_skip_connection_that_is_off_by_a_pixel() -> None:
    with pytest.raises(archspec.SpecError) as caught:
        archspec.analyze(HERE / "unet_odd_size.yaml")
    (mistake,) = caught.value.diagnostics
    assert mistake.help == "height and width of the input must divide by 4: 3x224x224 fits"
    assert [(note.span.line, note.message) for note in mistake.notes][-1] == (14, "drops a row of 111")
    assert str(archspec.analyze(HERE / "unet_odd_size.yaml", input="3x224x224").output) == "2x224x224"
