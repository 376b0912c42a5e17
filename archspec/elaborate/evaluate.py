"""Written values to Python values: words, templates, expressions, lists, kinds. A mistake is reported, then Unknown."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Collection, Iterator
from typing import Any

from archspec.budget import ELEMENT, EVALUATION, NAME, SYNTAX, TooLarge
from archspec.diagnostics import Edit, Fix
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document import Param
from archspec.document.schema import named, shown
from archspec.elaborate.reporter import Reporter, brief
from archspec.elaborate.scope import NoTensor, Scope, View
from archspec.elaborate.values import Argument, KindValue, Unknown
from archspec.expressions import (
    CONSTANTS,
    FUNCTIONS,
    Expression,
    ExpressionError,
    ForClause,
    Template,
    parse,
    parse_for,
    parse_template,
)
from archspec.source import Literal, Mapping, Node, Scalar, Sequence

_MODES = ("linear", "bilinear")
"""Words that Upsample takes for its `mode`, and that are a layer's name but for the capital."""
_REPR = reprlib.Repr()
_REPR.maxlevel = 2
_LONG = 1_000
"""Characters that are read of a text that is wrong."""


class Evaluator:
    """Evaluates the values of one document, within its budget."""

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self.budget = reporter.budget
        self._parsed: dict[tuple[Callable[[str], Any], str], Any] = {}
        self._blamed: set[tuple[Scope, str]] = set()
        self._counted: dict[int, tuple[int, list[Any]]] = {}

    def value(self, raw: Node, view: View, words: Collection[str] = ()) -> Any:
        """A literal as it is; a string as one of `words`, else as an expression."""
        if isinstance(raw, Scalar):
            if not _may_be_expression(raw):
                return raw.value
            if raw.text in words:
                return raw.text
            if words and "{" in raw.text:
                return self.text(raw, view)
            return self._expression(raw, view, words)
        if isinstance(raw, Sequence):
            return [self.value(item, view) for item in raw.items]
        return self._kind_with_arguments(raw, view)

    def text(self, raw: Node, view: View) -> str:
        """A text with `{expression}` parts."""
        if not isinstance(raw, Scalar) or raw.value is None:
            self.reporter.error("expression-type", f"a text is wanted here, not {shown(raw)}", raw.span)
            raise Unknown
        if isinstance(raw, Literal) or ("{" not in raw.text and "}" not in raw.text):
            return raw.text
        try:
            template: Template = self._parse(parse_template, raw, view)
            return template.evaluate(view, self.budget)
        except ExpressionError as error:
            raise self._wrong(error, raw, view) from None
        except NoTensor as missing:
            raise self._no_tensor(missing, raw) from None

    def clause(self, raw: Scalar, view: View) -> tuple[ForClause, list[Any]]:
        """A `for` clause and the elements that it runs over."""
        try:
            clause: ForClause = self._parse(parse_for, raw, view)
            return clause, clause.values(view, self.budget)
        except ExpressionError as error:
            raise self._wrong(error, raw, view) from None
        except NoTensor as missing:
            raise self._no_tensor(missing, raw) from None

    def bind(self, clause: ForClause, element: Any, raw: Scalar, view: View) -> dict[str, Any]:
        try:
            return clause.bind(element)
        except ExpressionError as error:
            raise self._wrong(error, raw, view) from None

    def param(self, param: Param, raw: Node, view: View, help: str | None = None) -> Any:
        """What is given for a param, checked against its type; `help` is for one that has another."""
        if param.type == "str":
            return self.text(raw, view)
        self._no_bare_text(param, raw, view)
        value = self.value(raw, view)
        problem = _type_problem(param.type, value)
        if problem is not None:
            if not self.blame(raw, view):
                raise Unknown
            message = f"{param.name} must be {problem}, not {brief(value)}"
            self.reporter.error("argument-type", message, raw.span, help=help)
            raise Unknown
        return int(value) if param.type == "int" and isinstance(value, float) else value

    def _no_bare_text(self, param: Param, raw: Node, view: View) -> None:
        """`mode: nearest` is an expression, and meant as a text."""
        if param.type is not None or not isinstance(raw, Scalar) or not _may_be_expression(raw):
            return
        name = raw.text
        if not name.isidentifier() or name in CONSTANTS or name in FUNCTIONS:
            return
        try:
            view.lookup(name)
        except KeyError:
            if name in _MODES or did_you_mean(name, view.names()) is None:
                help = f"if {name} is a text, declare the param as {{type: str, default: {name}}}"
                self.reporter.error("expression-name", f"unknown name `{name}`", raw.span, help=help)
                raise Unknown from None
        except NoTensor as missing:
            raise self._no_tensor(missing, raw) from None

    def _parse(self, parser: Callable[[str], Any], raw: Scalar, view: View) -> Any:
        """What a text is to `parser`, to be evaluated in a scope. Raises ExpressionError."""
        found = self._parsed.get((parser, raw.text))
        if found is None:
            try:
                found = self._parsed[parser, raw.text] = parser(raw.text)
            except ExpressionError:
                self.reporter.charge(SYNTAX * min(len(raw.text), _LONG), raw)
                raise
            self.reporter.charge(SYNTAX * found.operations, raw)
        # scope by scope is a name looked up
        self.reporter.charge(EVALUATION + found.operations * view.scope.depth // 4, raw)
        return found

    def _expression(self, raw: Scalar, view: View, words: Collection[str]) -> Any:
        try:
            expression: Expression = self._parse(parse, raw, view)
            return expression.evaluate(view, self.budget)
        except ExpressionError as error:
            if words and error.rule in ("expression-name", "expression-syntax"):
                raise self._no_word(raw, view, words) from None
            raise self._wrong(error, raw, view) from None
        except NoTensor as missing:
            raise self._no_tensor(missing, raw) from None

    def _kind_with_arguments(self, raw: Node, view: View) -> KindValue:
        """`act: {LeakyReLU: 0.1}`: a kind as a value, its arguments evaluated here."""
        assert isinstance(raw, Mapping)
        if len(raw.entries) == 1:
            key, inner = raw.entries[0]
            try:
                kind = view.lookup(key.text)
            except KeyError:
                kind = None
            if isinstance(kind, KindValue):
                bound = dict(kind.bound)
                if isinstance(inner, Mapping):
                    bound.update(
                        {name.text: Argument(self._loosely(value, view), value, name) for name, value in inner.entries}
                    )
                elif not (isinstance(inner, Scalar) and inner.value is None):
                    bound[""] = Argument(self._loosely(inner, view), inner)
                return KindValue(
                    kind.kind, kind.home, bound, tuple(sorted((n, _comparable(a.value)) for n, a in bound.items()))
                )
            known = list(view.names())
            near = certain(key.text, known)
            self.reporter.error(
                "unknown-kind",
                f"there is no kind {named(key.text)}",
                key.span,
                help=did_you_mean(key.text, known) or "a kind as a value is written {LeakyReLU: 0.1}",
                fix=Fix(f"write {near}", (Edit(key.span, near),)) if near is not None and key.plain else None,
            )
            raise Unknown
        self.reporter.error(
            "expression-type",
            "a value is wanted here, not a mapping",
            raw.span,
            help="a kind as a value is written {LeakyReLU: 0.1}",
        )
        raise Unknown

    def _loosely(self, raw: Node, view: View) -> Any:
        """An argument of a kind whose words are not looked up yet: a bare word that is no name stays a word."""
        if isinstance(raw, Scalar) and _may_be_expression(raw) and raw.text.isidentifier():
            try:
                return view.lookup(raw.text)
            except KeyError:
                return raw.text
        return self.value(raw, view)

    def check_size(self, value: Any, limit: int, raw: Node) -> None:
        """Refuse a value that holds too many others: its lists may share their elements beyond counting."""
        leaves = self._leaves(value)
        if leaves <= limit:
            self.reporter.charge(ELEMENT * leaves, raw)
            return
        self.reporter.error("expression-bounds", f"a list of {leaves:,} values is too much here", raw.span)
        raise TooLarge

    def _leaves(self, value: Any) -> int:
        """How many values a value holds, lists in it counted as often as they stand there."""
        if not isinstance(value, list):
            return 1
        known = self._counted.get(id(value))
        if known is None:
            self.budget.spend(ELEMENT * len(value))
            known = (sum(map(self._leaves, value)), value)  # kept, so that no other value gets its id
            self._counted[id(value)] = known
        return known[0]

    def blame(self, raw: Node, view: View, *, operands: bool = False) -> bool:
        """A value is wrong. False if it depends on a variable that was blamed before: that is the same mistake.

        Blamed is the one variable that the value depends on, and what it was given; with `operands` all of several.
        """
        sources = set(_sources(raw, view))
        self.reporter.charge(SYNTAX * (1 + len(sources)), raw)
        if not sources.isdisjoint(self._blamed):
            return False
        self._blamed.update(_sources(raw, view, alone=not operands))
        return True

    def _no_word(self, raw: Scalar, view: View, words: Collection[str]) -> Unknown:
        """A text that is neither a word nor an expression, where both may stand."""
        self.reporter.charge(NAME * view.scope.size, raw)
        known = sorted(words)
        near = certain(raw.text, known) or certain(raw.text, [*known, *view.names()])
        from archspec.foreign.words import VALUES

        elsewhere = next((VALUES[word, raw.text] for word in known if (word, raw.text) in VALUES), None)
        either = " or ".join(known) if len(known) < 3 else f"one of {', '.join(known)}"
        self.reporter.error(
            "argument-value",
            f"{named(raw.text)} is not {either}, and no expression",
            raw.span,
            help=elsewhere or did_you_mean(raw.text, known) or did_you_mean(raw.text, [*known, *view.names()]),
            fix=Fix(f"write {near}", (Edit(raw.span, near),)) if near is not None else None,
        )
        return Unknown()

    def _wrong(self, error: ExpressionError, raw: Scalar, view: View) -> Unknown | TooLarge:
        if error.rule == "expression-name":
            self.reporter.charge(NAME * view.scope.size, raw)
        span = raw.span_at(error.start, error.end)
        text = raw.text[error.start : error.end]
        if error.rule == "expression-name" and text in FUNCTIONS and view.scope.has(text):
            return Unknown()  # that a variable cannot be called so was said where it is declared
        wrong_type = error.rule == "expression-type"
        if (wrong_type or error.rule == "expression-value") and not self.blame(raw, view, operands=wrong_type):
            return Unknown()
        fix, help = None, error.help
        if error.replacement is not None and (span != raw.span or (error.start, error.end) == (0, len(raw.text))):
            fix = Fix(f"write {error.replacement}", (Edit(span, error.replacement),))
        name = raw.text.strip("${}")
        if error.rule == "expression-syntax" and name.isidentifier() and raw.text in (f"{{{name}}}", f"${{{name}}}"):
            help = f"here a text is an expression already: write {name}"
            fix = Fix(f"write {name}", (Edit(raw.span, name),))
        self.reporter.error(error.rule, error.message, span, help=help, fix=fix)
        # once the budget is spent every other expression would say the same
        return TooLarge() if self.budget.left < 0 else Unknown()

    def _no_tensor(self, missing: NoTensor, raw: Scalar) -> Unknown:
        name = str(missing)
        self.reporter.error(
            "expression-name",
            f"{name} is the size of a tensor, and here is none",
            raw.span,
            help="use it at a node, in a block's `let`, or after a `from`",
        )
        return Unknown()


def _may_be_expression(raw: Scalar) -> bool:
    return isinstance(raw.value, str) and not isinstance(raw, Literal)


def _type_problem(type: str | None, value: Any) -> str | None:
    """What a param wants, where it gets something else."""
    match type:
        case "int":
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return None if whole and not isinstance(value, bool) else "a whole number"
        case "float":
            return None if isinstance(value, int | float) and not isinstance(value, bool) else "a number"
        case "bool":
            return None if isinstance(value, bool) else "true or false"
        case "list":
            return None if isinstance(value, list) else "a list"
        case "layer":
            return None if isinstance(value, KindValue) or value is None else "a layer or a block"
    return None


def _comparable(value: Any) -> str:
    """A value's text, to compare by; of a large list its start, since its elements may be shared beyond counting."""
    return _REPR.repr(value)


def _sources(raw: Node, view: View, *, alone: bool = False) -> Iterator[tuple[Scope, str]]:
    """The variables that a written value comes from; `alone`: only where it is but one."""
    pending = [(raw, view)]
    seen: set[tuple[Scope, str]] = set()
    while pending:
        raw, view = pending.pop()
        names = _names(raw)
        if alone and len(names) != 1:
            continue
        for name in names:
            owner = view.scope.owner(name)
            if owner is not None and (owner, name) not in seen:
                seen.add((owner, name))
                yield owner, name
                if name in owner.origins:
                    pending.append(owner.origins[name])


def _names(raw: Node) -> frozenset[str]:
    """The names that a written value depends on."""
    if isinstance(raw, Sequence):
        return frozenset[str]().union(*map(_names, raw.items))
    if isinstance(raw, Scalar) and _may_be_expression(raw):
        try:
            return parse(raw.text).names
        except ExpressionError:
            return frozenset()
    return frozenset()
