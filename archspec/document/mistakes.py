"""What is wrong where a word is not known: the kind, the argument or the key that was meant."""

# What other programs call it is looked up where a mistake was found: a right spec does not wait for it.

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from archspec import layers
from archspec.diagnostics import Edit, Fix, SourceFile, Span
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document.chains import OPERATIONS, one_letter_off
from archspec.document.nodes import COMMON_KEYS, Item, Tensor, is_nothing
from archspec.document.schema import named
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence
from archspec.source.flow import MISSING, braced, text_of, written

if TYPE_CHECKING:
    from archspec.document.parse import NodeParser, Variables

_LIKE_A_DASH = ("-", "\u2013", "\u2014", "\u2022", "\u00b7")
_KEYWORD = re.compile(r"[A-Za-z_]\w*\s*=(?!=)")
_LOOP_BODIES = ("body", "do", "nodes")
"""What stands over the nodes of a loop in other programs."""
_BETWEEN = re.compile(r"\s*(?:,|->|=>|\||\+|\u2192|\s)\s*")


class Mistakes:
    """Reports words that a parser does not know."""

    def __init__(self, parser: NodeParser) -> None:
        self.parser = parser
        self.collector = parser.collector

    def unknown_kind(self, key: Scalar, variables: Variables, value: Node | None = None) -> Item:
        """`value` is what stands below the word, if anything does."""
        word = key.text
        known = [*self.parser.kinds(variables), *COMMON_KEYS]
        near = certain(word, known)
        first, *more = word.split() or [word]
        bare = word.rpartition(".")[2]
        if bare != word and bare not in layers.KINDS:
            from archspec.foreign.functions import FUNCTIONS

            bare = FUNCTIONS[bare].split()[0] if bare in FUNCTIONS else bare
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
        elif self._pasted(key, variables):
            pass
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
            from archspec.foreign.words import COMMON, INSTEAD

            other = kind_elsewhere(word)
            if isinstance(value, Scalar) and word in COMMON and near is None:
                message = f"there is no key {named(word)}"
                fix = Fix(f"write {COMMON[word]}", (Edit(key.span, COMMON[word]),)) if key.plain else None
                self.collector.report("node-key", message, key.span, help=f"did you mean {COMMON[word]}?", fix=fix)
                return Tensor(key, broken=True)
            if near is None and self._in_library(key, other):
                return Tensor(key, broken=True)
            otherwise = "`archspec layers` lists the kinds"
            if len(word) <= 40 and word.isidentifier() and word.islower():
                otherwise += f"; what a node called {word} makes is `from: {word}`"
            instead = f"did you mean {other}?" if other is not None else INSTEAD.get(word.lower())
            if instead is not None and near is None:
                self.collector.report("unknown-kind", f"there is no kind {named(word)}", key.span, help=instead)
            else:
                self.typo("unknown-kind", f"there is no kind {named(word)}", key, known, otherwise)
        return Tensor(key, broken=True)

    def _in_library(self, key: Scalar, other: str | None) -> bool:
        """A block that comes with archspec, and is not imported: whether it is one, which is reported."""
        from archspec.document.files import library_blocks

        blocks = library_blocks()
        name = next((each for each in (key.text, other) if each in blocks), None)
        if name is None or name in self.parser.blocks:
            return False
        line = f"import: {blocks[name]}"
        help = f"write `{line}` at the top" if name == key.text else f"did you mean {name}? Write `{line}` at the top"
        at = _before_first_key(key.source)
        fix = Fix(f"write `{line}`", (Edit(at, f"{line}\n"),)) if at is not None and name == key.text else None
        message = f"{named(key.text)} comes with archspec, in {blocks[name]}" if fix or name == key.text else ""
        message = message or f"there is no kind {named(key.text)}"
        self.collector.report("unknown-kind", message, key.span, help=help, fix=fix)
        return True

    def parts_beside(
        self, raw: MappingNode, kinds: list[tuple[Scalar, Node]], rest: list[tuple[Scalar, Node]]
    ) -> MappingNode | None:
        """A residual with its `shortcut` beside it: what it holds, as it is meant. None where nothing is beside it."""
        if len(kinds) != 1 or kinds[0][0].text != "residual" or len(rest) != 2:
            return None
        key, value = kinds[0]
        part = next(entry for entry in rest if entry[0] is not key)
        if part[0].text not in ("shortcut", "skip", "downsample", "identity") or unless_empty(value) is None:
            return None
        message = f"`{part[0].text}` stands beside residual, and belongs in it"
        help = "write `body:` above the nodes of residual, and `shortcut:` below it, as far in as `body:`"
        self.collector.report("node-key", message, part[0].span, help=help)
        if isinstance(value, MappingNode) and "body" in value:
            entries = value.entries
        else:
            entries = MappingNode.over("body", value).entries
        shortcut = MappingNode.over("shortcut", part[1]).entries
        return raw.with_entries([*entries, *shortcut])

    def loop_body(self, key: Scalar, value: Node) -> bool:
        """`body:` over the nodes of a `for`: whether that is what it is, which is reported."""
        if key.text not in _LOOP_BODIES or isinstance(value, Scalar):
            return False
        fix = Fix("write sequential", (Edit(key.span, "sequential"),)) if key.plain else None
        message = f"the nodes of a loop stand below `sequential`, not `{key.text}`"
        self.collector.report("node-key", message, key.span, help="write `sequential`", fix=fix)
        return True

    def positional_keys(self, kind: Scalar, value: MappingNode, parameters: Mapping[str, bool]) -> bool:
        """`Conv2d: {64, 3}`: whether these are its arguments without their names, which is reported."""
        from archspec.foreign.nodes import by_order

        words = [key.text for key, inner in value.entries if unless_empty(inner) is None and key.text not in parameters]
        given = by_order(words, parameters)
        if len(words) < len(value.entries) or not words[0].isdecimal() or given is None:
            return False
        node = written(kind.text, given)
        fix = Fix(f"write {node}", (Edit(value.span, node.removeprefix(f"{kind.text}: ")),))
        message = f"{kind.text} takes its arguments by name"
        self.collector.report("argument-direct", message, value.span, help=f"write {node}", fix=fix)
        return True

    def positional(self, kind: Scalar, value: Node | None, parameters: Mapping[str, bool], missing: list[str]) -> bool:
        """`Block: [1, 16]` and `Block: 1, 16`: whether these are its params in their order, which is reported."""
        from archspec.foreign.calls import in_parentheses, read_arguments
        from archspec.foreign.nodes import by_order

        block = self.parser.blocks.get(kind.text)
        given = None
        if isinstance(value, Sequence) and missing and block is not None:
            if not block.takes_list(next(iter(parameters))):
                given = by_order([text_of(item) for item in value.items], dict.fromkeys(parameters, True))
        elif isinstance(value, Scalar) and _KEYWORD.match(value.text):
            given = read_arguments(value.text, parameters)
        elif isinstance(value, Scalar) and "," in value.text and value.text[0] not in "([":
            names = dict.fromkeys(parameters, True) if block is not None else dict(parameters)
            given = in_parentheses(value.text, names)
            given = given if given is not None and len(given) > 1 else None
        if value is None or not given or any(name not in given for name in missing):
            return False
        node = written(kind.text, given)
        fix = None
        if MISSING not in given.values():
            fix = Fix(f"write {node}", (Edit(value.span, node.removeprefix(f"{kind.text}: ")),))
        message = f"{kind.text} takes its {'params' if block is not None else 'arguments'} by name"
        self.collector.report("argument-direct", message, value.span, help=f"write {node}", fix=fix)
        return True

    def no_name(self, key: Scalar, kinds: list[str]) -> str | None:
        """A word over nodes that is a kind, and none that exists. Returns the one that is meant, if that is known."""
        word = key.text.rpartition(".")[2]
        same = [kind for kind in kinds if kind.lower() == word.lower()]
        near = same[0] if len(same) == 1 else certain(word, kinds)
        other = OPERATIONS.get(word.lower()) or kind_elsewhere(word)
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
        from archspec.foreign.nodes import argument

        kinds = list(self.parser.kinds_taking(arguments))
        whole = [kind for kind in kinds if all(name in arguments for name in self.parser.required(kind))]
        kind = (whole or kinds or ["Conv2d"])[0]
        takes = self.parser.parameters(kind)
        here = {name: argument(name, takes)[0] or name for name in arguments}
        example = written(kind, {here[name]: value for name, value in arguments.items()})
        above = "have no kind above them" if len(arguments) > 1 else "has no kind above it"
        message = f"{listed(list(arguments))} {above}"
        self.collector.report("node-form", message, raw.span, help=f"write the kind above: {example}")
        return Tensor(raw, broken=True)

    def _pasted(self, key: Scalar, variables: Variables) -> bool:
        """`nn.Conv2d(3, 64, 3)`: whether it is such a call, which is reported."""
        from archspec.foreign.calls import pasted

        span = key.span
        text = key.text
        if span.end_line > span.line:  # YAML makes one line of several
            text = "\n".join(key.source.text.splitlines()[span.line - 1 : span.end_line])[span.column - 1 :]
        call = pasted(text, lambda kind: self.parser.signature(kind, variables))
        if call is None:
            name = key.text.partition("(")[0].rpartition(".")[2].strip()
            if "(" not in key.text or not self.parser.is_kind(name, None, variables):
                return False
            help, fix = f"write {name}, or {name}: {{name: value}}", None
        else:
            help = call.help
            fix = Fix(f"write {call.text}", (Edit(key.span, call.text),)) if call.certain and key.plain else None
        message = "a spec names a kind, and does not call it"
        if re.match(r"[\w.]*\b[A-Z]\w*\(", key.text) is None:
            message = "this is PyTorch's code, and a spec has nodes"
        self.collector.report("node-form", message, key.span, help=help, fix=fix)
        return True

    def of_another_program(self, raw: Node, variables: Variables, before: int) -> Item | None:
        """A node that is none of ours, and one of another program's. What was said of it gives way to one sentence."""
        from archspec.foreign import nodes

        def signature(kind: str) -> Mapping[str, bool] | None:
            return self.parser.signature(kind, variables)

        if isinstance(raw, Sequence) and nodes.is_row(raw):
            self.collector.take_back(before)
            if not self.parser.rows_told:
                self.parser.rows_told = True
                help = f"write `{nodes.row(raw, signature)}`; `repeat: 3` and `from: name` may stand beside the kind"
                message = "a list is a chain of nodes, and this one holds numbers"
                self.collector.report("node-form", message, raw.span, help=help)
            return Tensor(raw, broken=True)
        typed = nodes.typed(raw, signature, COMMON_KEYS) if isinstance(raw, MappingNode) else None
        if typed is None or not isinstance(raw, MappingNode) or self._names_nodes(raw, typed.key, variables):
            return None
        self.collector.take_back(before)
        whose = nodes.notation(typed.key.text)
        message = f"a node is written under its kind, and not with `{typed.key.text}`"
        if whose is not None:
            message = f"this is {whose}; a node is written under its kind, and not with `{typed.key.text}`"
        fix = None
        if typed.certain and raw.in_braces:
            fix = Fix(f"write {typed.node}", (Edit(raw.span, braced(typed.node)),))
        self.collector.report("node-form", message, typed.key.span, help=f"write `{typed.node}`", fix=fix)
        item = Tensor(raw, broken=True)
        name = raw.get("name")
        item.name = name if isinstance(name, Scalar) else None
        return item

    def _names_nodes(self, raw: MappingNode, key: Scalar, variables: Variables) -> bool:
        """Whether `layer: ReLU` names a node after all: nothing stands beside it, or nodes do."""
        rest = [(k, v) for k, v in raw.entries if k is not key and k.text not in COMMON_KEYS]
        if key.text not in ("layer", "kind", "module", "op"):
            return False
        alone = raw.get(key.text)
        if not rest:
            return isinstance(alone, Scalar) and self.parser.is_kind(alone.text, None, variables)
        return any(self.parser.looks_like_node(value, variables) for _, value in rest)

    def unknown_key(self, key: Scalar, kind: Scalar) -> None:
        arguments = self.parser.arguments(kind.text)
        message = f"{named(key.text)} cannot stand beside {kind.text}"
        if key.text in arguments:
            help = f"it is an argument: write it inside, {kind.text}: {{{key.text}: ...}}"
            self.collector.report("node-key", message, key.span, help=help)
            return
        from archspec.foreign.words import COMMON, INSTEAD

        here = COMMON.get(key.text)
        if here is not None:
            fix = Fix(f"write {here}", (Edit(key.span, here),)) if key.plain else None
            self.collector.report("node-key", message, key.span, help=f"did you mean {here}?", fix=fix)
            return
        help = f"beside a kind stand {listed(list(COMMON_KEYS))}; an argument goes inside {kind.text}: {{...}}"
        self.typo("node-key", message, key, COMMON_KEYS, INSTEAD.get(key.text.lower(), help))

    def unknown_argument(self, kind: Scalar, name: Scalar, value: Node, parameters: Mapping[str, bool]) -> None:
        from archspec.foreign.nodes import argument
        from archspec.foreign.words import BY_HEIGHT, INSTEAD

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
        other, same = argument(name.text, parameters)
        help = f"{kind.text} takes {listed(list(parameters))}" if parameters else f"{kind.text} takes no arguments"
        help = BY_HEIGHT.get(name.text) or INSTEAD.get(name.text.lower(), help)
        if unless_empty(value) is None and name.text.replace(".", "").isdecimal():
            example = next((each for each in reversed(list(parameters)) if parameters[each]), "name")
            help = f"a value has the name of its argument before it, as `{example}: {name.text}`"
        elif self.parser.is_kind(name.text, value, {}):
            help = f"{name.text} is a kind of its own: write it as the next node"
        elif name.text in COMMON_KEYS:
            help = f"`{name.text}` stands beside the kind: {{{name.text}: ..., {kind.text}: ...}}"
        elif other is None and (kind_here := kind_of_argument(name.text)) is not None:
            help = f"{kind_here} is a node of its own: write it as the next node"
        elif unless_empty(value) is None and name.text in self.parser.variables:
            help = f"a value of its own stands without braces: {kind.text}: {name.text}"
        if other is not None and certain(name.text, parameters) is None:
            fix = Fix(f"write {other}", (Edit(name.span, other),)) if same and name.plain else None
            self.collector.report("unknown-argument", message, name.span, help=f"did you mean {other}?", fix=fix)
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
    from archspec.foreign.calls import in_parentheses, read_arguments
    from archspec.foreign.nodes import in_order

    required = [name for name, must in parameters.items() if must]
    given = None
    if isinstance(value, Sequence):
        given = in_order(value.items, parameters)
    elif isinstance(value, Scalar):
        given = read_arguments(value.text, parameters) if "=" in value.text else None
        given = given or in_parentheses(value.text, dict(parameters))
    if given is not None and all(name in given for name in required) and "inplace" not in given:
        return f"write {written(kind, given)}"
    return f"write {kind} alone" if not required else such_as(kind, given or {}, parameters)


