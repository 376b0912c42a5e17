"""The top level of a document, with all that it extends merged in."""

from __future__ import annotations

from dataclasses import dataclass, field

from archspec import layers
from archspec.budget import DECLARED, TooLarge
from archspec.diagnostics import Collector, SourceFile, SpecError
from archspec.diagnostics.suggest import certain
from archspec.document.files import Files
from archspec.document.model import Param
from archspec.document.nodes import Entry, is_nothing
from archspec.document.params import read_param
from archspec.document.schema import LANGUAGE, TOP_LEVEL, Expect, Read, Train, read_header, shown
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence, parse
from archspec.source.flow import text_of

_EXAMPLES = {
    "params": "write `params: {classes: 10}`",
    "let": "write `let: {width: 2 * 8}`",
    "defaults": "write `defaults: {BatchNorm2d: {eps: 1e-3}}`",
    "blocks": "write each block as `Name:`, without a dash, and its `body:` below",
}


@dataclass(eq=False, repr=False)
class Draft:
    """The top level of a document while `extends` is merged into it."""

    source: SourceFile
    top: Read
    keys: dict[str, Entry] = field(default_factory=dict)
    params: dict[str, Param] = field(default_factory=dict)
    let: dict[str, Entry] = field(default_factory=dict)
    defaults: dict[str, dict[str, Entry]] = field(default_factory=dict)
    blocks: dict[str, Entry] = field(default_factory=dict)
    imports: list[tuple[Scalar, SourceFile]] = field(default_factory=list)
    bases: list[tuple[Scalar, SourceFile]] = field(default_factory=list)
    """The files that it extends, each with the words that name it."""
    expect: Expect | None = None
    train: Train | None = None
    whole: bool = True
    complete: bool = True


class DraftReader:
    """Reads top levels; `files` are all that were read."""

    def __init__(self, opener: Files, collector: Collector) -> None:
        self.opener = opener
        self.collector = collector
        self.files: list[SourceFile] = []
        self._tops: dict[SourceFile, Read | None] = {}
        """The top level of each file that was read."""
        self._trees: list[tuple[SourceFile, Node | None]] = []
        """What was read, and what of it: None where it is no YAML."""

    def read(self, source: SourceFile, chain: tuple[SourceFile, ...]) -> Draft | None:
        """The top level of a text with all that it extends merged in; None where the text itself cannot be read."""
        tops: list[tuple[SourceFile, Read]] = []
        bases: list[tuple[Scalar, SourceFile]] = []
        whole = True
        extended: SourceFile | None = source
        while extended is not None:
            top = self._top(extended)
            if top is None:
                whole = False
                break
            tops.append((extended, top))
            token = top.raw.get("extends")
            chain = (*chain, extended)
            extended = self.opener.open(token, extended, chain) if isinstance(token, Scalar) else None
            if isinstance(token, Scalar) and extended is not None:
                bases.append((token, extended))
            whole = whole and top.whole and (extended is not None or token is None)
        if not tops:
            return None
        draft = Draft(*tops[0])
        draft.whole = whole
        draft.bases = bases
        draft.complete = whole and all(top.complete for _, top in tops)
        for written_in, top in reversed(tops):
            self._merge(draft, written_in, top)
        draft.expect = tops[0][1].header.expect
        return draft

    def _top(self, source: SourceFile) -> Read | None:
        """The top level of one file; None where it is none that can be read further."""
        if source not in self._tops:
            self._tops[source] = self._read_top(source)
        return self._tops[source]

    def _read_top(self, source: SourceFile) -> Read | None:
        budget = self.collector.budget
        try:
            raw = parse(source, budget)
        except SpecError as error:
            self._trees.append((source, None))
            for diagnostic in error.diagnostics:
                self.collector.add(diagnostic)
            if min(budget.bytes, budget.values) < 0:
                raise TooLarge from None
            return None
        self.files.append(source)
        self._trees.append((source, raw))
        if not isinstance(raw, MappingNode):
            self.collector.report(
                "document-form",
                f"a document is a mapping with the keys `input` and `model`, not {shown(raw)}",
                raw.span,
                help="start with `input: 3x224x224` and `model:`",
            )
            return None
        version = raw.get("archspec")  # before all else: a later version has other keys
        if isinstance(version, Scalar) and type(version.value) is int and version.value != LANGUAGE:
            self.collector.report(
                "language-version",
                f"the spec is in version {version.value} of the language; this program reads {LANGUAGE}",
                version.span,
                help="install a newer archspec-nn" if version.value > LANGUAGE else "write `archspec: 1`",
            )
            return None
        return read_header(_with_model(_outdented(raw, self.collector), self.collector), self.collector)

    def of_another_program(self) -> bool:
        """Whether a file that was read is no spec at all: that is then the one thing that is said."""
        from archspec.foreign.formats import recognized

        for source, raw in self._trees:
            if (found := recognized(source, raw)) is not None:
                self.collector.take_back(0)
                self.collector.add(found)
                return True
        return False

    def _merge(self, draft: Draft, source: SourceFile, top: Read) -> None:
        """Lay one file over what it extends."""
        raw = top.raw
        parts = [raw.get(name) for name in ("params", "let", "defaults", "blocks")]
        declared = sum(len(part.entries) for part in parts if isinstance(part, MappingNode))
        if not self.collector.budget.spend(DECLARED * (1 + declared)):
            self.collector.exhausted(raw.span)
        merged = ("params", "let", "defaults", "blocks", "import", "extends")
        draft.keys.pop("expect", None)  # it speaks of its own document
        draft.keys.update({key.text: (key, value) for key, value in raw.entries if key.text not in merged})
        imports = raw.get("import")
        tokens = imports.items if isinstance(imports, Sequence) else [imports]
        if imports is not None:
            draft.imports = [
                (token, source) for token in tokens if isinstance(token, Scalar) and token.value is not None
            ]
        if top.header.train is not None:
            draft.train = top.header.train
        for name in ("params", "let", "defaults", "blocks"):
            value = raw.get(name)
            draft.whole = draft.whole and (value is None or isinstance(value, MappingNode) or is_nothing(value))
        for key, value in entries(raw, "params", self.collector):
            before = draft.params.get(key.text)
            param = read_param(key, value, self.collector, before)
            draft.params[key.text] = param._replace(inherited=before is not None)
        for key, value in entries(raw, "let", self.collector):
            draft.let[key.text] = (key, value)
        for key, value in entries(raw, "defaults", self.collector):
            arguments = draft.defaults.setdefault(key.text, {})
            if isinstance(value, MappingNode):
                arguments.update({name.text: (name, argument) for name, argument in value.entries})
            else:
                message = f"defaults for {key.text} are a mapping, not {shown(value)}"
                help = f"write {key.text}: {{argument: value}}"
                if key.text.islower() and isinstance(value, Scalar):
                    help = f"arguments stand under a kind, such as Conv2d: {{{key.text}: {text_of(value)}}}"
                self.collector.report("document-value", message, value.span, help=help)
            draft.keys.setdefault(f"defaults.{key.text}", (key, value))
        for key, value in entries(raw, "blocks", self.collector):
            draft.blocks[key.text] = (key, value)


