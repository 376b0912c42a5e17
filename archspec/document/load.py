"""Files to a Document: `extends` merged, `import`s brought in, nodes read. Opens no file that it is not allowed to."""

from __future__ import annotations

import keyword
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from archspec import expressions, layers
from archspec.diagnostics import Collector, Diagnostic, Edit, Fix, Label, SourceFile, Span, SpecError
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document.inputs import Input, read_inputs
from archspec.document.names import is_variable_name, similar_name
from archspec.document.nodes import STRUCTURES, Item
from archspec.document.parse import NodeParser, Variables
from archspec.document.schema import LANGUAGE, Expect, Read, Train, known_keys, named, read_header, shown, unknown_key
from archspec.document.words import words
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence, parse, read

TYPES = ("int", "float", "bool", "str", "list", "layer")
LIBRARY = "archspec:"
RESERVED = {
    "input": "it is what enters a block or the network",
    **dict.fromkeys(("in_shape", "in_channels", "in_features"), "it is the size of the tensor that arrives"),
    **dict.fromkeys(("true", "false", "null", "True", "False", "None"), "it is a constant"),
}
"""What no variable can be called, and why."""
_TYPES_ELSEWHERE = {
    "integer": "int",
    "number": "float",
    "double": "float",
    "boolean": "bool",
    "string": "str",
    "text": "str",
    "tuple": "list",
    "array": "list",
    "kind": "layer",
    "module": "layer",
}
"""Types of other languages, and what they are called here."""

Entry = tuple[Scalar, Node]

_EXAMPLES = {
    "params": "write `params: {classes: 10}`",
    "let": "write `let: {width: 2 * 8}`",
    "defaults": "write `defaults: {BatchNorm2d: {eps: 1e-3}}`",
    "blocks": "write each block as `Name:`, without a dash, and its `body:` below",
}
MAX_FILES = 200
"""Files that extend or import one another in a row."""


class Param(NamedTuple):
    """A parameter of a block or a document. `default` None: it must be given."""

    token: Scalar
    type: str | None
    default: Node | None

    @property
    def name(self) -> str:
        return self.token.text


@dataclass(eq=False, repr=False)
class Block:
    """A block as it is written, and the document that it is written in."""

    token: Scalar
    raw: Node
    home: Document
    params: dict[str, Param] = field(default_factory=dict)
    let: dict[str, Entry] = field(default_factory=dict)
    body: list[Item] = field(default_factory=list)
    broken: bool = False
    """What it takes or makes is not known, because of a mistake that was reported."""
    whole: bool = True
    """Whether all its names could be read."""

    @property
    def name(self) -> str:
        return self.token.text

    collector: Collector | None = None

    @cached_property
    def required(self) -> dict[str, bool]:
        return {name: param.default is None for name, param in self.params.items()}

    @cached_property
    def words(self) -> set[str]:
        """Every word of its expressions, as far as the text tells."""
        parts = [self.raw.get(name) for name in ("let", "body")] if isinstance(self.raw, MappingNode) else []
        return words([part for part in parts if part is not None])[0]

    def reads(self, name: str) -> bool:
        return name in self.words

    def lacks(self, name: str) -> None:
        """A call gives it `name`, and it reads `name`: its declaration is what is wrong. Said once."""
        if self.broken or self.collector is None:
            return
        self.broken = True
        unread = [param for param in self.params.values() if param.name not in self.words]
        near = certain(name, [param.name for param in unread])
        token = next((param.token for param in unread if param.name == near), self.token)
        self.collector.report(
            "unknown-argument",
            f"{self.name} reads {named(name)} and is given it, and has no param of that name",
            token.span,
            help=f"did you mean {name}?" if near is not None else f"add {name} to its params",
            fix=Fix(f"write {name}", (Edit(token.span, name),)) if near is not None and token.plain else None,
        )