def such_as(kind: str, given: Mapping[str, str], parameters: Mapping[str, bool]) -> str:
    """What to write where arguments are missing, with values that they may have."""
    layer = layers.lookup(kind)
    fields = {field.alias or name: field for name, field in layer.model_fields.items()} if layer is not None else {}
    told = dict(given)
    for name, must in parameters.items():
        if must and name not in told:
            examples = fields[name].examples or ["2"] if name in fields else [MISSING]
            told[name] = str(examples[0])
    in_order = {name: told[name] for name in parameters if name in told}
    if layer is not None and list(in_order) == [layer.direct]:
        return f"such as {kind}: {next(iter(in_order.values()))}"
    return f"{'write' if MISSING in in_order.values() else 'such as'} {written(kind, in_order)}"


def kind_elsewhere(word: str) -> str | None:
    """What a kind of another framework is called here."""
    from archspec.foreign.nodes import kind

    return kind(word)


def kind_of_argument(word: str) -> str | None:
    """The kind that an argument such as `batch_norm: true` asks for."""
    from archspec.foreign.nodes import known_kind

    kind = known_kind(word, lambda name: {} if name in layers.KINDS else None)
    return kind if kind in layers.KINDS else None


def is_argument_elsewhere(word: str) -> bool:
    """Whether another framework has an argument of this name that layers here have under another."""
    from archspec.foreign.words import LIKE, SAME

    return word in SAME or word in LIKE


def _before_first_key(source: SourceFile) -> Span | None:
    """Where a key can be put in front of the others; None where they stand in braces, or the key stands there."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if line.startswith(("import:", "{")):
            return None
        if line.strip() and not line.startswith(("#", "---", "%")):
            rest = source.text.splitlines()[number:]
            return None if any(other.startswith("import:") for other in rest) else Span(source, number, 1, number, 1)
    return None


def unless_empty(value: Node | None) -> Node | None:
    """`ReLU:` and `ReLU: {}` are ReLU."""
    empty = value is not None and (is_nothing(value) or (isinstance(value, MappingNode) and not value.entries))
    return None if empty else value


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
