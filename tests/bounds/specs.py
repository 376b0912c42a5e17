"""Hostile specs: short texts that ask for much work, each in a way of its own; and the largest specs there are."""

from __future__ import annotations

SUM = "in_channels" + "+0" * 490
"""As long as an expression may be."""
WORD = "'" + "a" * 900 + "'"


def spec(*lines: str, before: str = "", input: str = "3x8x8") -> str:
    """A spec of these nodes; `before` are other parts of the document."""
    return "\n".join([before, f"input: {input}", "model:", *(f"  {line}" for line in lines), ""])


def each(count: int, form: str, start: int = 0) -> list[str]:
    """Lines of this form, with a number in each."""
    return [form.replace("#", str(i)) for i in range(start, count)]


def chain(count: int, form: str) -> str:
    """`let` values of which each is made from the one before, `@`."""
    return "".join(
        "  " + form.replace("#", str(i)).replace("@", str(i - 1)).replace("\n", "\n  ") + "\n" for i in range(1, count)
    )


def within(kind: str, depth: int, inner: str) -> str:
    """A node within structures within one another."""
    return f"{{{kind}: [" * depth + inner + "]}" * depth


def block(parts: str, name: str = "B") -> str:
    return f"blocks:\n  {name}: {{{parts}}}"


RANKED = "x".join(["1"] * 900)
"""A shape of many dimensions."""
LET = "  a0: '[0] * 2'\n  b0: '[0] * 2'\n" + chain(45, "a#: '[a@] * 2'\nb#: '[b@] * 2'")
"""Two lists of 2^45 elements."""

