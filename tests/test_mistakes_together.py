"""One mistake is one error; independent mistakes are all told in one run, and nothing that only follows from them."""

from __future__ import annotations

import pytest

from archspec.api import examine
from archspec.diagnostics import SourceFile
from archspec.fixes import patched
from tests.reference import SPECS
from tests.specs_in_text import rules_of

# Each spec, and every diagnostic that it gives.
TOGETHER: list[tuple[str, str, list[str]]] = [
    (
        "two wrong sizes",
        """
        input: 3x32x32
        model:
          - Conv2d: {in_channels: 1, out_channels: 8, kernel_size: 3}
          - Flatten
          - Linear: {in_features: 100, out_features: 10}
        """,
        ["4:27 conv-in-channels", "6:27 linear-in-features"],
    ),
    (
        "two wrong sizes of one layer",
        """
        input: 8
        model:
          - Linear: {in_features: 100, out_features: 10}
            shape: 11
        """,
        ["4:27 linear-in-features", "5:12 shape"],
    ),
    (
        "a wrong size, and what is expected of the network",
        """
        input: 8
        model:
          - Linear: {in_features: 100, out_features: 10}
        expect: {output: 11}
        """,
        ["4:27 linear-in-features", "5:18 expect"],
    ),
    (
        "two misspelt kinds",
        """
        input: 3x32x32
        model:
          - Conv2D: {out_channels: 8, kernel_size: 3}
          - Flaten
        """,
        ["4:5 unknown-kind", "5:5 unknown-kind"],
    ),
    (
        "a misspelt kind, and a wrong value behind it",
        """
        input: 3x32x32
        model:
          - Conv2D: {out_channels: 8, kernel_size: 3}
          - Dropout: 2
        """,
        ["4:5 unknown-kind", "5:14 argument-value"],
    ),
    (
        "two misspelt arguments of one layer",
        """
        input: 3x32x32
        model:
          - Conv2d: {out_chanels: 8, kernel_sise: 3}
        """,
        ["4:14 unknown-argument", "4:30 unknown-argument"],
    ),
    (
        "two arguments out of their range",
        """
        input: 3x32x32
        model:
          - Conv2d: {out_channels: 0, kernel_size: 0}
        """,
        ["4:28 argument-value", "4:44 argument-value"],
    ),
    (
        "an unknown name and a misspelt name",
        """
        params: {width: 8}
        input: 8
        model:
          - Linear: widht
          - Linear: {out_features: 4, bias: flase}
        """,
        ["5:13 expression-name", "6:37 expression-name"],
    ),
    (
        "keys of the document, and what stands in it",
        """
        nmae: Net
        input: 8
        train: {epochs: 0}
        model:
          - Linear: {out_featurs: 4}
        """,
        ["2:1 unknown-key", "4:17 document-value", "6:14 unknown-argument"],
    ),
    (
        "in two blocks",
        """
        input: 8
        blocks:
          A: {body: [Linear: 0]}
          B: {body: [Dropout: 2]}
        model: [A, B]
        """,
        ["4:22 argument-value", "5:23 argument-value"],
    ),
    (
        "in a block and behind its call",
        """
        input: 8
        blocks:
          A: {body: [Linear: 0]}
        model:
          - A
          - Dropout: 2
        """,
        ["4:22 argument-value", "7:14 argument-value"],
    ),
    (
        "in two branches",
        """
        input: 3x8x8
        model:
          - concat:
              - Conv2d: {out_channels: 0, kernel_size: 1}
              - Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 1}
        """,
        ["5:32 argument-value", "6:31 conv-in-channels"],
    ),
    (
        "two references to nothing",
        """
        input: 8
        model:
          a: {Linear: 4}
          b: {from: x, Linear: 4}
          c: {from: y, Linear: 4}
        """,
        ["5:13 from-unknown", "6:13 from-unknown"],
    ),
    (
        "two duplicate keys",
        """
        input: 8
        input: 9
        model:
          - Linear: {out_features: 4, out_features: 5}
        """,
        ["3:1 yaml-duplicate-key", "5:31 yaml-duplicate-key"],
    ),
    (
        "two texts to quote",
        """
        params: {k: 3}
        input: 3x8x8
        model:
          - MaxPool2d: {kernel_size: max(k, 3)}
          - MaxPool2d: {kernel_size: max(k, 2)}
        """,
        ["5:30 yaml-quote", "6:30 yaml-quote"],
    ),
    (
        "a duplicate name and a wrong size",
        """
        input: 8
        model:
          - fc: {Linear: 4}
          - fc: {Linear: 4}
          - head: {from: fc, Linear: {in_features: 5, out_features: 4}}
        """,
        ["5:5 duplicate-name", "6:44 linear-in-features"],
    ),
    (
        "a table of rows is one mistake, and what stands beside it another",
        """
        input: 3x32x32
        model:
          - [-1, 1, Conv2d, [64, 3]]
          - [-1, 3, Conv2d, [64, 3]]
          - Dropout: 2
        """,
        ["4:5 node-form", "6:14 argument-value"],
    ),
    (
        "kinds under `type`, and a name that is not there",
        """
        input: 3x32x32
        model:
          - {name: stem, type: Conv2d, out_channels: 64, kernel_size: 3}
          - {from: stem, type: ReLU}
          - {from: head, ReLU: }
        """,
        ["4:18 node-form", "5:18 node-form", "6:12 from-unknown"],
    ),
    (
        "two tensors for a join of another name",
        """
        input: 3x32x32
        model:
          a: ReLU
          b: {from: input, ReLU: }
          c: {from: [a, b], Concat: 1}
        """,
        ["6:21 unknown-kind"],
    ),
    (
        "two tensors beside the name of an unknown kind",
        """
        input: 3x32x32
        model:
          - a: ReLU
          - b: {Frobnicate: }
            from: [input, a]
        """,
        ["5:9 unknown-kind"],
    ),
    (
        "a call of torch and a forgotten space",
        """
        input: 3x32x32
        model:
          - nn.Conv2d(3, 64, 3)
          - Linear:10
        """,
        ["4:5 node-form", "5:11 yaml-colon"],
    ),
    (
        "two params that nothing reads",
        """
        params: {a: 1, b: 2}
        input: 8
        model: [ReLU]
        """,
        ["2:10 unused-param", "2:16 unused-param"],
    ),
    (
        "a wrong input, and a wrong value",
        """
        input: 3 224 224
        model:
          - Conv2d: {out_channels: 0, kernel_size: 3}
        """,
        ["2:8 input-shape", "4:28 argument-value"],
    ),
    (
        "a loop that cannot be run, and a wrong value",
        """
        input: 8
        model:
          - for: i in rnage(3)
            Linear: 4
          - Dropout: 2
        """,
        ["4:15 expression-name", "6:14 argument-value"],
    ),
]

