"""Files to a Document: `extends` merged, `import`s brought in, nodes read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from archspec import layers
from archspec.budget import DECLARED, TooLarge
from archspec.diagnostics import Collector, Label, SourceFile, Span
from archspec.diagnostics.suggest import certain
from archspec.document.blocks import check_names, check_recursion, declare, read_body
from archspec.document.draft import Draft, DraftReader
from archspec.document.files import Files
from archspec.document.inputs import read_inputs
from archspec.document.model import Block, Document
from archspec.document.nodes import is_nothing
from archspec.document.params import check_types
from archspec.document.parse import NodeParser
from archspec.document.schema import named, unknown_key
from archspec.document.variables import check_variables, variables
from archspec.source import Mapping as MappingNode
from archspec.source import Scalar, Sequence


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
    loader = _Loader(root, collector, needs_input, texts or {})
    document = None
    with suppress(TooLarge):
        document = loader.document(source, ())
    return None if collector.failed and loader.drafts.of_another_program() else document


class _Loader:
    def __init__(self, root: Path | None, collector: Collector, needs_input: bool, texts: Mapping[Path, str]) -> None:
        self.needs_input = needs_input
        self.collector = collector
        self.opener = Files(root, collector, texts)
        self.drafts = DraftReader(self.opener, collector)
        self._imported: dict[SourceFile, Document | None] = {}

    def document(self, source: SourceFile, chain: tuple[SourceFile, ...], *, imported: bool = False) -> Document | None:
        draft = self.drafts.read(source, chain)
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
        document.files = self.drafts.files
        document.bases = draft.bases
        self._texts(document, draft)
        self._import(document, draft, (*chain, source))
        document.whole = draft.whole
        own = {name: Block(key, raw, document, collector=self.collector) for name, (key, raw) in draft.blocks.items()}
        document.blocks.update(own)
        check_names(own, self.collector)
        for block in own.values():
            declare(block, self.collector)
        if not check_variables(document.params, document.let, document.blocks, self.collector):
            document.whole = False
        check_types(document.params, (document.params, document.let, document.blocks), self.collector)
        self._check_defaults(document)
        scope = variables({}, document.params, document.let, document.blocks)
        parser = document.parser = NodeParser(
            document.blocks,
            document.defaults,
            self.collector,
            scope,
            whole=document.whole,
            defaults_known=document.defaults_known,
        )
        for block in own.values():
            check_types(block.params, (scope, block.params, block.let, document.blocks), self.collector)
        for block in own.values():
            read_body(block, parser, scope, self.collector)
        check_recursion(own, self.collector)
        if imported:
            return document
        if "input" in draft.keys:
            inputs = read_inputs(draft.keys["input"][1], self.collector)
            document.inputs = {name: given for name, given in inputs.items() if given is not None} or None
            document.wrong_inputs = tuple(name for name, given in inputs.items() if given is None)
        if "model" in draft.keys:
            key, raw = draft.keys["model"]
            document.model_raw = raw
            if is_nothing(raw):
                self.collector.report(
                    "node-form", "the model has no nodes", key.span, help="write them below it, each after a `-`"
                )
            else:
                document.model = parser.children(raw, scope)
        self._check_complete(document, draft)
        return document

    def _texts(self, document: Document, draft: Draft) -> None:
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

    def _import(self, document: Document, draft: Draft, chain: tuple[SourceFile, ...]) -> None:
        brought: dict[str, Scalar] = {}
        for token, written_in in draft.imports:
            source = self.opener.open(token, written_in, chain)
            if source is not None and source not in self._imported:
                self._imported[source] = self.document(source, chain, imported=True)
            other = self._imported[source] if source is not None else None
            if other is None:
                draft.whole = False
                continue
            if not self.collector.budget.spend(DECLARED * len(other.blocks)):
                self.collector.exhausted(token.span)
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
        if not isinstance(defaults, MappingNode) or not document.whole:
            return None
        return defaults.key(kind) if isinstance(defaults.get(kind), MappingNode) else None  # else it was refused

    def _check_complete(self, document: Document, draft: Draft) -> None:
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
