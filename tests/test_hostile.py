"""Hostile specs end as a clean error, within bounds of work and memory; `tests.bench.hostile` measures the time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.forks import Ended, call

CALLS = 10_000_000
"""Some two seconds' worth."""
_RULE = re.compile(r"^(?:error|warning)\[([\w-]+)\]", re.MULTILINE)


def check(path: Path, *, count: bool = True) -> Ended:
    """`archspec check` on a file, in a process of its own, as a user runs it."""
    return call("tests.forks:archspec", "check", path.name, folder=path.parent, count=count)


def ends_well(ended: Ended) -> None:
    """No traceback, no crash, and within the bounds."""
    assert "Traceback" not in ended.err, ended.err[-2000:]
    assert ended.status in (0, 1), (ended.status, ended.err[-2000:])
    assert ended.calls < CALLS
    assert len(ended.out) < 1_000_000


def model(*lines: str, before: str = "") -> str:
    """A spec of these lines; `before` are other parts of the document."""
    return "\n".join([before, "input: 8", "model:", *(f"  {line}" for line in lines), ""])


def doubling(count: int) -> str:
    """Blocks of which each calls the one before twice."""
    blocks = "".join(f"  B{i}: {{body: [B{i - 1}, B{i - 1}]}}\n" for i in range(1, count))
    return f"input: 8\nblocks:\n  B0: {{body: [ReLU]}}\n{blocks}model: [B{count - 1}]\n"


def chained(count: int) -> str:
    """Blocks of which each calls the one before."""
    blocks = "".join(f"  B{i}: {{body: [B{i - 1}]}}\n" for i in range(1, count))
    return f"input: 8\nblocks:\n  B0: {{body: [ReLU]}}\n{blocks}model: [B{count - 1}]\n"


def values(part: str, count: int) -> str:
    """Params, or `let` values, of which each is one more than the one before."""
    lines = "".join(f"  a{i}: a{i - 1} + 1\n" for i in range(1, count))
    return f"input: 8\n{part}:\n  a0: 1\n{lines}model: [Linear: a{count - 1}]\n"


def reused(count: int) -> str:
    """Modules of which each runs the one before twice."""
    lines = [f"- a{i}: [{{reuse: a{i - 1}}}, {{reuse: a{i - 1}}}]" for i in range(1, count)]
    return model("- a0: {Linear: 8}", *lines)


def laughs(count: int) -> str:
    """Lists of ten aliases of the list before."""
    lines = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, count)]
    return "\n".join(["a0: &a0 [lol]", *lines, ""])


SHARED = "let: {a: '[1] * 1000', b: '[a] * 1000', c: '[b] * 1000', d: '[c] * 1000'}"
"""A list whose elements cannot be counted."""

