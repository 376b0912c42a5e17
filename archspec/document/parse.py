"""The forms of a node: a word, a mapping with a kind, named nodes, a list. Tree in, Items out, odd forms reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Protocol

from archspec import layers
from archspec.budget import ITEM, NAME
from archspec.diagnostics import Collector, Label
from archspec.diagnostics.suggest import MOST_NAMES, certain
from archspec.document.chains import is_name
from archspec.document.mistakes import (
    Mistakes,
    by_name,
    is_argument_elsewhere,
    kind_elsewhere,
    listed,
    such_as,
    unless_empty,
)
from archspec.document.nodes import COMMON_KEYS, STRUCTURES, Call, Entry, Item, Reuse, Structure, Tensor, is_nothing
from archspec.document.schema import named, shown
from archspec.expressions import ExpressionError, parse_for
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence
from archspec.source.flow import text_of

Variables = Mapping[str, bool | None]
"""Names in scope and whether each holds a kind: yes, no, or only evaluation can tell."""

_USUAL = ("Conv2d", "Linear", "MaxPool2d", "BatchNorm2d", "Dropout", "Conv1d", "LSTM")
"""The kinds that are meant most often, where arguments stand without theirs."""
_ACTIVATIONS = ("activation", "act", "nonlinearity")
"""Arguments of other programs that hold a kind."""
_LONG_FORMS = {"concat": ("dim", "of"), "residual": ("body", "shortcut")}


class Signature(Protocol):
    """What a block takes, as far as the text tells."""

    @property
    def required(self) -> Mapping[str, bool]:
        """The names of its params, and whether each must be given."""

    @property
    def broken(self) -> bool:
        """Whether it is not known what it takes."""

    def takes_list(self, name: str) -> bool:
        """Whether this param is declared as a list."""

    def reads(self, name: str) -> bool:
        """Whether its text has this word."""

    def lacks(self, name: str) -> None:
        """Say that it reads `name` and has no such param."""


class NodeParser:
    """Reads the nodes of one document. `blocks` are the blocks that its text may call."""

    def __init__(
        self,
        blocks: Mapping[str, Signature],
        defaults: Mapping[str, Iterable[str]],
        collector: Collector,
        variables: Variables,
        *,
        whole: bool = True,
        defaults_known: bool = True,
    ) -> None:
        self.blocks = blocks
        self.defaults = defaults
        self.collector = collector
        self.variables = variables
        """Those of the document."""
        self.whole = whole
        """Whether all kinds are known; else one that is unknown may be what could not be read."""
        self.defaults_known = defaults_known and whole
        self.mistakes = Mistakes(self)
        self.rows_told = False
        """Whether a table in rows was met: all of it is written so, and told once."""
        self._layers: dict[str, tuple[dict[str, bool], str | None]] = {}
        """What each layer takes that was met so far: its arguments, whether they must be given, and the direct one."""

    def children(self, raw: Node, variables: Variables) -> list[Item]:
        """Where nodes can stand: a list, named nodes, or a single node."""
        before = self.collector.count
        items = self._children(raw, variables)
        other = self._of_another_program(raw, variables, before)
        return items if other is None else [other]

    def _children(self, raw: Node, variables: Variables) -> list[Item]:
        if isinstance(raw, Sequence):
            return [self.node(item, variables) for item in raw.items]
        if isinstance(raw, MappingNode) and raw.entries and not self._has_kind_or_common_key(raw, variables):
            return [self._named(key, value, variables) for key, value in raw.entries]
        return [self.node(raw, variables)]

    def node(self, raw: Node, variables: Variables) -> Item:
        """One node in any of its forms."""
        if not self.collector.budget.spend(ITEM):
            self.collector.exhausted(raw.span)
        before = self.collector.count
        item = self._node(raw, variables)
        return self._of_another_program(raw, variables, before) or item

    def _node(self, raw: Node, variables: Variables) -> Item:
        if isinstance(raw, Sequence):
            return Structure(raw, children=self._children(raw, variables))
        if isinstance(raw, MappingNode):
            return self._mapping(raw, variables)
        assert isinstance(raw, Scalar)
        if isinstance(raw.value, str) and raw.text:
            return self._kind(raw, raw, None, variables)
        message = f"a node is wanted here, not {shown(raw)}" if raw.text else "a node is missing here"
        help = "write a kind such as ReLU, or a mapping such as {Linear: 10}"
        return self._wrong(raw, "node-form", message, help)

    def is_kind(self, word: str, value: Node | None, variables: Variables) -> bool:
        """Whether a key, over this value, is a kind. A variable is one unless it stands over a node that it names."""
        if word in variables:
            holds = variables[word]
            return holds if holds is not None else not self.looks_like_node(value, variables)
        return word in STRUCTURES or word in self.blocks or word in layers.KINDS

    def kinds(self, variables: Variables) -> list[str]:
        own = list(islice(chain((v for v, holds in variables.items() if holds), self.blocks), MOST_NAMES))
        kinds = [*own, *STRUCTURES, *layers.KINDS]
        self.collector.budget.spend(NAME * len(kinds))
        return kinds

    # the forms

    def _mapping(self, raw: MappingNode, variables: Variables) -> Item:
        common = {key.text: (key, value) for key, value in raw.entries if key.text in COMMON_KEYS}
        variables = self._with_targets(common.get("for"), variables)
        rest = [(key, value) for key, value in raw.entries if key.text not in COMMON_KEYS]
        kinds = [(key, value) for key, value in rest if self.is_kind(key.text, value, variables)]
        if (parts := self.mistakes.parts_beside(raw, kinds, rest)) is not None:
            item = self._kind(raw, kinds[0][0], parts, variables)
        elif kinds and self._stands_among_nodes(kinds, rest, variables):
            item = self._nameless(raw, kinds, rest, variables)
        elif len(kinds) > 1:
            first, second = kinds[0][0], kinds[1][0]
            item = self._wrong(
                second,
                "node-kinds",
                f"a node has one kind, and this has {first.text} and {second.text}",
                "make each a node of its own, with a `-` before it",
                notes=(Label(first.span, "the first kind"),),
            )
        elif kinds:
            item = self._beside(raw, kinds[0], [key for key, _ in rest if key is not kinds[0][0]], variables)
        elif (other := self._typed(raw, rest, variables)) is not None:
            return other
        elif given := self._arguments_alone(rest):
            item = self.mistakes.without_kind(raw, given)
        elif len(rest) == 1 and ("for" in common or "repeat" in common) and self.mistakes.loop_body(*rest[0]):
            item = self.structure(raw, rest[0][0], "sequential", rest[0][1], variables)
        elif rest:
            item = Structure(raw, children=[self._named(key, value, variables) for key, value in rest])
            item.broken = any(certain(key.text, ("for",)) is not None or _is_clause(value) for key, value in rest)
            item.broken = item.broken or all(child.broken and child.name is None for child in item.children)
        elif common:
            item = Tensor(raw)
        else:
            item = self._wrong(
                raw, "node-form", "this node is empty", "write a kind, such as ReLU, or take the node out"
            )
        self._common(item, common)
        if rest and not kinds:
            _hand_down(item)
        if item.tie is not None and not isinstance(item, Call) and not item.broken:
            item.broken = True
            message = "`tie` stands beside one layer, whose parameters it names"
            self.collector.report("node-form", message, common["tie"][0].span, help="put it beside the layer itself")
        return item

    def _stands_among_nodes(self, kinds: list[Entry], rest: list[Entry], variables: Variables) -> bool:
        """Whether what stands beside the kinds are nodes under their names, and no keys of one node."""
        if len(rest) == len(kinds):
            return False
        named = [entry for entry in rest if entry not in kinds]
        arguments = {name for key, _ in kinds for name in self.arguments(key.text)}
        return (
            all(key.text not in arguments and self.looks_like_node(value, variables) for key, value in named)
            and (len(named) > 1 or any(not isinstance(value, Scalar) for _, value in named))
            and not any(key.text in variables for key, _ in kinds)
            and not any(key.text in STRUCTURES and unless_empty(value) is None for key, value in kinds)
        )

    def _nameless(self, raw: Node, kinds: list[Entry], rest: list[Entry], variables: Variables) -> Item:
        """Named nodes, and a kind among them that has no name."""
        for key, value in kinds:
            message = f"{key.text} stands among named nodes, and has no name"
            node = key.text if unless_empty(value) is None else f"{{{key.text}: ...}}"
            help = f"write `name: {node}`, with a name of your choice"
            if key.text in STRUCTURES and isinstance(value, MappingNode) and self._is_one_layer(value, variables):
                node = f"{{name: {key.text}, {text_of(value)[1:-1]}}}"
                help = f"choose another name, or write each node after a `-`, and this one `{node}`"
            self.collector.report("node-key", message, key.span, help=help)
        children = [
            self._kind(value, key, value, variables) if (key, value) in kinds else self._named(key, value, variables)
            for key, value in rest
        ]
        for child in children:
            value = child.raw
            if isinstance(child, Structure) and isinstance(value, MappingNode) and self._is_one_layer(value, variables):
                child.broken = True  # its name was meant, and not what it does
        return Structure(raw, children=children)

    def _is_one_layer(self, value: MappingNode, variables: Variables) -> bool:
        kinds = [key.text for key, below in value.entries if self.is_kind(key.text, below, variables)]
        return len(kinds) == len(value.entries) == 1 and kinds[0] not in STRUCTURES

    def _beside(self, raw: Node, kind: tuple[Scalar, Node], others: list[Scalar], variables: Variables) -> Item:
        """A kind, and keys beside it that are no common keys."""
        key, value = kind
        if others and key.text in variables and self.looks_like_node(value, variables):
            message = f"a node cannot be called {named(key.text)}: it is a variable that holds a kind"
            return self._wrong(key, "node-name", message, "choose another name")
        if others and unless_empty(value) is None:
            arguments = self.arguments(key.text)
            below = [other.text for other in others if other.text in arguments]
            if below or key.text in STRUCTURES:  # all is indented as the kind itself
                what = f"what belongs to {key.text}" if key.text in STRUCTURES else listed(below)
                message, help = f"nothing stands below {key.text}", f"indent {what} further than {key.text}"
                return self._wrong(key, "node-form", message, help)
        item = self._kind(raw, key, value, variables)
        for other in others:
            item.broken = True
            self.mistakes.unknown_key(other, key)
        return item

    def arguments(self, kind: str) -> list[str]:
        """The names of what a kind takes."""
        return list(self.parameters(kind))

    def _named(self, key: Scalar, value: Node, variables: Variables) -> Item:
        """`conv1: {Conv2d: ...}`: a node under its name."""
        if self.is_kind(key.text, value, variables):  # several kinds in one mapping of nodes
            return self._kind(key, key, value, variables)
        if not self.looks_like_node(value, variables) or self._near_call(key, value, variables):
            known = [*self.kinds(variables), *layers.KINDS]
            if (
                key.text.rpartition(".")[2] not in known
                and key.text[:1].islower()
                and not kind_elsewhere(key.text)
                and not certain(key.text, known)
            ):
                given = self._arguments_alone(value.entries) if isinstance(value, MappingNode) else {}
                if given:
                    return self.mistakes.without_kind(value, given)
            return self.mistakes.unknown_kind(key, variables, value)
        if self._is_chain(value, variables) and not is_name(key.text, self._chain_kinds(variables)):
            return self._no_name(key, value, variables)
        item = self.node(value, variables)
        if item.name is not None:
            self.collector.report(
                "node-form",
                f"this node is named twice, {key.text} and {item.name.text}",
                item.name.span,
                help="keep one of the names",
                notes=(Label(key.span, "the other name"),),
            )
            item.broken = True
        item.name = key
        return item

    def _is_chain(self, value: Node, variables: Variables) -> bool:
        """Whether several nodes stand below a word, and no kind of theirs."""
        if isinstance(value, MappingNode):
            common = {name.text: (name, below) for name, below in value.entries if name.text in COMMON_KEYS}
            variables = self._with_targets(common.get("for"), variables)
            return not any(self.is_kind(name.text, below, variables) for name, below in value.entries)
        return isinstance(value, Sequence) and not any(_is_number(item) for item in value.items)

    def _chain_kinds(self, variables: Variables) -> list[str]:
        """The kinds that may stand over nodes, or are given them by mistake: all but layers."""
        kinds = [*(word for word, holds in variables.items() if holds), *self.blocks, *STRUCTURES]
        self.collector.budget.spend(len(variables) + NAME * len(kinds))
        return kinds

    def _no_name(self, key: Scalar, value: Node, variables: Variables) -> Item:
        """`Concat: [{from: a}, {from: b}]`. What stands below is read as it is meant, for its names and mistakes."""
        meant = self.mistakes.no_name(key, self._chain_kinds(variables))
        item = Structure(key, broken=True)
        if meant in STRUCTURES and meant != "reuse":
            item.children = [self.structure(key, key, meant, value, variables)]
        elif meant is None:
            item.children = self.children(value, variables)
        item.children.append(Tensor(key, name=key, broken=True))
        return item

    def _kind(self, raw: Node, key: Scalar, value: Node | None, variables: Variables) -> Item:
        word = key.text
        if word in variables:
            return Call(raw, kind=word, kind_token=key, arguments=unless_empty(value))
        if word in self.blocks and self.blocks[word].broken:
            return Tensor(key, broken=True)
        if word == "reuse":
            return self._reuse(raw, key, value)
        if word in STRUCTURES:
            return self.structure(raw, key, word, value, variables)
        if word in self.blocks:
            return self._call(
                raw, key, value, dict(self.blocks[word].required), next(iter(self.blocks[word].required), None)
            )
        takes = self._layers.get(word)
        if takes is None:
            kind = layers.lookup(word)
            if kind is None:
                return self.mistakes.unknown_kind(key, variables)
            takes = self._layers[word] = ({name: f.required for name, f in kind.fields().items()}, kind.direct)
        return self._call(raw, key, value, *takes)

    def structure(self, raw: Node, key: Scalar, kind: str, value: Node | None, variables: Variables) -> Item:
        """A structure and the nodes in it, in the short or the long form."""
        item = Structure(raw, kind=kind, kind_token=key)
        if unless_empty(value) is None:
            help = f"write them below it, or leave {key.text} out"
            source = raw.get("from") if isinstance(raw, MappingNode) else None
            if isinstance(source, Sequence) and kind in ("concat", "add", "multiply"):
                help = f"write {_joined(key.text, [text_of(name) for name in source.items])}"
            return self._wrong(key, "node-form", f"{key.text} needs nodes", help)
        assert value is not None
        names = self._names_for_nodes(value, variables) if kind in ("concat", "add", "multiply") else None
        if names is not None:
            message = f"{key.text} takes nodes, and {listed(names)} {'are names' if names[1:] else 'is a name'}"
            return self._wrong(value, "node-form", message, f"write {_joined(key.text, names)}")
        if isinstance(value, Scalar) and _is_number(value):
            other = f"; a layer of {value.text} features is `Linear: {value.text}`" if kind == "dense" else ""
            message = f"{key.text} takes nodes, not {value.text}"
            return self._wrong(value, "node-form", message, f"write them below it, each after a `-`{other}")
        long_form = _LONG_FORMS.get(kind)
        if long_form is not None and isinstance(value, MappingNode):
            main, other = ("of", "dim") if kind == "concat" else ("body", "shortcut")
            alone = value.key(other)
            below = value.get(other)
            if alone is not None and value.key(main) is None and (kind == "residual" or _is_number(below)):
                others = [name for name, _ in value.entries if name is not alone]
                message = f"a {kind} with a `{other}` has its nodes under `{main}`"
                if len(others) != 1:
                    return self._wrong(alone, "node-key", message, f"write `{main}:` above the nodes")
                self.mistakes.typo("node-key", message, others[0], (main,), f"write `{main}` for `{others[0].text}`")
                return Tensor(raw, broken=True)
        if (
            long_form is None
            or not isinstance(value, MappingNode)
            or value.key("of" if kind == "concat" else "body") is None
        ):
            item.children = self.children(value, variables)
            return item
        for extra, _ in value.entries:
            if extra.text not in long_form:
                item.broken = True
                otherwise = f"it has {listed(list(long_form))}"
                otherwise = "did you mean shortcut?" if extra.text in ("skip", "identity", "downsample") else otherwise
                self.mistakes.typo("node-key", f"{key.text} has no `{extra.text}`", extra, long_form, otherwise)
        if kind == "concat":
            item.children = self._part(value, "of", variables)
            item.dim = value.get("dim")
        else:
            item.children = self._part(value, "body", variables)
            item.shortcut_token = value.key("shortcut")
            if item.shortcut_token is not None:
                item.shortcut = self._part(value, "shortcut", variables)
        return item

    def _names_for_nodes(self, value: Node, variables: Variables) -> list[str] | None:
        """The words of `[a, b]`, where none is near to a kind."""
        if not isinstance(value, Sequence):
            return None
        words = [item.text for item in value.items if isinstance(item, Scalar) and isinstance(item.value, str)]
        if not words or len(words) != len(value.items) or not all(w.isidentifier() and w.islower() for w in words):
            return None
        kinds = self.kinds(variables)
        self.collector.budget.spend(len(words) * len(kinds))
        return None if any(word in variables or word in kinds or certain(word, kinds) for word in words) else words

    def _part(self, value: MappingNode, name: str, variables: Variables) -> list[Item]:
        part = value.get(name)
        if part is None or unless_empty(part) is None:
            return []
        return self.children(part, variables)

    def _reuse(self, raw: Node, key: Scalar, value: Node | None) -> Item:
        if isinstance(value, Scalar) and value.text:
            return Reuse(raw, kind_token=key, target=value)
        return self._wrong(key, "node-form", "reuse needs the name of a module", "write `reuse: conv1`")

    def _call(
        self, raw: Node, key: Scalar, value: Node | None, parameters: dict[str, bool], direct: str | None
    ) -> Item:
        """A layer or a block: the names of its arguments, before any value is known."""
        item = Call(raw, kind=key.text, kind_token=key, arguments=unless_empty(value))
        given: set[str] = set()
        if isinstance(item.arguments, MappingNode):
            if next(iter(item.arguments.entries))[0].text.isdecimal():
                item.broken = self.mistakes.positional_keys(key, item.arguments, parameters)
                if item.broken:
                    return item
            for name, argument in item.arguments.entries:
                given.add(name.text)
                if name.text not in parameters:
                    item.broken = True
                    self.mistakes.unknown_argument(key, name, argument, parameters)
        elif item.arguments is not None:
            if direct is None:
                item.broken = True
                help = by_name(key.text, item.arguments, parameters)
                message = f"{key.text} takes no value of its own"
                self.collector.report("argument-direct", message, item.arguments.span, help=help)
                return item
            given.add(direct)
            if isinstance(item.arguments, Scalar) and ("," in item.arguments.text or "=" in item.arguments.text):
                item.broken = self.mistakes.positional(key, item.arguments, parameters, [])
        given.update(self.defaults.get(key.text, ()))
        missing = [name for name, must in parameters.items() if must and name not in given]
        if missing and not item.broken:
            item.broken = True
            if not self.defaults_known:
                return item
            if self.mistakes.positional(key, item.arguments, parameters, missing):
                return item
            told = {direct: text_of(item.arguments)} if item.arguments is not None and direct is not None else {}
            if isinstance(item.arguments, MappingNode):
                told = {name.text: text_of(argument) for name, argument in item.arguments.entries}
            help = such_as(key.text, told, parameters)
            self.collector.report("argument-missing", f"{key.text} needs {listed(missing)}", key.span, help=help)
        return item

    # the common keys

    def _common(self, item: Item, common: Mapping[str, tuple[Scalar, Node]]) -> None:
        for name in ("name", "for"):
            if name in common:
                value = common[name][1]
                if not isinstance(value, Scalar) or value.text == "" or value.value is None:
                    item.broken = True
                    example = "name: conv1" if name == "name" else "for: i in range(3)"
                    message = f"`{name}` must be a text, not {shown(value)}"
                    self.collector.report("node-form", message, value.span, help=f"write `{example}`")
                elif name == "name":
                    item.name = value
                else:
                    item.loop = value
        item.repeat = common["repeat"][1] if "repeat" in common else None
        item.when = common["when"][1] if "when" in common else None
        item.source = common["from"][1] if "from" in common else None
        item.shape = common["shape"][1] if "shape" in common else None
        if "tie" in common:
            self._tie(item, *common["tie"])
        if "for" in common and "repeat" in common:
            item.broken = True
            self.collector.report(
                "node-form",
                "a node has `for` or `repeat`, not both",
                common["repeat"][0].span,
                help="keep one, or put the node in a sequential of its own",
                notes=(Label(common["for"][0].span, "the other one"),),
            )

    def _tie(self, item: Item, key: Scalar, value: Node) -> None:
        """`tie: {weight: wte.weight}` beside a layer, or beside the one node that it names."""
        if isinstance(value, MappingNode) and value.entries:
            item.tie = value
            return
        item.broken = True
        help = "write `tie: {weight: embedding.weight}`: the layer's parameter, and the one that it is"
        message = f"`tie` must be a mapping of parameters, not {shown(value)}"
        self.collector.report("node-form", message, key.span if is_nothing(value) else value.span, help=help)

    def _with_targets(self, clause: tuple[Scalar, Node] | None, variables: Variables) -> Variables:
        if clause is None or not isinstance(clause[1], Scalar):
            return variables
        try:
            targets = parse_for(clause[1].text).targets
        except ExpressionError:
            return variables  # said when the loop is run
        self.collector.budget.spend(len(variables))
        return {**variables, **dict.fromkeys(targets)}

    def _has_kind_or_common_key(self, raw: MappingNode, variables: Variables) -> bool:
        return any(key.text in COMMON_KEYS or self.is_kind(key.text, value, variables) for key, value in raw.entries)

    def looks_like_node(self, value: Node | None, variables: Variables, depth: int = 4) -> bool:
        """Whether a value can be meant as a node, so that the key above it is a name and no misspelt kind."""
        if depth == 0:
            return True  # no argument is nested so deep
        if isinstance(value, Scalar):
            return (
                isinstance(value.value, str)
                and (
                    self.is_kind(value.text, None, {})
                    or self.is_kind(value.text.partition("(")[0].rpartition(".")[2], None, {})  # nn.ReLU()
                    or variables.get(value.text, False) is not False
                    or value.text[:1].isupper()
                )
            )
        if isinstance(value, Sequence):
            return not value.items or any(
                not isinstance(i, Scalar) or self.looks_like_node(i, variables) for i in value.items
            )
        if isinstance(value, MappingNode):
            return any(
                key.text in COMMON_KEYS
                or key.text[:1].isupper()
                or self._may_be_kind(key.text, below, variables)
                or (not isinstance(below, Scalar) and self.looks_like_node(below, variables, depth - 1))
                or (isinstance(below, Scalar) and isinstance(below.value, str) and self.is_kind(below.text, None, {}))
                or (isinstance(below, Sequence) and kind_elsewhere(key.text) is not None)
                for key, below in value.entries
            )
        return False

    def _may_be_kind(self, word: str, value: Node, variables: Variables) -> bool:
        """Whether a key may be a kind; one that may hold a kind is more often an argument, unless it has no value."""
        if word in variables and variables[word] is None:
            return unless_empty(value) is None or isinstance(value, MappingNode)
        return self.is_kind(word, None, variables)

    def _near_call(self, key: Scalar, value: Node, variables: Variables) -> bool:
        """A misspelt block over arguments that hold kinds: `BasicBlok: {act: ReLU}`, or over a variable."""
        if key.text[:1].isupper() and isinstance(value, Scalar) and variables.get(value.text, True) is None:
            return True
        near = certain(key.text, self.blocks)
        if near is None or not isinstance(value, MappingNode) or not value.entries:
            return False
        return all(name.text in self.blocks[near].required for name, _ in value.entries)

    def _of_another_program(self, raw: Node, variables: Variables, before: int) -> Item | None:
        """A node that was no node of ours, where it is one of another program's: one sentence for all that was said."""
        known_as = isinstance(raw, MappingNode) and ("type" in raw or "class" in raw)  # no names of nodes
        if isinstance(raw, Scalar) or not (known_as or self.collector.count > before):
            return None
        return self.mistakes.of_another_program(raw, variables, before)

    def _typed(self, raw: MappingNode, rest: list[Entry], variables: Variables) -> Item | None:
        """A mapping that names no nodes, where it is a node of another program: before each of its keys is refused."""
        if all(not isinstance(value, Scalar) or self.looks_like_node(value, variables) for _, value in rest):
            return None
        return self.mistakes.of_another_program(raw, variables, self.collector.count)

    def signature(self, kind: str, variables: Variables) -> Mapping[str, bool] | None:
        """What a kind takes; None where there is no such kind."""
        return self.parameters(kind) if self.is_kind(kind, None, variables) else None

    def _arguments_alone(self, entries: list[Entry]) -> dict[str, str]:
        """The arguments in a mapping that holds nothing else, each as it is written; none where it may hold nodes.

        An activation among them is none of ours, and is left out.
        """
        nodes = {key.text for key, value in entries if self.looks_like_node(value, {})}
        given = {key.text: text_of(value) for key, value in entries if key.text not in nodes}
        if not given or not nodes.issubset(_ACTIVATIONS):
            return {}
        known = any(True for _ in self.kinds_taking(given)) or all(map(is_argument_elsewhere, given))
        return given if known else {}

    def kinds_taking(self, names: Iterable[str]) -> Iterator[str]:
        """The blocks and layers that take all these arguments, the usual ones first."""
        wanted = set(names)
        for kind in dict.fromkeys((*self.blocks, *_USUAL, *layers.KINDS)):
            if wanted <= self.parameters(kind).keys():
                yield kind

    def required(self, kind: str) -> list[str]:
        return [name for name, must in self.parameters(kind).items() if must]

    def parameters(self, kind: str) -> Mapping[str, bool]:
        """What a kind takes, and whether each must be given."""
        if kind in self.blocks:
            return self.blocks[kind].required
        layer = layers.lookup(kind)
        return {name: field.required for name, field in layer.fields().items()} if layer is not None else {}

    def _wrong(self, raw: Node, rule: str, message: str, help: str, notes: tuple[Label, ...] = ()) -> Item:
        self.collector.report(rule, message, raw.span, help=help, notes=notes)
        return Tensor(raw, broken=True)


def _hand_down(item: Item) -> None:
    """`from` and `tie` beside a single named node are that node's; it may take several tensors, a group takes one."""
    if isinstance(item, Structure) and len(item.children) == 1:
        (child,) = item.children
        if child.source is None and child.stands_once:
            child.source, item.source = item.source, None
        if child.tie is None:
            child.tie, item.tie = item.tie, None


def _is_number(value: Node | None) -> bool:
    return isinstance(value, Scalar) and type(value.value) is int


def _joined(kind: str, names: list[str]) -> str:
    """`concat: [{from: a}, {from: b}]`"""
    return f"{kind}: [{', '.join(f'{{from: {name}}}' for name in names)}]"


def _is_clause(value: Node) -> bool:
    """Whether a value is the clause of a loop, whose `for` is misspelt: its variables are not known."""
    return isinstance(value, Scalar) and isinstance(value.value, str) and " in " in value.text
