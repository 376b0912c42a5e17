"""What is wrong where a word is not known: the kind, the argument or the key that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from archspec import layers
from archspec.diagnostics import Edit, Fix
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document import foreign
from archspec.document.chains import OPERATIONS, one_letter_off
from archspec.document.nodes import COMMON_KEYS, Item, Tensor, is_nothing
from archspec.document.schema import named
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence

if TYPE_CHECKING:
    from archspec.document.parse import NodeParser, Variables

_LIKE_A_DASH = ("-", "\u2013", "\u2014", "\u2022", "\u00b7")
_BETWEEN = re.compile(r"\s*(?:,|->|=>|\||\+|\u2192|\s)\s*")


class Mistakes:
    """Reports words that a parser does not know."""

    def __init__(self, parser: NodeParser) -> None:
        self.parser = parser
        self.collector = parser.collector

    def unknown_kind(self, key: Scalar, variables: Variables) -> Item:
        word = key.text
        known = [*self.parser.kinds(variables), *COMMON_KEYS]
        near = certain(word, known)
        first, *more = word.split() or [word]
        bare = word.rpartition(".")[2]
        if bare != word and bare in layers.KINDS:
            message, help = f"there is no kind {named(word)}", f"write {bare}"
            fix = Fix(help, (Edit(key.span, bare),)) if key.plain else None
            self.collector.report("unknown-kind", message, key.span, help=help, fix=fix)
        elif word.startswith("-") and self.parser.is_kind(first[1:], None, variables):
            message, help = "a space is missing after this dash", f"write `- {first[1:]}`"
            start = key.span_at(0, 1) if not more else key.span
            self.collector.report("node-form", message, start, help=help)
        elif more and all(self.parser.is_kind(each, None, variables) for each in (first, *more)):
            message, help = "several kinds stand here, and a node has one", "write each as a node, after `- `"
            self.collector.report("node-form", message, key.span, help=help)
        elif "(" in word and self.parser.is_kind(
            called := foreign.bare(word.partition("(")[0].strip()), None, variables
        ):
            self._torch_call(key, called)
        elif word.startswith(_LIKE_A_DASH) and self.parser.is_kind(word[1:].strip(), None, variables):
            odd = "this blank is no ordinary space" if word[0] == "-" else f"not with {word[0]}"
            message, help = f"a list item starts with `-` and a space: {odd}", "write `- `"
            self.collector.report("node-form", message, key.span_at(0, 1), help=help)
        elif " - " in word and self.parser.is_kind(first, None, variables):
            message, help = "the next line continues this node", "indent its `-` as the one of this line"
            self.collector.report("yaml-indentation", message, key.span, help=help)
        elif len(split := [each for each in _BETWEEN.split(word[:200]) if each]) > 1 and all(
            self.parser.is_kind(each, None, variables) for each in split
        ):
            message, help = "several kinds stand here, and a node has one", f"write [{', '.join(split)}]"
            self.collector.report("node-form", message, key.span, help=help)
        elif (colon := word.find(":")) > 0 and self.parser.is_kind(word[:colon], None, variables):
            fix = Fix(help := "write a space after the colon", (Edit(key.span_at(colon, colon + 1), ": "),))
            message = "a space is missing after this colon"
            self.collector.report(
                "yaml-colon", message, key.span_at(colon, colon + 1), help=help, fix=fix if key.plain else None
            )
        elif near is not None or self.parser.whole:
            other = foreign.kind(word)
            otherwise = "`archspec layers` lists the kinds"
            if len(word) <= 40 and word.isidentifier() and word.islower():
                otherwise += f"; what a node called {word} makes is `from: {word}`"
            instead = f"did you mean {other}?" if other is not None else foreign.INSTEAD.get(word.lower())
            if instead is not None and near is None:
                self.collector.report("unknown-kind", f"there is no kind {named(word)}", key.span, help=instead)
            else:
                self.typo("unknown-kind", f"there is no kind {named(word)}", key, known, otherwise)
        return Tensor(key, broken=True)

    def no_name(self, key: Scalar, kinds: list[str]) -> str | None:
        """A word over nodes that is a kind, and none that exists. Returns the one that is meant, if that is known."""
        word = foreign.bare(key.text)
        same = [kind for kind in kinds if kind.lower() == word.lower()]
        near = same[0] if len(same) == 1 else certain(word, kinds)
        other = OPERATIONS.get(word.lower()) or foreign.kind(word)
        meant = near or (other if other in kinds else next((k for k in kinds if one_letter_off(word, k)), None))
        asked = f"did you mean {meant}?" if meant is not None else did_you_mean(word, kinds)
        if asked is None and word.lower() in OPERATIONS:
            asked = "tensors meet in concat, add and multiply."
        name = f"write `{{name: {key.text}, sequential: ...}}`"
        help = f"{asked} If it is a name, {name}" if asked else f"if it is a name, {name}"
        fix = Fix(f"write {near}", (Edit(key.span, near),)) if near is not None and key.plain else None
        self.collector.report("unknown-kind", f"there is no kind {named(key.text)}", key.span, help=help, fix=fix)
        return meant

    def without_kind(self, raw: Node, arguments: Mapping[str, str]) -> Item:
        """`{out_channels: 16, kernel_size: 3}`"""
        kinds = list(self.parser.kinds_taking(arguments))
        whole = [kind for kind in kinds if all(name in arguments for name in self.parser.required(kind))]
        kind = (whole or kinds or ["Conv2d"])[0]
        takes = self.parser.parameters(kind)
        here = {name: next((o for o in foreign.ARGUMENTS.get(name, ()) if o in takes), name) for name in arguments}
        example = foreign.written(kind, {here[name]: value for name, value in arguments.items()})
        above = "have no kind above them" if len(arguments) > 1 else "has no kind above it"
        message = f"{listed(list(arguments))} {above}"
        self.collector.report("node-form", message, raw.span, help=f"write the kind above: {example}")
        return Tensor(raw, broken=True)

    def _torch_call(self, key: Scalar, kind: str) -> None:
        """`Conv2d(3, 64, 3)`"""
        text = key.text.partition("(")[2].strip()
        names = self.parser.parameters(kind)
        given = foreign.read_arguments(text[:-1], names) if text.endswith(")") else None
        help, fix = f"write {kind}, or {kind}: {{name: value}}", None
        if given is not None:
            node = foreign.written(kind, given)
            help = f"write {node}"
            fix = Fix(help, (Edit(key.span, f"{{{node}}}" if given else node),)) if key.plain else None
        self.collector.report("node-form", "a spec names a kind, and does not call it", key.span, help=help, fix=fix)

    def unknown_key(self, key: Scalar, kind: Scalar) -> None:
        arguments = self.parser.arguments(kind.text)
        message = f"{named(key.text)} cannot stand beside {kind.text}"
        if key.text in arguments:
            help = f"it is an argument: write it inside, {kind.text}: {{{key.text}: ...}}"
            self.collector.report("node-key", message, key.span, help=help)
            return
        help = f"beside a kind stand {listed(list(COMMON_KEYS))}; an argument goes inside {kind.text}: {{...}}"
        self.typo("node-key", message, key, COMMON_KEYS, help)

    def unknown_argument(self, kind: Scalar, name: Scalar, value: Node, parameters: Mapping[str, bool]) -> None:
        help = f"{kind.text} takes {listed(list(parameters))}" if parameters else f"{kind.text} takes no arguments"
        other = next((o for o in foreign.ARGUMENTS.get(name.text.lower(), ()) if o in parameters), None)
        help = foreign.INSTEAD.get(name.text.lower(), help)
        if self.parser.is_kind(name.text, value, {}):
            help = f"{name.text} is a kind of its own: write it as the next node"
        elif name.text in COMMON_KEYS:
            help = f"`{name.text}` stands beside the kind: {{{name.text}: ..., {kind.text}: ...}}"
        elif other is not None:
            help = f"did you mean {other}?"
        block = self.parser.blocks.get(kind.text)
        if block is not None and block.reads(name.text) and name.text not in self.parser.variables:
            block.lacks(name.text)
            return
        message = f"{kind.text} has no argument {named(name.text)}"
        word, _, rest = name.text.replace("=", " ").partition(" ")
        if unless_empty(value) is None and word in parameters and rest.strip():  # no colon between the two
            help = f"write {word}: {rest.strip()}"
            fix = Fix(help, (Edit(name.span, f"{word}: {rest.strip()}"),)) if name.plain else None
            self.collector.report("yaml-colon", f"a colon is missing after `{word}`", name.span, help=help, fix=fix)
            return
        if unless_empty(value) is None and name.text in self.parser.variables:
            help = f"a value of its own stands without braces: {kind.text}: {name.text}"
        if other is not None and certain(name.text, parameters) is None:
            self.collector.report("unknown-argument", message, name.span, help=help)
        else:
            self.typo("unknown-argument", message, name, parameters, help)

    def typo(self, rule: str, message: str, token: Scalar, known: Iterable[str], otherwise: str) -> None:
        known = list(known)
        near = certain(token.text, known)
        fix = Fix(f"write {near}", (Edit(token.span, near),)) if near is not None and token.plain else None
        help = did_you_mean(token.text, known) or otherwise or None
        self.collector.report(rule, message, token.span, help=help, fix=fix)


def by_name(kind: str, value: Node, parameters: Mapping[str, bool]) -> str:
    """What to write where the value of a kind is no mapping, and has to be."""
    required = [name for name, must in parameters.items() if must]
    if isinstance(value, Sequence):
        given = foreign.in_order(value.items, parameters)
        if given is not None and all(name in given for name in required):
            return f"name the arguments: {foreign.written(kind, given)}"
    if isinstance(value, Scalar) and "=" in value.text:
        given = foreign.read_arguments(value.text, parameters)
        if given is not None:
            return f"write {foreign.written(kind, given)}"
    if not required:
        return f"write {kind} alone"
    first = value.text if isinstance(value, Scalar) else "..."
    named = {name: "..." if i else first for i, name in enumerate(required)}
    return f"name the argument: {foreign.written(kind, named)}"


def unless_empty(value: Node | None) -> Node | None:
    """`ReLU:` and `ReLU: {}` are ReLU."""
    empty = value is not None and (is_nothing(value) or (isinstance(value, MappingNode) and not value.entries))
    return None if empty else value


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