# What is hostile, the spec, and the rules of what is said of it; None: whatever it is.
TEXTS: list[tuple[str, str | bytes, list[str] | None]] = [
    # YAML
    ("nothing", "", ["yaml-empty"]),
    ("a NUL", b"input: 8\0", ["yaml-encoding"]),
    ("NULs alone", b"\0" * 10_000, ["yaml-encoding"]),
    ("UTF-16", "input: 8\nmodel: [ReLU]\n".encode("utf-16"), ["yaml-encoding"]),
    ("UTF-16 without a mark", "input: 8\nmodel: [ReLU]\n".encode("utf-16-le"), ["yaml-encoding"]),
    ("Latin-1", "name: Réseau\ninput: 8\nmodel: [ReLU]\n".encode("latin-1"), ["yaml-encoding"]),
    ("bytes at random", bytes(range(256)) * 100, ["yaml-encoding"]),
    ("an alias bomb", laughs(12), ["yaml-bounds"]),
    (
        "an alias bomb of merges",
        "a: &a {k: 1}\n" + model(*["- {<<: [" + "*a, " * 999 + "*a]}"] * 1001),
        ["yaml-bounds"],
    ),
    ("100,000 brackets", "a: " + "[" * 100_000, ["yaml-bounds"]),
    ("100,000 braces", "a: " + "{a: " * 100_000, ["yaml-bounds"]),
    ("100,000 dashes", "a:\n  " + "- " * 100_000 + "x\n", ["yaml-bounds"]),
    ("100,000 question marks", "? " * 100_000, ["yaml-key"]),
    ("an unclosed quote of a megabyte", 'name: "' + "x" * 1_000_000, ["yaml-unclosed"]),
    ("a key of a megabyte", model("- " + "x" * 1_000_000 + ": 4"), ["yaml-key"]),
    ("a word of a megabyte", model("- " + "x" * 1_000_000), ["unknown-kind"]),
    ("a number of 100,000 digits", model("- Linear: " + "9" * 100_000), ["yaml-bounds"]),
    ("a tag of Python", "input: !!python/object/apply:os.system ['true']\nmodel: [ReLU]\n", ["yaml-tag"]),
    ("10,000 documents", "---\na: 1\n" * 10_000, ["yaml-documents"]),
    ("10,000 TAG directives", "".join(f"%TAG !{i}! x\n" for i in range(10_000)) + "--- 1\n", ["yaml-tag"]),
    ("10,000 colons", "a" + ": a" * 10_000, ["yaml-syntax"]),
    # sizes
    ("a repeat of 10^9", model("- repeat: 1000000000", "  ReLU:"), ["bounds"]),
    ("a repeat by expression", model("- repeat: 10 ** 9", "  ReLU:"), ["bounds"]),
    (
        "repeats in repeats",
        model("- repeat: 1000", "  sequential:", "    - repeat: 1000", "      sequential: [{repeat: 1000, ReLU: }]"),
        ["bounds"],
    ),
    ("a loop over a list of 10^9", model("- for: i in range(10 ** 9)", "  ReLU:"), ["expression-bounds"]),
    ("blocks that double", doubling(60), ["bounds"]),
    ("blocks that double, by a variable", doubling(60).replace("B59]", "act]\nparams: {act: B59}"), ["bounds"]),
    ("modules that run twice", reused(60), ["bounds"]),
    ("10,000 blocks in a chain", chained(10_000), ["bounds"]),
    ("a chain of blocks that ends in itself", chained(1_000).replace("[ReLU]", "[B999]"), ["block-recursion"]),
    ("100 levels of residuals", "input: 8\nmodel: " + "{residual: [" * 99 + "ReLU" + "]}" * 99, []),
    ("100 levels of lists", "input: 8\nmodel: " + "[" * 180 + "ReLU" + "]" * 180, []),
    (
        "a tensor of 10^36 elements",
        model("- Upsample: 1000000000000").replace("8", "1x1000000x1000000"),
        ["bounds"],
    ),
    ("a shape of 100,000 dimensions", model("- ReLU").replace("8", "x".join(["1"] * 100_000)), []),
    ("channels of 10^18", model("- Linear: 1000000000000000000"), ["bounds"]),
    (
        "outputs of one node",
        model("- a: ReLU") + f"outputs: [{', '.join(['a'] * 50_000)}]\n",
        [],
    ),
    # expressions
    ("a power tower", model("- Linear: 9 ** 9 ** 9 ** 9 ** 9"), ["expression-bounds"]),
    ("a power of a fraction", model("- Linear: (-8) ** 0.5"), None),
    ("10,000 brackets around a number", model(f"- Linear: {'(' * 10_000}1{')' * 10_000}"), ["expression-bounds"]),
    ("a sum of 400,000 ones", model(f"- Linear: {'+'.join(['1'] * 400_000)}"), ["expression-bounds"]),
    ("100,000 minus signs", model(f"- Linear: {'-' * 100_000}1"), ["expression-bounds"]),
    ("250 minus signs", model(f"- Linear: {'-' * 250}1"), None),
    ("a list of lists of lists", model("- Linear: d", before=SHARED), ["expression-bounds"]),
    (
        "... as an argument of a block",
        model("- B: d", before=f"{SHARED}\nblocks: {{B: {{params: {{n: 1}}, body: [Linear: n]}}}}"),
        ["expression-bounds"],
    ),
    ("... as a repeat", model("- repeat: d", "  ReLU:", before=SHARED), ["expression-type"]),
    ("... in a name", model("- name: 'x{d}'", "  ReLU:", before=SHARED), ["expression-type"]),
    ("... compared", model("- when: d == d", "  ReLU:", before=SHARED), None),
    ("... added up", model("- Linear: sum(d, [])", before=SHARED), None),
    (
        "... bound to a kind",
        model("- act", before=f"{SHARED[:-1]}, act: {{LeakyReLU: d}}}}"),
        ["expression-bounds"],
    ),
    (
        "comprehensions in comprehensions",
        model("- Linear: len([i for i in a for j in a])", before="let: {a: range(100000)}"),
        ["expression-bounds"],
    ),
    ("a template of 10,000 parts", model(f"- name: '{'{1}' * 10_000}'", "  ReLU:"), ["expression-bounds"]),
    ("a for of 10,000 targets", model(f"- for: {','.join(f'a{i}' for i in range(10_000))} in [[1]]", "  ReLU:"), None),
    (
        "infinities",
        model("- Linear: .inf", "- Dropout: .nan", "- {repeat: -.inf, ReLU: }", "- {ReLU: , shape: [.inf]}"),
        None,
    ),
    ("attributes and calls", model("- Linear: (1).__class__.__bases__", "- Linear: __import__('os').getpid()"), None),
    # names
    ("a name of a megabyte", model("- {name: " + "x" * 1_000_000 + ", ReLU: }"), ["node-name"]),
    ("a name of 100,000 parts", model("- {name: " + "x." * 100_000 + "y, ReLU: }"), ["node-name"]),
    ("a from of a megabyte", model("- {from: " + "x" * 1_000_000 + ", ReLU: }"), ["from-unknown"]),
    ("a quote in a name", model('- {name: "a\'b", ReLU: }'), ["node-name"]),
    ("a line break in a name", model('- {name: "a\\nb", ReLU: }'), ["node-name"]),
    ("code in a name", model("- {name: 'x = 1; import os', ReLU: }"), ["node-name"]),
    ("a keyword", model("- {name: class, ReLU: }"), ["node-name"]),
    ("a part that is a keyword", model("- {name: a.lambda.b, ReLU: }"), ["node-name"]),
    ("a name of Python's own", model("- {name: __init__, ReLU: }"), ["node-name"]),
    ("letters of another alphabet", model("- {name: \u0441onv, ReLU: }"), ["node-name"]),
    *(
        (f"{name} of nn.Module", model(f"- {{name: {name}, ReLU: }}"), ["node-name"])
        for name in ("forward", "training", "train", "half", "state_dict", "type", "parameters")
    ),
    (
        "control characters",
        'name: "\\e[31m\\u202E"\ninput: 8\nmodel:\n  "\\e[31ma\\u202Eb": {Lineer: 3}\n',
        ["unknown-kind"],
    ),
    ("quotes in the name of the network", 'name: \'a"""b\\n\'\n' + model("- ReLU"), []),
    # many of something
    ("10,000 let values in a chain", values("let", 10_000), []),
    ("10,000 params in a chain", values("params", 10_000), []),
    (
        "10,000 let values of which the first is wrong",
        values("let", 10_000).replace("a0: 1", "a0: nosuch"),
        ["expression-name"],
    ),
    (
        "100 levels of names that reach for the outermost",
        "input: 8\nmodel:\n- x0: ReLU\n"
        + "".join(f"{'  ' * i}- n{i}:\n" for i in range(90))
        + "  " * 90
        + "- {from: x0, ReLU: }\n",
        [],
    ),
]


@pytest.mark.parametrize(("text", "rules"), [pytest.param(text, rules, id=title) for title, text, rules in TEXTS])
def test_hostile_text(text: str | bytes, rules: list[str] | None, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    ended = check(path)
    ends_well(ended)
    found = _RULE.findall(ended.out)
    assert rules is None or found == rules
    assert ended.status == int(bool(found))
    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out