HOSTILE: dict[str, str] = {
    # iterations that make nothing
    "rounds of rounds": spec("- repeat: 190000", "  sequential: [{repeat: 190000, when: false, ReLU: }]", "- ReLU"),
    "loops in loops": spec(
        "- for: i in range(99999)", "  sequential: [{for: j in range(99999), when: false, ReLU: }]", "- ReLU"
    ),
    "10^9 rounds of nothing": spec("- repeat: 1000000000", "  when: false", "  ReLU:", "- ReLU"),
    "no rounds, in 100 million": spec(
        "- " + "{repeat: 100, sequential: [" * 4 + "{repeat: 0, ReLU: }" + "]}" * 4, "- ReLU"
    ),
    "blocks of what is left out": spec(
        "- repeat: 90000",
        "  B:",
        "- ReLU",
        before="blocks:\n  A: {body: [{repeat: 30000, when: false, ReLU: }]}\n  B: {body: [A, A]}",
    ),
    "a block of 1,000 nodes that are left out": spec(
        "- repeat: 90000",
        "  B:",
        "- ReLU",
        before="blocks:\n  B:\n    body:\n" + "    - {when: false, ReLU: }\n" * 1000,
    ),
    "a list that many loops run over": spec(
        "- for: i in range(900)",
        "  sequential: [{for: j in r, when: false, ReLU: }]",
        "- ReLU",
        before="let: {r: range(99999)}",
    ),
    "240 variables in each iteration": spec(
        f"- for: {','.join(each(240, 'a#'))} in [range(240)] * 90000", "  when: a1 > 5", "  ReLU:", "- ReLU"
    ),
    "variables that are long to tell": spec(
        "- for: i in [r] * 90000", "  Linear: 8", before="let: {r: '[[[1, 2, 3, 4, 5, 6]] * 6] * 6'}"
    ),
    # expressions, evaluated again and again
    "a long argument": spec("- repeat: 190000", f'  Conv2d: {{out_channels: "{SUM}", kernel_size: 1}}'),
    "a long condition": spec("- repeat: 190000", f'  when: "{SUM} < 0"', "  ReLU:", "- ReLU"),
    "a long name": spec("- for: i in range(99999)", f"  name: 'a{'{i}' * 400}'", "  ReLU:"),
    "a long expression in a name": spec("- for: i in range(99999)", f"  name: 'a{{i{'+i' * 480}}}'", "  ReLU:"),
    "a long let": spec("- repeat: 190000", "  B:", before=block(f"let: {{a: '{SUM}'}}, body: [ReLU]")),
    "1,000 lets in each call": spec(
        "- repeat: 90000",
        "  B:",
        before=block(f"let: {{{', '.join(each(1000, 'a#: in_channels + #'))}}}, body: [ReLU]"),
    ),
    "1,000 params in each call": spec(
        "- repeat: 90000", "  B:", before=block(f"params: {{{', '.join(each(1000, 'a#: #'))}}}, body: [ReLU]")
    ),
    "1,000 texts in each call": spec(
        "- repeat: 90000",
        "  B:",
        before="blocks:\n  B:\n    params:\n"
        + "\n".join(each(1000, "      a#: {type: str, default: 'x{in_channels}'}"))
        + "\n    body: [ReLU]",
    ),
    "1,000 arguments in each call": spec(
        "- repeat: 90000",
        f"  B: {{{', '.join(each(1000, 'a#: #'))}}}",
        before=block(f"params: {{{', '.join(each(1000, 'a#: int'))}}}, body: [ReLU]"),
    ),
    "a long list for each call": spec(
        "- repeat: 90000", "  B: {a: b}", before="let: {b: range(90000)}\n" + block("params: {a: list}, body: [ReLU]")
    ),
    "a long list in each call": spec(
        "- repeat: 90000", f"  B: {{a: [{'1, ' * 900}1]}}", before=block("params: {a: list}, body: [ReLU]")
    ),
    "a name looked up through 60 scopes": spec(
        "- "
        + "".join(f"{{for: i{k} in range(1), sequential: [" for k in range(60))
        + f"{{repeat: 100000, when: '{'+'.join(['z'] * 400)} >= 0', ReLU: }}"
        + "]}" * 60,
        before="let: {z: 1}",
    ),
    "1,000 long expressions": spec("- ReLU", before="let:\n" + "\n".join(each(1000, "  a#: #" + "+1" * 400))),
    "20,000 expressions": spec(*each(20_000, "- Linear: # + 8", 1)),
    "a sum for each layer": spec("- repeat: 100000", "  when: sum(r) > 0", "  ReLU:", before="let: {r: range(5000)}"),
    "a comprehension for each layer": spec("- repeat: 190000", "  when: 5 in [a for a in range(100)]", "  ReLU:"),
    "a slice for each layer": spec(
        "- repeat: 190000", "  when: len(r[1:]) > 0", "  ReLU:", before="let: {r: range(1000)}"
    ),
    "a table for each layer": spec(
        "- repeat: 190000", "  when: in_shape[0] == 1", "  ReLU:", input="x".join(["1"] * 900)
    ),
    "texts that are compared": spec(
        "- repeat: 190000",
        "  when: b in c",
        "  ReLU:",
        "- ReLU",
        before=f"let: {{a: \"{WORD}\", c: {'+'.join('a' * 11)}, b: a+a+a+'b'}}",
    ),
    "powers of powers": spec("- repeat: 190000", f"  when: {' ** '.join(['1'] * 200)} > 1", "  ReLU:", "- ReLU"),
    # lists and texts
    "comprehensions of six loops": spec(
        f"- Linear: len([0 {' '.join(f'for {c} in r' for c in 'abcdef')}])", before="let: {r: range(100)}"
    ),
    "comprehensions within one another": spec(
        "- Linear: len([[[[0 for a in r] for b in r] for c in r] for d in r])", before="let: {r: range(100)}"
    ),
    "a comprehension of nothing": spec(
        "- Linear: len([0 for a in r for b in r for c in r if false])", before="let: {r: range(9000)}"
    ),
    "a comprehension of long elements": spec(f"- Linear: len([{'a+' * 480}a for a in range(99999)])"),
    "slices in a comprehension": spec(
        "- Linear: len([x for x in r if x in r[0:50000:1]])", before="let: {r: range(90000)}"
    ),
    "1,000 lists": spec("- ReLU", before="let:\n" + "\n".join(each(1000, "  a#: range(99999)"))),
    "1,000 lists of lists": spec("- ReLU", before="let:\n" + "\n".join(each(1000, "  a#: enumerate(range(99999))"))),
    "texts in lists": spec(
        "- ReLU",
        before=f'let:\n  s: "{WORD}"\n  t: {"+".join("s" * 10)}\n'
        + "\n".join(each(99, "  a#: '[t + s[#:] for i in range(99999)]'")),
    ),
    "lists of 2^45 elements, compared": spec("- when: a44 == b44", "  ReLU:", "- ReLU", before="let:\n" + LET),
    "a list of them, searched": spec("- when: a44 in [b44] * 999", "  ReLU:", "- ReLU", before="let:\n" + LET),
    "a text that doubles": spec("- ReLU", before=f'let:\n  a0: "{WORD}"\n' + chain(60, "a#: a@ + a@")),
    # tensors
    "layers that differ": spec("- for: i in range(99999)", "  Conv2d: {out_channels: i + 1, kernel_size: 1}"),
    "tensors of 900 dimensions": spec("- repeat: 190000", "  ReLU:", input=RANKED),
    "... that are added": spec("- repeat: 90000", "  residual: [ReLU]", input=RANKED),
    "... that are joined": spec("- repeat: 90000", "  concat: [ReLU, ReLU]", input=RANKED),
    "... that are permuted": spec(
        "- repeat: 90000", "  Permute: {dims: '[0] + reversed(range(1, 901))'}", input=RANKED
    ),
    "... that differ": spec("- for: i in range(99999)", "  Linear: i + 1", input=RANKED),
    "a dense block of 190,000": spec("- dense: [{repeat: 190000, Conv2d: {out_channels: 1, kernel_size: 1}}]"),
    "a concatenation of 400 of 400": spec(
        "- repeat: 400",
        "  sequential: [{concat: [{repeat: 400, ReLU: }]}, {Conv2d: {out_channels: 3, kernel_size: 1}}]",
    ),
    "100,000 branches that do not fit": spec(
        "- concat: [{for: i in range(99999), Conv2d: {out_channels: 1, kernel_size: 1, padding: i}}]"
    ),
    "fields that hold all before them": spec(
        "- concat: [{for: i in range(50000), Conv2d: {out_channels: 1, kernel_size: 2 * i + 1, padding: i}}]"
    ),
    "strides beyond all measure": spec(
        "- repeat: 60000",
        "  sequential: [{Conv2d: {out_channels: 3, kernel_size: 3, stride: 8, padding: 1}},"
        " {ConvTranspose2d: {out_channels: 3, kernel_size: 8}}]",
    ),
    "100,000 names in a from": spec("- a: ReLU", "- repeat: 9000", f"  from: [{'a, ' * 9000}a]", "  Bilinear: 3"),
    "1,000 tensors captured 90 levels deep": spec(
        "- for: i in range(1000)",
        "  name: a{i}",
        "  ReLU:",
        "- " + "".join(f"{{s{k}: [" for k in range(90)) + "{for: i in range(1000), from: 'a{i}', ReLU: }" + "]}" * 90,
    ),
    "aux branches 60 levels deep": spec(
        "- "
        + "".join(f"{{s{k}: [" for k in range(60))
        + "{for: i in range(9000), name: 'q{i}', aux: [ReLU]}, ReLU"
        + "]}" * 60
    ),
    "90 levels of residuals": spec("- repeat: 9000", f"  sequential: {within('residual', 90, 'ReLU')}"),
    "a large module again and again": spec("- a: [{repeat: 900, ReLU: }]", "- repeat: 900", "  reuse: a"),
    "a module of many joined tensors again and again": spec(
        "- x: ReLU", "- a: [{concat: [{repeat: 9000, from: x}]}, ReLU]", "- repeat: 90000", "  from: x", "  reuse: a"
    ),
    "a large module on other tensors": spec(
        "- a: [{repeat: 400, ReLU: }]", "- repeat: 400", "  sequential: [{Linear: in_features + 1}, {reuse: a}]"
    ),
    "a billion layers of an LSTM": spec("- LSTM: {hidden_size: 8, num_layers: 1000000000}", input="8x8"),
    "a billion layers of a transformer": spec("- Transformer: {nhead: 8, num_encoder_layers: 1000000000}", input="8x8"),
    # kinds as values
    "kinds in a table": spec("- for: k in t", "  k:", before="let:\n  t: '[ReLU] * 99999'"),
    "a kind with a large list": spec(
        "- repeat: 90000",
        "  act:",
        before="let: {r: range(9999)}\nparams: {act: {B: {x: r}}}\n" + block("params: {x: list}, body: [ReLU]"),
    ),
    "a kind passed through 99 blocks": spec(
        "- B99: {act: {LeakyReLU: 0.1}}",
        before="blocks:\n  B0: {params: {act: layer}, body: [act]}\n"
        + "".join(
            f"  B{i}: {{params: {{act: layer}}, body: [{{B{i - 1}: {{act: {{A: {{x: act}}}}}}}}]}}\n"
            for i in range(1, 100)
        )
        + "  A: {params: {x: layer}, body: [x]}",
    ),
    "a structure by a variable": spec(
        "- repeat: 9000", f"  join: [{'{when: false, ReLU: }, ' * 900}ReLU]", before="params: {join: add}"
    ),
    # YAML
    "aliases that double": "input: 8\nmodel:\n- &a0 [ReLU]\n"
    + "".join(each(40, "- &a# [*a@, *a@]\n", 1)).replace("@", "0"),
    "merges of merges": "b0: &b0 {k0: 1}\n"
    + "".join(f"b{i}: &b{i} {{<<: *b{i - 1}, k{i}: 1}}\n" for i in range(1, 1400)),
    "anchors of anchors": "y0: &x0 1\n" + "".join(f"y{i}: &x{i} *x{i - 1}\n" for i in range(1, 99)),
    # mistakes
    "a mistake that 2^40 ways lead to": spec(
        "- Linear: a40 + 0", before="let:\n  a0: 0\n  b0: 0\n" + chain(41, "a#: a@ + b@\nb#: b@ - a@")
    ),
    "a mistake that 3,000 values lead to, 9,000 times": spec(
        "- repeat: 9000", "  Linear: a2999", before="let:\n  a0: -1\n" + chain(3000, "a#: a@ + 0")
    ),
    "190,000 wrong sizes": spec("- repeat: 190000", "  Linear: {in_features: 9, out_features: 8}"),
    "10,000 mistakes": spec(*each(10_000, "- Zap#: #")),
    "3,000 unknown kinds": spec(*each(3_000, "- Zap#: #")),
    "3,000 misspelt kinds": spec(*each(3_000, "- Conw#d: #")),
    "3,000 unknown arguments": spec(*each(3_000, "- Linear: {out_featurs#: 3}")),
    "3,000 unknown names": spec(
        *each(3_000, "- Linear: nam#"), before=f"params: {{{', '.join(each(9000, 'name#: 8'))}}}"
    ),
    "3,000 broken expressions": spec(*each(3_000, "- Linear: 3 + + * #")),
    "3,000 unknown tensors among 3,000": spec(*each(3_000, "- a#: ReLU"), *each(3_000, "- {from: b#, ReLU: }")),
    "3,000 names that are none": spec(*each(3_000, "- {name: 'x y#', ReLU: }")),
    "3,000 names that are one": spec(*each(3_000, "- {name: x, ReLU: }")),
    "3,000 wrong values": spec(*each(3_000, "- Conv2d: {out_channels: -#, kernel_size: -1, stride: 0, groups: a}")),
    "3,000 arguments of one layer": spec(f"- Conv2d: {{{', '.join(each(3_000, 'a#: 1'))}}}"),
    "3,000 keys of the document": spec("- ReLU", before="\n".join(each(3_000, "modl#: 1"))),
    "3,000 params that nothing reads": spec("- ReLU", before=f"params: {{{', '.join(each(3_000, 'p#: 1'))}}}"),
    "3,000 blocks that nothing calls": spec(
        "- ReLU", before="blocks:\n" + "\n".join(each(3_000, "  B#: {params: {a: 1}, body: [ReLU]}"))
    ),
    "3,000 mistakes on one line": f"input: 8\nmodel: [{', '.join(each(3_000, '{Linear: nosuch#}'))}]\n",
    "3,000 nodes of another program": spec(*each(3_000, "- {_target_: torch.nn.Conv2d, in_channels: #}")),
    "3,000 rows of another program": spec(*["- [-1, 1, Conv2d, [64, 3]]"] * 3_000),
    "3,000 calls": spec(*each(3_000, "- nn.Conv2d(3, #, 3)")),
    "3,000 outputs that are no node's": spec("- a: ReLU", *each(3_000, "- {ReLU: , shape: #}")),
    "3,000 ways round in blocks": spec(
        "- B0",
        before="blocks:\n"
        + "\n".join(each(1_000, "  B#: {body: [B@]}")[i].replace("@", str(i + 1)) for i in range(999))
        + f"\n  B999: {{body: [{', '.join(each(999, 'B#'))}]}}",
    ),
}


