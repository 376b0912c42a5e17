"""Diagnostics of many shapes, by name; what each looks like stands in excerpts/NAME.txt."""

from __future__ import annotations

from pathlib import Path

from archspec.diagnostics import Diagnostic, Edit, Fix, Label, SourceFile, Span
from tests.diagnostics.marked import marked


def _language() -> Diagnostic:
    """The example of language.md."""
    text = "\n" * 46 + "  flatten: «Flatten»\n  fc: {Linear: {in_features: «1440», out_features: 10}}\n"
    flatten, declared = marked(text, "specs/inception_mnist.yaml", Path("specs/inception_mnist.yaml"))
    return Diagnostic(
        "linear-in-features",
        "Linear gets 1408 features, not 1440",
        declared,
        label="declared here",
        module="fc",
        help="write 1408, or leave in_features out and it is inferred",
        notes=(Label(flatten, "makes 1408 features: 88 x 4 x 4 flattened"),),
        fix=Fix("write 1408", (Edit(declared, "1408"),)),
    )


def _bare() -> Diagnostic:
    (span,) = marked("input: 3x32x32\nmodel:\n  - «Relu»\n")
    return Diagnostic("unknown-kind", "there is no kind 'Relu'", span)


def _fix_without_help() -> Diagnostic:
    (span,) = marked("model:\n  - «Relu»\n")
    return Diagnostic("unknown-kind", "there is no kind 'Relu'", span, fix=Fix("write ReLU", (Edit(span, "ReLU"),)))


def _warning() -> Diagnostic:
    (span,) = marked("params: {«depth»: 3}\n")
    return Diagnostic("unused-param", "nothing reads the param depth", span, "warning", help="take it out\nor use it")


def _gaps() -> Diagnostic:
    """One line between two labels is shown, several are not."""
    text = "model:\n  - «A»\n  - ReLU\n  - «B»\n  - ReLU\n  - ReLU\n  - «C»\n  - «D»\n"
    a, b, c, d = marked(text)
    return Diagnostic("shape", "m", c, notes=(Label(d, "d"), Label(a, "a"), Label(b, "b")))


def _one_line() -> Diagnostic:
    a, b, c = marked("- «Conv2d»: {kernel_size: «5», padding: «3»}\n")
    return Diagnostic("conv-groups", "m", b, label="wrong", notes=(Label(c, "against this"), Label(a, "of this layer")))


def _other_files() -> Diagnostic:
    called, again = marked("model:\n  - «Stem»: 3\n\n\n\n  - «Stem»: 5\n", "net.yaml")
    inside, before = marked("\n" * 120 + "      - «Conv2d»: 3\n      - «ReLU»\n", "lib/blocks.yaml")
    return Diagnostic(
        "input-rank",
        "Conv2d takes an image",
        inside,
        module="stem1.conv1",
        notes=(Label(called, "called from here"), Label(before, "after this"), Label(again, "and from here")),
    )


def _wide() -> Diagnostic:
    kind, flag = marked("- 畳み込み: «漢字» # 🎉 e\u0301\u0301: «x»\n")
    return Diagnostic("unknown-kind", "there is no kind '漢字'", kind, notes=(Label(flag, "under the x"),))


def _tabs() -> Diagnostic:
    indent, token = marked("a:\n«\t»b:\t«c»\n")
    return Diagnostic("yaml-tab", "a tab", indent, label="this is a tab", notes=(Label(token, "under the c"),))


def _control() -> Diagnostic:
    """A text that would clear the terminal and turn the line around."""
    (span,) = marked("name: \x1b[2J\u202e\x07\x9b\u00a0«x»\x00\n", "\x1b[31m.yaml")
    return Diagnostic("yaml-encoding", "bad \x1b]0;x\x07\nname", span, label="he\x1bre", module="a\rb", help="\x1b[1m")


def _long() -> Diagnostic:
    """A line that is cut, once for each label that lies far from the others."""
    row = ", ".join(f"c{i}: {i}" for i in range(1000))
    row = row.replace("c7: 7", "c7: «7»").replace("c9: 9", "«c9»: 9").replace("c500: 500", "c500: «500»")
    row = row.replace("c999: 999", "c999: «999»")
    a, b, c, d = marked(f"x: {{{row}}}\n")
    return Diagnostic("argument-value", "m", c, notes=(Label(a, "a"), Label(b, "b"), Label(d, "d")))


def _long_token() -> Diagnostic:
    (span,) = marked(f"name: «{'q' * 5000}»\n")
    return Diagnostic("node-name", "m", span, label="all of this")


def _lines() -> Diagnostic:
    whole, second = marked("model:\n  «- Conv2d:   \n      kernel_size: «[3,\n        3]»\n»  - ReLU\n")
    return Diagnostic("layer-arguments", "m", whole, label="begins here", notes=(Label(second, "a list"),))


def _end() -> Diagnostic:
    start, end = marked("model: «[»\n\n«»")
    return Diagnostic("yaml-unclosed", "a bracket is not closed", start, notes=(Label(end, "the text ends here"),))


def _end_of_line() -> Diagnostic:
    (span,) = marked("model:«»\nx: 1")
    return Diagnostic("node-form", "the model has no nodes", span, label="nothing")


def _empty() -> Diagnostic:
    source = SourceFile("gone.yaml", "")
    return Diagnostic("file-not-found", "there is no file gone.yaml", Span(source, 1, 1, 1, 1), help="write another")


def _crlf() -> Diagnostic:
    a, b = marked("\ufeffname: «x»\r\nmodel:\r  - «y»\r\n")
    return Diagnostic("node-name", "m", b, notes=(Label(a, "first line"),))


CASES = {
    "language": _language,
    "bare": _bare,
    "fix_without_help": _fix_without_help,
    "warning": _warning,
    "gaps": _gaps,
    "one_line": _one_line,
    "other_files": _other_files,
    "wide": _wide,
    "tabs": _tabs,
    "control": _control,
    "long": _long,
    "long_token": _long_token,
    "lines": _lines,
    "end": _end,
    "end_of_line": _end_of_line,
    "empty": _empty,
    "crlf": _crlf,
}