def entries(raw: MappingNode, name: str, collector: Collector) -> list[Entry]:
    """The entries of one of its parts; none where that is no mapping, which is reported."""
    value = raw.get(name)
    if value is None or is_nothing(value):
        return []
    if not isinstance(value, MappingNode):
        message = f"{name} must be a mapping of names, not {shown(value)}"
        help = _EXAMPLES.get(name)
        if name == "params" and isinstance(value, Sequence) and all(isinstance(item, Scalar) for item in value.items):
            words = [item.text for item in value.items if isinstance(item, Scalar)]
            help = f"write a type or a default for each: {{{', '.join(f'{word}: int' for word in words)}}}"
        collector.report("document-value", message, value.span, help=help)
        return []
    return value.entries


def _outdented(raw: MappingNode, collector: Collector) -> MappingNode:
    """The document with what stands in one of its parts, and is another, put beside it."""
    moved: list[Entry] = []
    entries = []
    for key, value in raw.entries:
        parts = _INSIDE.get(key.text, ())
        if parts and isinstance(value, MappingNode):
            inside = [e for e in value.entries if e[0].text in parts and e[0].text not in raw and _is_part(*e)]
            for token, _ in inside:
                message = f"`{token.text}` stands inside `{key.text}`, and is a part of the document"
                collector.report("yaml-indentation", message, token.span, help=f"indent it as `{key.text}` is")
            moved += inside
            value = value.with_entries(e for e in value.entries if e not in inside)
        entries.append((key, value))
    return raw.with_entries([*entries, *moved]) if moved else raw


def _with_model(raw: MappingNode, collector: Collector) -> MappingNode:
    """The document with the nodes that stand among its keys below `model`."""
    nodes = [
        (key, value)
        for key, value in raw.entries
        if key.text not in TOP_LEVEL and _is_node(value) and certain(key.text, TOP_LEVEL) is None  # `default`
    ]
    if not nodes:
        return raw
    first = nodes[0][0]
    help = "write `model:` above the nodes, and indent them below it"
    if (base := raw.get("extends")) is not None:
        help = f"`model:` replaces all nodes of {text_of(base)}; a param of that file may change one"
    elif "model" in raw:
        help = "indent it as the nodes of `model` are"
    message = f"{first.text} is a node, and stands among the keys of the document"
    collector.report("yaml-indentation", message, first.span, help=help)
    rest = [entry for entry in raw.entries if entry not in nodes]
    if "model" not in raw and base is None:
        rest += MappingNode.over("model", raw.with_entries(nodes)).entries
    return raw.with_entries(rest)


def _is_node(value: Node) -> bool:
    """Whether it is surely a node: a layer, or a mapping of nothing but one."""
    if isinstance(value, MappingNode):
        return len(value.entries) == 1 and value.entries[0][0].text in layers.KINDS
    return isinstance(value, Scalar) and value.text in layers.KINDS


_INSIDE = {
    **dict.fromkeys(("params", "let", "defaults"), ("defaults", "blocks", "model", "expect")),
    "blocks": ("params", "let", "defaults", "model", "outputs", "expect", "train"),
    "model": ("expect",),
}
"""Parts of a document, and other parts that may stand in them by wrong indentation."""


def _is_part(key: Scalar, value: Node) -> bool:
    """Whether a part of the document is more likely than a param, a block or a node of this name."""
    if key.text == "expect":
        return isinstance(value, MappingNode) and all(k.text in Expect.model_fields for k, _ in value.entries)
    return not isinstance(value, Scalar) and not (isinstance(value, MappingNode) and "body" in value)