@dataclass(eq=False, repr=False)
class Document:
    """One network, or a file of blocks, with all that it extends merged in."""

    source: SourceFile
    raw: Node
    name: str = ""
    origin: str | None = None
    description: str | None = None
    inputs: dict[str, Input] | None = None
    defaults_known: bool = True
    """Whether the kinds of all `defaults` are known; else an argument that is missing may stand there."""
    wrong_inputs: tuple[str, ...] = ()
    """The names of inputs that are not known, because of a mistake that was reported."""
    params: dict[str, Param] = field(default_factory=dict)
    let: dict[str, Entry] = field(default_factory=dict)
    defaults: dict[str, dict[str, Entry]] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    """Its own blocks and the imported ones: what its text may call."""
    model: list[Item] | None = None
    model_raw: Node | None = None
    parser: NodeParser | None = None
    outputs: list[Scalar] | dict[str, Scalar] | None = None
    expect: Expect | None = None
    expect_raw: MappingNode | None = None
    train: Train | None = None
    extends: bool = False
    whole: bool = True
    """Whether all that may hold names could be read, so that a name that is not there is a mistake."""
    files: list[SourceFile] = field(default_factory=list)
    """Every file that was read for it, itself first."""


@dataclass(eq=False, repr=False)
class _Draft:
    """The top level of a document while `extends` is merged into it."""

    source: SourceFile
    top: Read
    keys: dict[str, Entry] = field(default_factory=dict)
    params: dict[str, Param] = field(default_factory=dict)
    let: dict[str, Entry] = field(default_factory=dict)
    defaults: dict[str, dict[str, Entry]] = field(default_factory=dict)
    blocks: dict[str, Entry] = field(default_factory=dict)
    imports: list[tuple[Scalar, SourceFile]] = field(default_factory=list)
    expect: Expect | None = None
    train: Train | None = None
    whole: bool = True
    complete: bool = True


def load(
    source: SourceFile,
    root: Path | None,
    collector: Collector,
    *,
    needs_input: bool = True,
    texts: Mapping[Path, str] | None = None,
) -> Document | None:
    """The document of a text. `root` is the folder that `extends` and `import` may reach; None: only the library.

    `texts` stand in for the files of these resolved paths.
    """
    return _Loader(root, collector, needs_input, texts or {}).document(source, ())


