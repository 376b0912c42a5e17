"""Specs whose help led nowhere: what is said of them, and that it leads on."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec import fixes
from archspec.api import examine
from archspec.diagnostics import Diagnostic
from archspec.source import read

HERE = Path(__file__).parent
CNN = "write `import: archspec:cnn` at the top"


def found(name: str) -> list[Diagnostic]:
    path = HERE / f"{name}.yaml"
    return list(examine(read(path, path.name), HERE).diagnostics)


@pytest.mark.parametrize(
    ("name", "said"),
    {
        "help_conv_comma": [(3, "write Conv2d: {out_channels: 64, kernel_size: 3}")],
        "help_linear_newline": [(4, "write `Linear: 10`")],
        "help_block_positional": [
            (10, "write `sequential`"),
            (15, "write vgg_block: {num_convs: 1, channels: 16}"),
            (16, "write vgg_block: {num_convs: 1, channels: 32}"),
        ],
        "help_library_kinds": [
            (3, CNN),
            (4, CNN),
            (5, "did you mean AdaptiveAvgPool2d: 1?"),
            (6, "write Linear: 10"),
        ],
        "foreign_target": [
            (
                2,
                "write its layers as nodes, each under its kind, such as "
                "`[{Conv2d: {in_channels: 3, out_channels: 16, kernel_size: 3}}, ReLU]`",
            )
        ],
        "paste_functional": [
            (3, "write Conv2d: {in_channels: 3, out_channels: 64, kernel_size: 3}"),
            (4, "write ReLU: {inplace: true}"),
            (
                5,
                "write Conv2d: {in_channels: 64, out_channels: 6, kernel_size: [5, 5], padding: [2, 2], bias: false}",
            ),
            (6, "write BatchNorm2d: {num_features: 6}"),
            (7, "write MaxPool2d: {kernel_size: 2, stride: 2}"),
            (8, "write Flatten"),
            (9, "write Linear: {in_features: 1350, out_features: 120}"),
            (10, "write Dropout: 0.5"),
            (11, "write sequential: [{Linear: {in_features: 120, out_features: 84}}, ReLU]"),
            (12, "write Linear: {in_features: 84, out_features: num_classes}"),
        ],
    }.items(),
)
def test_help(name: str, said: list[tuple[int, str]]) -> None:
    assert [(d.span.line, d.help) for d in found(name)] == said


def test_shortcut_beside_its_residual_is_read_as_it_is_meant() -> None:
    first, *others = found("help_shortcut_beside")
    assert (first.rule, first.span.line) == ("node-key", 13)
    assert first.help == "write `body:` above the nodes of residual, and `shortcut:` below it, as far in as `body:`"
    assert [(d.rule, d.span.line) for d in others] == [("residual-shapes", 14), ("argument-missing", 26)]


@pytest.mark.parametrize("name", ["help_linear_newline", "help_block_positional", "paste_functional"])
def test_fix_leaves_no_mistake_of_form(name: str, tmp_path: Path) -> None:
    diagnostics = found(name)
    edits = [edit for d in diagnostics if d.fix is not None for edit in d.fix.edits]
    assert len({d.span for d in diagnostics if d.fix is not None}) == len(diagnostics)
    path = tmp_path / "spec.yaml"
    path.write_text(fixes.patched(diagnostics[0].span.source, edits))
    left = {d.rule for d in examine(read(path, path.name), tmp_path).diagnostics}
    assert left <= {"conv-in-channels", "norm-num-features", "linear-in-features", "expression-name", "linear-on-map"}


def test_library_is_imported_once() -> None:
    diagnostics = found("help_library_kinds")
    edits = {edit for d in diagnostics if d.fix is not None and d.rule == "unknown-kind" for edit in d.fix.edits}
    assert [edit.text for edit in edits] == ["import: archspec:cnn\n"]