# Each spec has one mistake; all that depends on it keeps quiet.
ALONE: list[tuple[str, str, list[str]]] = [
    (
        "behind a node that is not known, sizes are not",
        """
        input: 3x32x32
        model:
          - Conv2D: {out_channels: 8, kernel_size: 3}
          - BatchNorm2d: {num_features: 3}
          - Flatten
          - Linear: {in_features: 100, out_features: 10}
            shape: 10
        expect: {output: 11}
        """,
        ["4:5 unknown-kind"],
    ),
    (
        "a name of a node that is not known is",
        """
        input: 8
        model:
          stem: {Linaer: 8}
          head: {from: stem, Linear: 4}
          sum: {add: [{from: stem}, {from: head}]}
          again: {reuse: stem}
        outputs: [head, sum]
        """,
        ["4:10 unknown-kind"],
    ),
    (
        "and the automatic one",
        """
        input: 8
        model:
          - Linaer: 8
          - body: {Linear: 8}
          - {from: fc1, Linear: 4}
        """,
        ["4:5 unknown-kind"],
    ),
    (
        "and those of a loop",
        """
        input: 8
        model:
          - for: i in rnage(3)
            name: fc{i}
            Linear: 8
          - {from: fc1, Linear: 4}
        """,
        ["4:15 expression-name"],
    ),
    (
        "and those within a structure",
        """
        input: 8
        model:
          - for: i in rnage(3)
            concat: {a: {Linear: 4}, b: {Linear: 4}}
          - {from: b, Linear: 4}
        """,
        ["4:15 expression-name"],
    ),
    (
        "a branch that is not known joins anything",
        """
        input: 3x8x8
        model:
          - concat:
              - Conv2d: {out_channels: 0, kernel_size: 1}
              - Conv2d: {out_channels: 4, kernel_size: 3}
              - ReLU
          - Conv2d: {in_channels: 7, out_channels: 4, kernel_size: 3}
        """,
        ["5:32 argument-value"],
    ),
    (
        "a Flatten that is missing changes all behind it",
        """
        input: 3x8x8
        model:
          - Linear: {in_features: 192, out_features: 10}
          - Linear: {in_features: 11, out_features: 10}
        expect: {output: 10}
        """,
        ["4:27 linear-in-features"],
    ),
    (
        "a `let` value that is wrong, used all over",
        """
        params: {width: 8}
        let: {wide: widht * 2, wider: wide * 2}
        input: 8
        model:
          - Linear: wide
          - Linear: wider
          - for: i in range(wide)
            Linear: wide
        """,
        ["3:13 expression-name"],
    ),
    (
        "an argument of a block that is wrong, used all over it",
        """
        input: 3x8x8
        blocks:
          Pair:
            params: {n: 4}
            body:
              - Conv2d: {out_channels: n, kernel_size: 1}
              - Conv2d: {out_channels: 2 * n, kernel_size: 1}
              - Conv2d: {out_channels: 4, kernel_size: n}
        model:
          - Pair: 4.5
          - Pair: [4, 4]
        """,
        ["7:32 argument-type"],
    ),
    (
        "a mistake in a block that is called three times",
        """
        input: 8
        blocks:
          Pair: {body: [Linear: 0, ReLU]}
        model: [Pair, Pair, Pair]
        """,
        ["4:25 argument-value"],
    ),
    (
        "a mistake in a loop",
        """
        input: 8
        model:
          - for: n in [8, 4, 2]
            Linear: n - 8
        """,
        ["5:13 argument-value"],
    ),
    (
        "a size that is wrong in a loop",
        """
        input: 8
        model:
          - for: n in [8, 4, 2]
            Linear: {in_features: 3, out_features: n}
        """,
        ["5:27 linear-in-features"],
    ),
    (
        "a key that is misspelt is taken for what it is near to",
        """
        input: 8
        blokcs:
          Pair: {bdoy: [Linear: 4, ReLU]}
        parmas: {width: 4}
        modle: [Pair, Linear: width]
        """,
        ["3:1 unknown-key", "4:10 unknown-key", "5:1 unknown-key", "6:1 unknown-key"],
    ),
    (
        "a key that is not known may hold all names",
        """
        input: 8
        definitions:
          Pair: {body: [Linear: 4, ReLU]}
        model: [Pair, Linear: width]
        """,
        ["3:1 unknown-key"],
    ),
    (
        "what a file that is missing would bring",
        """
        extends: missing.yaml
        params: {depths: [2, 2]}
        model:
          - Linear: classes
          - Block: 4
        outputs: [fine]
        """,
        ["2:10 path-refused"],
    ),
    (
        "of several inputs one is wrong",
        """
        input: {image: 3x8, tokens: x}
        model:
          - {from: tokens, Linear: 4}
          - {from: image, Conv1d: {out_channels: 4, kernel_size: 3}}
        """,
        ["2:29 input-shape"],
    ),
    (
        "a network that is too large",
        """
        input: 8
        model:
          - repeat: 100000
            sequential: [ReLU, Tanh, Sigmoid]
          - repeat: 100000
            sequential: [ReLU, Tanh, Sigmoid]
          - Linear: zero
        """,
        ["4:13 bounds"],
    ),
    (
        "blocks that call one another in a circle",
        """
        input: 8
        blocks:
          A: {body: [B, B]}
          B: {body: [C]}
          C: {body: [A, C]}
        model: [A, Linear: 4]
        """,
        ["6:14 block-recursion", "6:17 block-recursion"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case, id=title) for title, *case in TOGETHER])