class _Loader:
    def __init__(self, root: Path | None, collector: Collector, needs_input: bool, texts: Mapping[Path, str]) -> None:
        self.texts = texts
        self.needs_input = needs_input
        self.root = root.resolve() if root is not None else None
        self.collector = collector
        self.files: list[SourceFile] = []
        self.opened: dict[Path, SourceFile] = {}
        self.resolved: dict[SourceFile, Path | None] = {}

    def document(self, source: SourceFile, chain: tuple[SourceFile, ...], *, imported: bool = False) -> Document | None:
        draft = self._draft(source, chain)
        if draft is None:
            return None
        defaults = draft.top.raw.key("defaults")
        if imported and draft.defaults:
            self.collector.report(
                "import-defaults",
                "a file that is imported has no defaults",
                (defaults or draft.top.raw).span,
                help="put them into the document that imports it",
            )
        document = Document(
            source, draft.top.raw, params=draft.params, let=draft.let, defaults=draft.defaults, train=draft.train
        )
        document.files = self.files
        document.extends = draft.top.raw.key("extends") is not None
        self._texts(document, draft)
        self._import(document, draft, (*chain, source))
        document.whole = draft.whole
        own = {name: Block(key, raw, document, collector=self.collector) for name, (key, raw) in draft.blocks.items()}
        document.blocks.update(own)
        self._check_block_names(own)
        for block in own.values():
            self._declare(block)
        if not self._check_variables(document.params, document.let, document.blocks):
            document.whole = False
        self._check_types(document.params, {*document.params, *document.let, *document.blocks})
        self._check_defaults(document)
        scope = _variables({}, document.params, document.let, document.blocks)
        parser = document.parser = NodeParser(
            document.blocks,
            document.defaults,
            self.collector,
            scope,
            whole=document.whole,
            defaults_known=document.defaults_known,
        )
        for block in own.values():
            self._check_types(block.params, {*scope, *block.params, *block.let, *document.blocks})
        for block in own.values():
            self._body(block, parser, scope)
        self._check_recursion(own)
        if imported:
            return document
        if "input" in draft.keys:
            inputs = read_inputs(draft.keys["input"][1], self.collector)
            document.inputs = {name: given for name, given in inputs.items() if given is not None} or None
            document.wrong_inputs = tuple(name for name, given in inputs.items() if given is None)
        if "model" in draft.keys:
            key, raw = draft.keys["model"]
            document.model_raw = raw
            if _is_nothing(raw):
                self.collector.report(
                    "node-form", "the model has no nodes", key.span, help="write them below it, each after a `-`"
                )
            else:
                document.model = parser.children(raw, scope)
        self._check_complete(document, draft)
        return document

    # one file

    def _draft(self, source: SourceFile, chain: tuple[SourceFile, ...]) -> _Draft | None:
        """The top level of a text with all that it extends merged in; None where the text itself cannot be read."""
        tops: list[tuple[SourceFile, Read]] = []
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
            extended = self._open(token, extended, chain) if isinstance(token, Scalar) else None
            whole = whole and top.whole and (extended is not None or token is None)
        if not tops:
            return None
        draft = _Draft(*tops[0])
        draft.whole = whole
        draft.complete = whole and all(top.complete for _, top in tops)
        for written_in, top in reversed(tops):
            self._merge(draft, written_in, top)
        draft.expect = tops[0][1].header.expect
        return draft

    def _top(self, source: SourceFile) -> Read | None:
        """The top level of one file; None where it is none that can be read further."""
        try:
            raw = parse(source)
        except SpecError as error:
            for diagnostic in error.diagnostics:
                self.collector.add(diagnostic)
            return None
        self.files.append(source)
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
        return read_header(_outdented(raw, self.collector), self.collector)

    def _merge(self, draft: _Draft, source: SourceFile, top: Read) -> None:
        """Lay one file over what it extends."""
        raw = top.raw
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
            draft.whole = draft.whole and (value is None or isinstance(value, MappingNode) or _is_nothing(value))
        for key, value in self._entries(raw, "params"):
            before = draft.params.get(key.text)
            draft.params[key.text] = self._param(key, value, before)
        for key, value in self._entries(raw, "let"):
            draft.let[key.text] = (key, value)
        for key, value in self._entries(raw, "defaults"):
            arguments = draft.defaults.setdefault(key.text, {})
            if isinstance(value, MappingNode):
                arguments.update({name.text: (name, argument) for name, argument in value.entries})
            else:
                self.collector.report(
                    "document-value",
                    f"defaults for {key.text} are a mapping, not {shown(value)}",
                    value.span,
                    help=f"write {key.text}: {{argument: value}}",
                )
            draft.keys.setdefault(f"defaults.{key.text}", (key, value))
        for key, value in self._entries(raw, "blocks"):
            draft.blocks[key.text] = (key, value)

    def _entries(self, raw: MappingNode, name: str) -> list[Entry]:
        value = raw.get(name)
        if value is None or _is_nothing(value):
            return []
        if not isinstance(value, MappingNode):
            message = f"{name} must be a mapping of names, not {shown(value)}"
            self.collector.report("document-value", message, value.span, help=_EXAMPLES.get(name))
            return []
        return value.entries

    def _param(self, key: Scalar, value: Node, before: Param | None = None) -> Param:
        """`channels: int`, `stride: 1`, `{type: str, default: nearest}`."""
        if isinstance(value, Scalar) and value.value in TYPES:
            return Param(key, value.text, None)
        if isinstance(value, MappingNode) and value.key("type") is not None:
            value, _ = known_keys(value, ("type", "default"), "a param has no key {}", self.collector)
            kind = value.get("type")
            assert kind is not None
            if isinstance(kind, Scalar) and kind.value in TYPES:
                return Param(key, kind.text, value.get("default"))
            self._type(kind)
            return Param(key, None, value.get("default"))
        return Param(key, before.type if before is not None else None, value)

    def _type(self, wrong: Node) -> None:
        known = f"one of {', '.join(TYPES)}"
        near = None
        if isinstance(wrong, Scalar):
            near = _TYPES_ELSEWHERE.get(wrong.text) or certain(wrong.text, TYPES)
        self.collector.report(
            "param-type",
            f"the type of a param must be {known}, not {shown(wrong)}",
            wrong.span,
            help=f"did you mean {near}?" if near is not None else None,
            fix=Fix(f"write {near}", (Edit(wrong.span, near),)) if near is not None else None,
        )

    def _texts(self, document: Document, draft: _Draft) -> None:
        def text(name: str) -> str | None:
            entry = draft.keys.get(name)
            return entry[1].text if entry is not None and isinstance(entry[1], Scalar) and entry[1].text else None

        stem = document.source.path.stem if document.source.path is not None else Path(document.source.name).stem
        document.name = text("name") or stem.strip("<>") or "Network"
        document.origin = text("source")
        document.description = text("description")
        if "outputs" in draft.keys:
            raw = draft.keys["outputs"][1]
            if isinstance(raw, Sequence):
                document.outputs = [item for item in raw.items if isinstance(item, Scalar)]
            elif isinstance(raw, MappingNode):
                document.outputs = {key.text: value for key, value in raw.entries if isinstance(value, Scalar)}
        if "expect" in draft.keys:
            raw = draft.keys["expect"][1]
            if isinstance(raw, MappingNode):
                document.expect = draft.expect
                document.expect_raw = raw

    # other files

    def _import(self, document: Document, draft: _Draft, chain: tuple[SourceFile, ...]) -> None:
        brought: dict[str, Scalar] = {}
        for token, written_in in draft.imports:
            source = self._open(token, written_in, chain)
            other = self.document(source, chain, imported=True) if source is not None else None
            if other is None:
                draft.whole = False
                continue
            draft.whole = draft.whole and other.whole
            for name, block in other.blocks.items():
                if block.home is not other:
                    continue  # an import of an import is not passed on
                if name in brought and name not in draft.blocks:
                    self.collector.report(
                        "import-clash",
                        f"two imports have a block {name}",
                        token.span,
                        help="leave one out, or rename its block",
                        notes=(Label(brought[name].span, "this is the other one"),),
                    )
                    continue
                brought[name] = token
                document.blocks[name] = block

    def _open(self, token: Scalar, written_in: SourceFile, chain: tuple[SourceFile, ...]) -> SourceFile | None:
        """The text that `token` names. `chain` are the files that led there, the one that names it last."""
        written = token.text
        if written.startswith(LIBRARY):
            return self._library(token, chain)
        base = written_in.path.parent if written_in.path is not None else self.root
        if base is None or self.root is None:
            self.collector.report(
                "path-refused",
                f"a spec that is in no file reads no other file, and this one names {written}",
                token.span,
                help="write the spec to a file, or name the folder that it may read as `root`",
            )
            return None
        try:
            path = (base / written).resolve()
        except (OSError, ValueError, RuntimeError):
            self.collector.report("file-not-found", f"{named(written)} is not the path of a file", token.span)
            return None
        if not path.is_relative_to(self.root):
            self.collector.report(
                "path-refused",
                f"{written} is outside the folder of the spec",
                token.span,
                help="move it there, or allow a wider folder with --root",
            )
            return None
        return self._read(token, path, _printed(path), chain)

    def _library(self, token: Scalar, chain: tuple[SourceFile, ...]) -> SourceFile | None:
        name = token.text.removeprefix(LIBRARY)
        folder = Path(__file__).parent.parent / "library"
        known = (
            sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))
            if folder.is_dir()
            else []
        )
        if name not in known:
            self.collector.report(
                "file-not-found",
                f"there is no library file {token.text}",
                token.span,
                help=did_you_mean(token.text, [LIBRARY + k for k in known])
                or f"the library has {', '.join(LIBRARY + k for k in known) or 'no files'}",
            )
            return None
        return self._read(token, folder / f"{name}.yaml", token.text, chain)

    def _read(self, token: Scalar, path: Path, name: str, chain: tuple[SourceFile, ...]) -> SourceFile | None:
        if path in (known := [self._resolved(file) for file in chain]):
            names = " -> ".join([*(file.name for file in chain[known.index(path) :]), name])
            message = f"{name} names itself" if path == known[-1] else f"these files lead back to themselves: {names}"
            help = "name another file" if path == known[-1] else "move what they share into a file of its own"
            self.collector.report("file-cycle", message, token.span, help=help)
            return None
        if len(chain) >= MAX_FILES:
            message = f"more than {MAX_FILES} files extend or import one another in a row"
            self.collector.report("bounds", message, token.span)
            return None
        if path in self.texts:
            return SourceFile(name, self.texts[path], path)
        if path not in self.opened:
            try:
                self.opened[path] = read(path, name)
            except SpecError as error:
                for found in error.diagnostics:
                    # told at the place that names the file, since there is no text to show of the file itself
                    self.collector.add(
                        Diagnostic(found.rule, found.message, token.span, help=found.help)
                        if found.rule.startswith("file-")
                        else found
                    )
                return None
        return self.opened[path]

    def _resolved(self, file: SourceFile) -> Path | None:
        if file not in self.resolved:
            self.resolved[file] = file.path.resolve() if file.path is not None else None
        return self.resolved[file]

    # what the names must be

    def _check_block_names(self, own: Mapping[str, Block]) -> None:
        for name, block in own.items():
            if name in layers.KINDS or name in STRUCTURES:
                block.broken = True  # which of the two is meant where it is called, nobody knows
                what = "layer" if name in layers.KINDS else "structure"
                self.collector.report(
                    "block-name",
                    f"{name} is a {what}, and a block cannot be called so",
                    block.token.span,
                    help=f"call it My{name[:1].upper()}{name[1:]}",
                )
            elif not is_variable_name(name):
                block.home.whole = False
                self.collector.report(
                    "block-name",
                    f"{named(name)} cannot be the name of a block",
                    block.token.span,
                    help=similar_name(name)
                    or "a block becomes a class: letters, digits and _, no digit first, no keyword of Python",
                )

    def _check_variables(
        self, params: Mapping[str, Param], let: Mapping[str, Entry], blocks: Mapping[str, Block]
    ) -> bool:
        """False where a name is none, so that it is not known what it should be."""
        whole = True
        for what, tokens in (
            ("a param", [param.token for param in params.values()]),
            ("a `let` value", [token for token, _ in let.values()]),
        ):
            for token in tokens:
                problem = variable_problem(token.text, blocks)
                whole = whole and is_variable_name(token.text)
                if problem is not None:
                    self.collector.report(
                        "reserved-name",
                        f"{what} cannot be called {token.text}: {problem}",
                        token.span,
                        help=similar_name(token.text) or "choose another name",
                    )
        for name, (token, _) in let.items():
            if name in params:
                self.collector.report(
                    "reserved-name",
                    f"{name} is a param and a `let` value",
                    token.span,
                    help="rename one of them",
                    notes=(Label(params[name].token.span, "the param"),),
                )
        return whole

    def _check_types(self, params: dict[str, Param], names: Collection[str]) -> None:
        """`channels: integer`: a default that is one word, and no name, is meant as a type if it is near to one."""
        for name, param in params.items():
            word = param.default
            if param.type is None and isinstance(word, Scalar) and isinstance(word.value, str) and word.plain:
                known = word.text in names or word.text in layers.KINDS or word.text in expressions.FUNCTIONS
                near = _TYPES_ELSEWHERE.get(word.text) or certain(word.text, TYPES)
                if near is not None and not known:
                    self._type(word)
                    params[name] = param._replace(type=near, default=None)

    def _check_defaults(self, document: Document) -> None:
        for kind, arguments in list(document.defaults.items()):
            meant = None
            layer = layers.lookup(kind) if kind in layers.KINDS else None
            block = document.blocks.get(kind)
            if layer is None and block is None:
                token = self._default_token(document, kind)
                if token is not None:
                    known = [*document.blocks, *layers.KINDS]
                    message = f"there is no kind {named(kind)}"
                    unknown_key(token, known, message, self.collector, otherwise="`archspec layers` lists the kinds")
                    meant = certain(kind, known)
                    document.defaults_known = document.defaults_known and meant is not None
                if token is None or meant is None:
                    continue
                arguments = document.defaults.setdefault(meant, {}) | arguments
                document.defaults[meant] = arguments
                layer, block = layers.lookup(meant) if meant in layers.KINDS else None, document.blocks.get(meant)
            names = list(layer.fields()) if layer is not None else list(block.params) if block is not None else []
            for name, (token, _) in list(arguments.items()):
                if name not in names:
                    entry = arguments.pop(name)
                    message, otherwise = f"{kind} has no argument {named(name)}", f"{kind} takes {', '.join(names)}"
                    unknown_key(token, names, message, self.collector, otherwise=otherwise if names else None)
                    near = certain(name, names)
                    if near is not None:
                        arguments.setdefault(near, entry)
                    document.defaults_known = document.defaults_known and near is not None

    def _default_token(self, document: Document, kind: str) -> Scalar | None:
        defaults = document.raw.get("defaults") if isinstance(document.raw, MappingNode) else None
        return defaults.key(kind) if isinstance(defaults, MappingNode) and document.whole else None

    def _declare(self, block: Block) -> None:
        """What a block takes. Known of every block before a body is read, since a body may call any of them."""
        raw = block.raw
        known = ("params", "let", "body", "description")
        if isinstance(raw, Sequence) or (isinstance(raw, MappingNode) and _without(known, raw)):
            self.collector.report(
                "block-form",
                f"the block {block.name} has its nodes without a `body`",
                block.token.span,
                help="write `body:` above the nodes, and indent them below it",
            )
            block.broken = not isinstance(raw, Sequence)
            block.raw = MappingNode.over("body", raw)
            return
        if not isinstance(raw, MappingNode):
            block.broken = True
            self.collector.report(
                "block-form",
                f"the block {block.name} must be a mapping with a `body`, not {shown(raw)}",
                block.token.span if _is_nothing(raw) else raw.span,
                help=f"write {block.name}: {{body: [...]}}",
            )
            return
        block.raw, whole = known_keys(raw, known, "a block has no key {}", self.collector)
        for name in ("params", "let"):
            value = block.raw.get(name)
            whole = whole and (value is None or _is_nothing(value) or isinstance(value, MappingNode))
        block.whole = whole
        block.broken = block.broken or not whole
        for key, value in self._entries(block.raw, "params"):
            block.params[key.text] = self._param(key, value)
        block.let = {key.text: (key, value) for key, value in self._entries(block.raw, "let")}

    def _body(self, block: Block, parser: NodeParser, scope: Variables) -> None:
        if not isinstance(block.raw, MappingNode):
            return
        if not self._check_variables(block.params, block.let, block.home.blocks):
            block.broken, block.whole = True, False
        body = block.raw.get("body")
        if body is None or _is_nothing(body):
            if not block.whole:
                return  # it stands under a key that is not known
            block.broken = True
            self.collector.report(
                "block-form",
                f"the block {block.name} has no body",
                block.token.span,
                help="write its nodes below `body:`",
            )
            return
        variables = _variables(scope, block.params, block.let, block.home.blocks)
        whole, parser.whole = parser.whole, parser.whole and block.whole
        block.body = parser.children(body, variables)
        parser.whole = whole

    def _check_recursion(self, own: Mapping[str, Block]) -> None:
        from archspec.document.recursion import find_cycle

        said: set[frozenset[str]] = set()
        for cycle in find_cycle(own):
            names = [name for name, _ in cycle]
            for name in names:
                own[name].broken = True
            if frozenset(names) in said:
                continue
            said.add(frozenset(names))
            self.collector.report(
                "block-recursion",
                f"a block may not call itself: {' -> '.join([*names, names[0]])}",
                cycle[-1][1].token,
                help="blocks are expanded in place; write `repeat:` for a fixed number of times",
                notes=tuple(
                    Label(item.token, f"{name} calls {called}")
                    for (name, item), called in zip(cycle[:-1], names[1:], strict=True)
                ),
            )

    def _check_complete(self, document: Document, draft: _Draft) -> None:
        """A network has a model and an input; a file that only offers blocks needs neither."""
        missing = [name for name in ("input", "model") if name not in draft.keys]
        if not missing or (len(missing) == 2 and draft.blocks) or not draft.complete:
            return
        if not self.needs_input and "input" in missing:
            missing.remove("input")
        if missing:
            span = draft.top.raw.span
            start = Span(span.source, span.line, span.column, span.line, span.column)
            examples = {"input": "`input: 3x224x224`", "model": "`model: [Flatten, {Linear: 10}]`"}
            nothing = f"no `{missing[0]}`" if len(missing) == 1 else "neither `input` nor `model`"
            self.collector.report(
                "document-incomplete",
                f"the document has {nothing}",
                start,
                help=f"write {' and '.join(examples[name] for name in missing)}",
            )


