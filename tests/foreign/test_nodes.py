"""Nodes as other programs write them, in the words of this one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec import layers
from archspec.diagnostics import SourceFile
from archspec.foreign import calls, nodes, words
from archspec.source import Node, Scalar, Sequence, parse
from archspec.source.flow import text_of

CONV = {"in_channels": False, "out_channels": True, "kernel_size": True, "stride": False}


def items(text: str) -> list[Node]:
    """The values of a list."""
    raw = parse(SourceFile("spec.yaml", text))
    assert isinstance(raw, Sequence)
    return raw.items


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("", {}),
        ("3, 64, 3", {"in_channels": "3", "out_channels": "64", "kernel_size": "3"}),
        ("3, 64, kernel_size=3", {"in_channels": "3", "out_channels": "64", "kernel_size": "3"}),
        ("3, 64, (3, 5),", {"in_channels": "3", "out_channels": "64", "kernel_size": "[3, 5]"}),
        ("16 * 5 * 5, 2*n", {"in_channels": "16 * 5 * 5", "out_channels": "2 * n"}),
        ("stride = -1", {"stride": "-1"}),
        ("3, in_channels=3", None),
        ("3, 64, 3, 1, 1", None),
        ("size=3", None),
        ("*arguments", None),
        ("f(3), 4", None),
        ("3, " * 100, None),
    ],
)
def test_arguments_of_a_call(text: str, arguments: dict[str, str] | None) -> None:
    assert calls.read_arguments(text, CONV) == arguments


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = calls.read_arguments(text, CONV)
    assert found is None or set(found) <= set(CONV)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[3, 64, 3]", ["in_channels", "out_channels", "kernel_size"]),
        ("[64, 3]", ["out_channels", "kernel_size"]),
        ("[64]", ["out_channels"]),
        ("[3, 64, 3, 1]", list(CONV)),
        ("[3, 64, 3, 1, 1]", None),
    ],
)
def test_list_in_order(text: str, names: list[str] | None) -> None:
    found = nodes.in_order(items(text), CONV)
    assert (None if found is None else list(found)) == names


def test_list_of_a_row_leaves_out_what_is_inferred() -> None:
    found = nodes.in_order(items("[64, 3, 2]"), CONV, inferred=False)
    assert found == {"out_channels": "64", "kernel_size": "3", "stride": "2"}


@pytest.mark.parametrize(
    ("text", "is_row"),
    [
        ("[-1, 1, Conv2d, [64, 3]]", True),
        ("[Conv2d, 3, 64]", True),
        ("[ReLU, Flatten]", False),
        ("[1, 2]", False),
        ("[ReLU, {Linear: 10}]", False),
    ],
)
def test_row(text: str, is_row: bool) -> None:
    raw = parse(SourceFile("spec.yaml", text))
    assert isinstance(raw, Sequence)
    assert nodes.is_row(raw) is is_row


@pytest.mark.parametrize(
    ("word", "here"),
    [
        ("Dense", "Linear"),
        ("GlobalAveragePooling1D", "AdaptiveAvgPool1d: 1"),
        ("MaxPooling3D", "MaxPool3d"),
        ("Frobnicate", None),
    ],
)
def test_kind(word: str, here: str | None) -> None:
    assert nodes.kind(word) == here


def test_kinds_of_elsewhere_are_called_by_names_that_exist() -> None:
    from archspec.document.files import library_blocks
    from archspec.document.nodes import STRUCTURES

    assert {n.partition(":")[0] for n in words.KINDS.values()} <= {*layers.KINDS, *STRUCTURES, *library_blocks()}


def test_long_value_is_not_shown() -> None:
    value = items(f"[{'a' * 50}]")[0]
    assert isinstance(value, Scalar)
    assert text_of(value) == "..."
