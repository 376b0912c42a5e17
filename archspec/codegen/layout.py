"""Expressions and their layout: broken over lines as `ruff format` breaks them, which stays no dependency."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH = 88
"""Ruff's default line length."""
INDENT = 4


class Brackets:
    """`head item, item tail`: a call, a list, a tuple.

    A call's arguments share a line of their own if they fit (`together`); the items of a list, as the arguments with
    comments, stand one a line.
    """

    __slots__ = ("comments", "flat", "head", "items", "tail", "together")

    def __init__(
        self, head: str, items: Sequence[Expr], tail: str = ")", *, together: bool = True, comments: Sequence[str] = ()
    ) -> None:
        self.head = head
        self.items = items
        self.tail = tail
        self.together = together
        self.comments = comments
        """One for each item, empty where it has none; an empty sequence: none at all."""
        self.flat = f"{head}{', '.join(map(flat, items))}{tail}"


class Comprehension:
    """`element for ...`, within the brackets of a call or a list."""

    __slots__ = ("clause", "element", "flat")

    def __init__(self, element: Expr, clause: Expr) -> None:
        self.element = element
        self.clause = clause
        self.flat = f"{flat(element)} {flat(clause)}"


class Operation:
    """`a + b`, `a if b else c`, by its pieces: `a`, `if b`, `else c`, after `before`.

    Parentheses hold them together over lines; a sum within brackets needs none.
    """

    __slots__ = ("before", "conditional", "flat", "pieces")

    def __init__(self, *pieces: Expr, before: str = "", conditional: bool = False) -> None:
        self.pieces = pieces
        self.before = before
        self.conditional = conditional
        self.flat = before + " ".join(map(flat, pieces))


Expr = str | Brackets | Comprehension | Operation


def flat(expression: Expr) -> str:
    """The expression in one line."""
    return expression if isinstance(expression, str) else expression.flat


def prefixed(prefix: str, expression: Expr) -> Expr:
    """`key=expression`, `*expression`."""
    match expression:
        case Brackets(head=head, items=items, tail=tail, together=together, comments=comments):
            return Brackets(prefix + head, items, tail, together=together, comments=comments)
        case Comprehension(element=element, clause=clause):
            return Comprehension(prefixed(prefix, element), clause)
        case Operation(pieces=pieces, before=before, conditional=conditional):
            return Operation(*pieces, before=prefix + before, conditional=conditional)
        case _:
            return prefix + flat(expression)


def fits(expression: Expr, indent: int, extra: int = 0) -> bool:
    return indent + len(flat(expression)) + extra <= WIDTH and not _commented(expression)


def layout(expression: Expr, indent: int, before: str = "", after: str = "", *, inside: bool = False) -> list[str]:
    """The lines of `before expression after`; `inside`: it is an item within brackets."""
    pad = " " * indent
    if fits(expression, indent, len(before) + len(after)):
        return [f"{pad}{before}{flat(expression)}{after}"]
    match expression:
        case Operation(flat=text, pieces=pieces, before=own, conditional=conditional):
            if inside and not conditional:
                first, *middle, last = pieces
                lines = layout(first, indent, before + own)
                lines += [line for piece in middle for line in layout(piece, indent)]
                return [*lines, *layout(last, indent, after=after)]
            inner = indent + INDENT
            text = text.removeprefix(own)
            whole = inner + len(text) <= WIDTH
            lines = [" " * inner + text] if whole else [line for piece in pieces for line in layout(piece, inner)]
            return [f"{pad}{before}{own}(", *lines, f"{pad}){after}"]
        case Comprehension(element=element, clause=clause):
            return [*layout(element, indent, before, inside=True), *layout(clause, indent, after=after)]
        case Brackets(head=head, items=items, tail=tail) if items:
            return [f"{pad}{before}{head}", *_items(expression, indent + INDENT), f"{pad}{tail}{after}"]
    if before.endswith("= ") and indent + INDENT + len(flat(expression)) <= WIDTH:
        return [f"{pad}{before}(", f"{pad}    {flat(expression)}", f"{pad}){after}"]
    return [f"{pad}{before}{flat(expression)}{after}"]


def assign(targets: Sequence[str], expression: Expr, indent: int) -> list[str]:
    """The lines of `a, b = expression`. The targets are broken over lines where the expression does not begin there."""
    before = f"{', '.join(targets)} = "
    head = expression.head if isinstance(expression, Brackets) else ""
    if len(targets) == 1 or fits(expression, indent, len(before)) or indent + len(before) + len(head) <= WIDTH:
        return layout(expression, indent, before)
    pad = " " * indent
    left = [f"{pad}(", *(f"{pad}    {target}," for target in targets)]
    return [*left, *layout(expression, indent, ") = ")]


def give_back(items: Sequence[str], indent: int) -> list[str]:
    """The lines of `return a, b`."""
    if len(items) == 1:
        return layout(items[0], indent, "return ")
    line = f"{' ' * indent}return {', '.join(items)}"
    return [line] if len(line) <= WIDTH else layout(Brackets("(", items, ")", together=False), indent, "return ")


def _items(brackets: Brackets, indent: int) -> list[str]:
    items = brackets.items
    commented = _commented(brackets)
    inner = ", ".join(map(flat, items))
    if brackets.together and not commented and indent + len(inner) <= WIDTH:
        return [" " * indent + inner]
    if len(items) == 1 and not commented:
        return layout(items[0], indent, inside=True)
    lines: list[str] = []
    for i, item in enumerate(items):
        lines += layout(item, indent, after=",", inside=True)
        if i < len(brackets.comments) and brackets.comments[i]:
            commented_line = f"{lines[-1]}  # {brackets.comments[i]}"
            if len(commented_line) <= WIDTH:
                lines[-1] = commented_line
    return lines


def _commented(expression: Expr) -> bool:
    if isinstance(expression, Comprehension):
        return _commented(expression.element)
    return isinstance(expression, Brackets) and (any(expression.comments) or any(map(_commented, expression.items)))