def _variables(
    outer: Variables, params: Mapping[str, Param], let: Mapping[str, Entry], blocks: Mapping[str, Block]
) -> dict[str, bool | None]:
    """The names of a scope, and which of them hold a kind."""

    def holds_kind(raw: Node | None, declared: str | None) -> bool | None:
        if declared is not None:
            return declared == "layer"
        if isinstance(raw, Scalar) and isinstance(raw.value, str):
            return True if raw.text in layers.KINDS or raw.text in STRUCTURES or raw.text in blocks else None
        if isinstance(raw, MappingNode):
            return True
        return False if isinstance(raw, Sequence) or (isinstance(raw, Scalar) and raw.value is not None) else None

    found = {name: holds_kind(param.default, param.type) for name, param in params.items()} | dict.fromkeys(let)
    return {**outer, **{name: holds for name, holds in found.items() if variable_problem(name, blocks) is None}}


def variable_problem(name: str, blocks: Mapping[str, Block]) -> str | None:
    """Why a param, a `let` value or a loop variable cannot have this name, as the end of a sentence."""
    if name in RESERVED:
        return RESERVED[name]
    if name in expressions.FUNCTIONS:
        return "it is a function"
    for kinds, what in ((layers.KINDS, "layer"), (STRUCTURES, "structure"), (blocks, "block")):
        if name in kinds:
            return f"it is a {what}"
    if keyword.iskeyword(name):
        return "it is a word of Python's"
    return None if is_variable_name(name) else "names hold letters, digits and _, and begin with no digit"


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


def _without(known: tuple[str, ...], raw: MappingNode) -> bool:
    """Whether a mapping has none of the keys, not even misspelt."""
    return bool(raw.entries) and not any(key.text in known or did_you_mean(key.text, known) for key, _ in raw.entries)


def _is_nothing(value: Node) -> bool:
    return isinstance(value, Scalar) and value.value is None


def _printed(path: Path) -> str:
    """A path as it is printed: relative to the working directory."""
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive
        return str(path)
