"""Every layer kind against torch: verdict, output, parameters, buffers, MACs, and the call that makes the module."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

from archspec.layers import KINDS, Layer, LayerError
from tests.layers.strategies import Case, cases
from tests.layers.torch_judge import Refusal, Verdict, contents, count_macs, judge, make

STRICTER = {"input-rank", "batch-dimension"}


def compare(case: Case) -> None:
    """Archspec and torch must agree on a node."""
    theirs = judge(case.layer.target, case.sizes | case.written, case.x)
    ours = verdict(case)
    if isinstance(ours, list):
        assert all(map(is_a_sentence, ours))
        assert isinstance(theirs, Refusal) or is_stricter(case, ours, theirs), [error.message for error in ours]
        return
    assert isinstance(theirs, Verdict), theirs.message
    assert ours.output(case.x) == theirs.output
    assert list(ours.parameters(case.x).items()) == theirs.contents.parameters
    assert list(ours.buffers(case.x).items()) == theirs.contents.buffers
    assert contents(make(ours.target, *ours.arguments(case.x))) == theirs.contents
    assert ours.macs(case.x) == count_macs(case.layer.target, case.sizes | case.written, case.x)
    assert len(ours.windows(case.x) or ()) in (0, len(case.x.shape) - 1)


def verdict(case: Case) -> Layer | list[LayerError]:
    """The layer, or all that archspec has against it."""
    try:
        layer = case.layer.model_validate(case.arguments)
    except ValidationError as error:
        return case.layer.complaints(error, case.arguments)
    try:
        layer.output(case.x)
        return layer.check(case.x) or layer
    except LayerError as error:
        return [error]


def is_a_sentence(error: LayerError) -> bool:
    return bool(re.fullmatch(r"[A-Za-z].*[^.]", error.message)) and "nput should" not in error.message


def is_stricter(case: Case, errors: list[LayerError], theirs: Verdict) -> bool:
    """Whether archspec may refuse what torch runs: in four places, and where a declared size is wrong."""
    lengths = {name: field.length for name, field in case.layer.fields().items()}
    return (
        any(error.rule in STRICTER for error in errors)
        or 0 in theirs.output.shape
        or any(
            isinstance(value, list) and lengths[name] not in (None, len(value))
            for name, value in case.arguments.items()
        )
        or any(error.rule == case.layer.size_rule and error.argument in case.layer.inferred for error in errors)
        # an accident of oneDNN, which leaves the dilation of a kernel of one pixel unread
        or (case.kind.startswith("ConvTranspose") and any(error.argument == "dilation" for error in errors))
    )


def battery(kind: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases(kind))
    def run(case: Case) -> None:
        compare(case)

    run()


@pytest.mark.parametrize("kind", KINDS)
def test_kind_is_torchs(kind: str) -> None:
    battery(kind, 40)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_kind_is_torchs_in_many_cases(kind: str) -> None:
    battery(kind, 400)