def test_independent_mistakes_are_all_told(text: str, expected: list[str]) -> None:
    assert rules_of(text) == expected


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case, id=title) for title, *case in ALONE])
def test_what_follows_from_a_mistake_is_not_told(text: str, expected: list[str]) -> None:
    assert rules_of(text) == expected


@pytest.mark.parametrize(
    ("spec", "old", "new", "wrong", "right"),
    [
        ("vgg11", "- Linear: 4096\n", "- Linear: {in_features: 25000, out_features: 4096}\n", "25000", "25088"),
        ("inception_mnist", "{Linear: 10}", "{Linear: {in_features: 1440, out_features: 10}}", "1440", "1408"),
    ],
)
def test_a_wrong_first_linear(spec: str, old: str, new: str, wrong: str, right: str) -> None:
    """What the books warn of: one error, at the very number, with the right one, and a fix that mends it."""
    path = SPECS / f"{spec}.yaml"
    text = path.read_text().replace(old, new, 1)
    source = SourceFile(path.name, text, path)
    (found,) = examine(source, SPECS).diagnostics
    assert found.rule == "linear-in-features"
    assert found.message == f"Linear gets {right} features, not {wrong}"
    before = text[: text.index(wrong)]
    assert (found.span.line, found.span.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert found.help is not None
    assert right in found.help
    assert found.fix is not None
    mended = SourceFile(path.name, patched(source, found.fix.edits), path)
    assert examine(mended, SPECS).diagnostics == ()
