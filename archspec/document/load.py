"""Files to a Document: `extends` merged, `import`s brought in, nodes read. Opens no file that it is not allowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from archspec import expressions, layers
from archspec.diagnostics import Collector, Diagnostic, Label, SourceFile, Span, SpecError
from archspec.diagnostics.suggest import did_you_mean
from archspec.document.inputs import Input, read_inputs
from archspec.document.names import is_variable_name
from archspec.document.nodes import STRUCTURES, Item
from archspec.document.parse import NodeParser, Variables
from archspec.document.schema import LANGUAGE, Expect, Train, read_header, shown, unknown_key
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence, parse, read

TYPES = ("int", "float", "bool", "str", "list", "layer")
LIBRARY = "archspec:"
RESERVED = frozenset(
    {"input", "in_shape", "in_channels", "in_features", "true", "false", "null", "True", "False", "None"}
)

Entry = tuple[Scalar, Node]


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

    @property
    def name(self) -> str:
        return self.token.text

    @cached_property
    def required(self) -> dict[str, bool]:
        return {name: param.default is None for name, param in self.params.items()}


@dataclass(eq=False, repr=False)
class Document:
    """One network, or a file of blocks, with all that it extends merged in."""

    source: SourceFile
    raw: Node
    name: str = ""
    origin: str | None = None
    description: str | None = None
    inputs: dict[str, Input] | None = None
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
    files: list[SourceFile] = field(default_factory=list)
    """Every file that was read for it, itself first."""


@dataclass(eq=False, repr=False)
class _Draft:
    """The top level of a document while `extends` is merged into it."""

    source: SourceFile
    raw: MappingNode
    keys: dict[str, Entry] = field(default_factory=dict)
    params: dict[str, Param] = field(default_factory=dict)
    let: dict[str, Entry] = field(default_factory=dict)
    defaults: dict[str, dict[str, Entry]] = field(default_factory=dict)
    blocks: dict[str, Entry] = field(default_factory=dict)
    imports: list[tuple[Scalar, SourceFile]] = field(default_factory=list)
    train: Train | None = None


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

    def document(self, source: SourceFile, chain: tuple[SourceFile, ...], *, imported: bool = False) -> Document | None:
        draft = self._draft(source, chain)
        if draft is None:
            return None
        if imported and draft.defaults:
            kind = next(iter(draft.defaults.values()))
            span = next(iter(kind.values()))[0].span if kind else draft.raw.span
            self.collector.report(
                "import-defaults",
                "a file that is imported has no defaults",
                span,
                help="put them into the document that imports it",
            )
        document = Document(
            source, draft.raw, params=draft.params, let=draft.let, defaults=draft.defaults, train=draft.train
        )
        document.files = self.files
        document.extends = draft.raw.key("extends") is not None
        self._texts(document, draft)
        self._import(document, draft, (*chain, source))
        own = {name: Block(key, raw, document) for name, (key, raw) in draft.blocks.items()}
        document.blocks.update(own)
        self._check_block_names(own)
        self._check_variables(document.params, document.let, document.blocks)
        self._check_defaults(document)
        parser = document.parser = NodeParser(document.blocks, document.defaults, self.collector)
        scope = _variables({}, document.params, document.let, document.blocks)
        for block in own.values():
            self._declare(block)
        for block in own.values():
            self._body(block, parser, scope)
        self._check_recursion(own)
        if imported:
            return document
        if "input" in draft.keys:
            document.inputs = read_inputs(draft.keys["input"][1], self.collector)
        if "model" in draft.keys:
            key, raw = draft.keys["model"]
            if isinstance(raw, Scalar) and raw.value is None:
                self.collector.report(
                    "node-form", "the model has no nodes", key.span, help="write them below it, each after a `-`"
                )
            document.model_raw = raw
            document.model = parser.children(raw, scope)
        self._check_complete(document, draft)
        return document

    # one file

    def _draft(self, source: SourceFile, chain: tuple[SourceFile, ...]) -> _Draft | None:
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
        header = read_header(raw, self.collector)
        if header is None:
            return None
        if header.archspec is not None and header.archspec != LANGUAGE:
            version = raw.get("archspec") or raw
            self.collector.report(
                "language-version",
                f"the spec is in version {header.archspec} of the language; this program reads {LANGUAGE}",
                version.span,
                help="install a newer archspec-nn" if header.archspec > LANGUAGE else "write `archspec: 1`",
            )
            return None
        draft = _Draft(source, raw)
        if header.extends is not None:
            token = raw.get("extends")
            assert isinstance(token, Scalar)
            base = self._open(token, source, (*chain, source))
            if base is None:
                return None
            below = self._draft(base, (*chain, source))
            if below is None:
                return None
            draft = below
            draft.source, draft.raw = source, raw
            draft.keys.pop("expect", None)
        for name in ("import",):
            node = raw.get(name)
            tokens = node.items if isinstance(node, Sequence) else [node] if node is not None else []
            if tokens:
                draft.imports = [
                    (token, source) for token in tokens if isinstance(token, Scalar) and token.value is not None
                ]
        merged = ("params", "let", "defaults", "blocks", "import", "extends")
        draft.keys.update({key.text: (key, value) for key, value in raw.entries if key.text not in merged})
        if header.train is not None:
            draft.train = header.train
        self._merge(draft, raw)
        return draft

    def _merge(self, draft: _Draft, raw: MappingNode) -> None:
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
        if value is None or (isinstance(value, Scalar) and value.value is None):
            return []
        if not isinstance(value, MappingNode):
            self.collector.report("document-value", f"{name} is a mapping of names, not {shown(value)}", value.span)
            return []
        return value.entries

    def _param(self, key: Scalar, value: Node, before: Param | None = None) -> Param:
        """`channels: int`, `stride: 1`, `{type: str, default: nearest}`."""
        if isinstance(value, Scalar) and value.value in TYPES:
            return Param(key, value.text, None)
        if isinstance(value, MappingNode) and value.key("type") is not None:
            for extra, _ in value.entries:
                if extra.text not in ("type", "default"):
                    unknown_key(extra, ["type", "default"], f"a param has no key {extra.text!r}", self.collector)
            kind = value.get("type")
            if not isinstance(kind, Scalar) or kind.value not in TYPES:
                assert kind is not None
                help = did_you_mean(kind.text, TYPES) if isinstance(kind, Scalar) else None
                self.collector.report(
                    "param-type",
                    f"the type of a param is one of {', '.join(TYPES)}, not {shown(kind)}",
                    kind.span,
                    help=help,
                )
                return Param(key, None, value.get("default"))
            return Param(key, kind.text, value.get("default"))
        return Param(key, before.type if before is not None else None, value)

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
                header = read_header(draft.raw, Collector())
                document.expect = header.expect if header is not None else None
                document.expect_raw = raw

    # other files

    def _import(self, document: Document, draft: _Draft, chain: tuple[SourceFile, ...]) -> None:
        brought: dict[str, Scalar] = {}
        for token, written_in in draft.imports:
            source = self._open(token, written_in, chain)
            if source is None:
                continue
            other = self.document(source, chain, imported=True)
            if other is None:
                continue
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
            self.collector.report("file-not-found", f"{written!r} is not the path of a file", token.span)
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
                help=did_you_mean(name, known)
                or f"the library has {', '.join(LIBRARY + k for k in known) or 'no files'}",
            )
            return None
        return self._read(token, folder / f"{name}.yaml", token.text, chain)

    def _read(self, token: Scalar, path: Path, name: str, chain: tuple[SourceFile, ...]) -> SourceFile | None:
        if any(file.path is not None and file.path.resolve() == path for file in chain):
            names = " -> ".join([*(file.name for file in chain), name])
            self.collector.report(
                "file-cycle", f"these files lead back to themselves: {names}", token.span, help="take one of them out"
            )
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

    # what the names must be

    def _check_block_names(self, own: Mapping[str, Block]) -> None:
        for name, block in own.items():
            if name in layers.KINDS or name in STRUCTURES:
                what = "layer" if name in layers.KINDS else "structure"
                self.collector.report(
                    "block-name",
                    f"{name} is a {what}, and a block cannot be called so",
                    block.token.span,
                    help=f"call it My{name}",
                )
            elif not is_variable_name(name):
                self.collector.report(
                    "block-name",
                    f"{name!r} cannot be the name of a block",
                    block.token.span,
                    help="a block becomes a class: letters, digits and _, no digit first, no Python keyword",
                )

    def _check_variables(
        self, params: Mapping[str, Param], let: Mapping[str, Entry], blocks: Mapping[str, Block]
    ) -> None:
        for name, token in [(n, p.token) for n, p in params.items()] + [(n, e[0]) for n, e in let.items()]:
            problem = variable_problem(name, blocks)
            if problem is not None:
                self.collector.report("reserved-name", problem, token.span, help="choose another name")
        for name, (token, _) in let.items():
            if name in params:
                self.collector.report(
                    "reserved-name",
                    f"{name} is a param and a `let` value",
                    token.span,
                    help="rename one of them",
                    notes=(Label(params[name].token.span, "the param"),),
                )

    def _check_defaults(self, document: Document) -> None:
        for kind, arguments in document.defaults.items():
            layer = layers.lookup(kind) if kind in layers.KINDS else None
            block = document.blocks.get(kind)
            if layer is None and block is None:
                token = self._default_token(document, kind)
                if token is not None:
                    known = [*document.blocks, *layers.KINDS]
                    unknown_key(token, known, f"there is no kind {kind!r}", self.collector)
                continue
            if block is not None:
                self._declare(block)
            names = list(layer.fields()) if layer is not None else list(block.params) if block is not None else []
            for name, (token, _) in arguments.items():
                if name not in names:
                    unknown_key(token, names, f"{kind} has no argument {name!r}", self.collector)

    def _default_token(self, document: Document, kind: str) -> Scalar | None:
        defaults = document.raw.get("defaults") if isinstance(document.raw, MappingNode) else None
        return defaults.key(kind) if isinstance(defaults, MappingNode) else None

    def _declare(self, block: Block) -> None:
        """What a block takes. Known of every block before a body is read, since a body may call any of them."""
        if block.params or not isinstance(block.raw, MappingNode):
            return
        for key, value in self._entries(block.raw, "params"):
            block.params[key.text] = self._param(key, value)

    def _body(self, block: Block, parser: NodeParser, scope: Variables) -> None:
        raw = block.raw
        if not isinstance(raw, MappingNode):
            self.collector.report(
                "block-form",
                f"the block {block.name} is a mapping with a `body`, not {shown(raw)}",
                raw.span,
                help=f"write {block.name}: {{body: [...]}}",
            )
            return
        known = ("params", "let", "body", "description")
        for key, _ in raw.entries:
            if key.text not in known:
                unknown_key(key, list(known), f"a block has no key {key.text!r}", self.collector)
        block.let = {key.text: (key, value) for key, value in self._entries(raw, "let")}
        self._check_variables(block.params, block.let, block.home.blocks)
        body = raw.get("body")
        if body is None or (isinstance(body, Scalar) and body.value is None):
            self.collector.report(
                "block-form",
                f"the block {block.name} has no body",
                block.token.span,
                help="write its nodes below `body:`",
            )
            return
        block.body = parser.children(body, _variables(scope, block.params, block.let, block.home.blocks))

    def _check_recursion(self, own: Mapping[str, Block]) -> None:
        from archspec.document.recursion import find_cycle

        for cycle in find_cycle(own):
            names = " -> ".join([cycle[0][0], *(name for name, _ in cycle[1:]), cycle[0][0]])
            self.collector.report(
                "block-recursion",
                f"a block may not call itself: {names}",
                cycle[-1][1].token,
                help="blocks are expanded in place; write `repeat:` for a fixed number of times",
            )

    def _check_complete(self, document: Document, draft: _Draft) -> None:
        """A network has a model and an input; a file that only offers blocks needs neither."""
        missing = [name for name in ("input", "model") if name not in draft.keys]
        if not missing or (len(missing) == 2 and draft.blocks):
            return
        span = draft.raw.span
        start = Span(span.source, span.line, span.column, span.line, span.column)
        for name in missing:
            if name == "input" and not self.needs_input:
                continue
            example = "input: 3x224x224" if name == "input" else "model: [Flatten, {Linear: 10}]"
            self.collector.report(
                "document-incomplete", f"the document has no `{name}`", start, help=f"write `{example}`"
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
    """Why a param, a `let` value or a loop variable cannot have this name."""
    if name in RESERVED:
        return f"{name} has a meaning of its own"
    if name in expressions.FUNCTIONS:
        return f"{name} is a function"
    if name in layers.KINDS or name in STRUCTURES or name in blocks:
        return f"{name} is a kind"
    return None if is_variable_name(name) else f"{name!r} cannot be a name in an expression"


def _printed(path: Path) -> str:
    """A path as it is printed: relative to the working directory where it is below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