def written(count: int, node: str, input: str = "3x8x8") -> str:
    """A chain of so many nodes, each in a line of its own."""
    return f"input: {input}\nmodel:\n" + f"- {node}\n" * count


def largest() -> dict[str, str]:
    """What the bounds of the language allow, each to the full: all of it is right."""
    line = "#" + "x" * 98 + "\n"
    comments, rest = divmod(16 * 2**20 - 100, len(line))
    return {
        "200,000 nodes": written(199_999, "Linear: 8"),
        "200,000 nodes in a loop": spec("- repeat: 199999", "  Linear: 8"),
        "200,000 nodes in blocks": spec(
            "- repeat: 66666", "  B: {c: 8}", before=block("params: {c: int}, body: [{Linear: c}, ReLU]")
        ),
        "100,000 convolutions": written(100_000, "Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}"),
        "50,000 layers that differ": spec(
            "- for: i in range(50000)", "  Conv2d: {out_channels: i + 1, kernel_size: 1}"
        ),
        "190,000 evaluations": spec("- repeat: 190000", "  Linear: max(in_features, 4) // 1"),
        "190,000 conditions": spec("- repeat: 190000", "  when: in_features > 4", "  ReLU:"),
        "a concatenation of 190,000": spec("- concat: [{repeat: 190000, ReLU: }]"),
        "100,000 elements": spec("- for: i in range(100000)", "  Linear: 8"),
        "1,000,000 values": spec(
            "- Linear: len(a)",
            before="let:\n  a: ["
            + ", ".join(["1"] * 99_990)
            + "]\n"
            + "\n".join(f"  a{i}: [" + ", ".join(["1"] * 99_000) + "]" for i in range(9)),
        ),
        "16 MiB of text": spec("- ReLU") + line * comments + "#" * rest,
        "200 levels": "input: 8\nmodel: " + "[" * 190 + "ReLU" + "]" * 190,
        "100,000 params": spec("- Linear: p1", before="params: {" + ", ".join(each(100_000, "p#: 8")) + "}"),
        "100,000 blocks": spec("- B1", before="blocks:\n" + "\n".join(each(100_000, "  B#: {body: [ReLU]}"))),
    }
