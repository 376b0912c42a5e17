"""What is wrong with an expression: the rule, the words, and the place."""

from __future__ import annotations

from archspec.diagnostics.printable import printable


class ExpressionError(Exception):
    """An expression is wrong. `start` and `end` are code-point offsets into the text that was parsed.

    `replacement`, where there is one, is the text that certainly mends the mistake in the place of `start` to `end`.
    """

    def __init__(
        self,
        message: str,
        start: int,
        end: int,
        help: str | None = None,
        *,
        rule: str = "expression-syntax",
        replacement: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.help = help
        self.rule = rule
        self.replacement = replacement

    def moved(self, by: int) -> ExpressionError:
        """The same error in a text in which this one's begins at `by`."""
        start, end = self.start + by, self.end + by
        return ExpressionError(self.message, start, end, self.help, rule=self.rule, replacement=self.replacement)


class Refused(Exception):
    """An operation refuses its operands; who called it knows the place and makes an `ExpressionError` of it.

    `part` counts the operand or argument to blame; None blames the whole operation.
    """

    def __init__(self, rule: str, message: str, help: str | None = None, part: int | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.help = help
        self.part = part


def quote(text: str) -> str:
    """A piece of the author's text as messages show it, shortened."""
    return f"`{printable(text if len(text) <= 40 else text[:37] + '...')}`"
