"""What a document is, once it is read: its params, blocks and nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import NamedTuple

from archspec.diagnostics import Collector, Edit, Fix, SourceFile
from archspec.diagnostics.suggest import certain
from archspec.document.inputs import Input
from archspec.document.nodes import Entry, Item
from archspec.document.parse import NodeParser
from archspec.document.schema import Expect, Train, named
from archspec.document.words import words
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar


class Param(NamedTuple):
    """A parameter of a block or a document. `default` None: it must be given."""

    token: Scalar
    type: str | None
    default: Node | None
    inherited: bool = False
    """Whether a document that is extended has it, too."""

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
    inputs: dict[str, Scalar] = field(default_factory=dict)
    """The names of the tensors that it takes, if it names them; else it takes one."""
    body: list[Item] = field(default_factory=list)
    broken: bool = False
    """What it takes or makes is not known, because of a mistake that was reported."""
    whole: bool = True
    """Whether all its names could be read."""
    collector: Collector | None = None

    @property
    def name(self) -> str:
        return self.token.text

    @cached_property
    def required(self) -> dict[str, bool]:
        return {name: param.default is None for name, param in self.params.items()}

    @cached_property
    def words(self) -> set[str]:
        """Every word of its expressions, as far as the text tells."""
        parts = [self.raw.get(name) for name in ("let", "body")] if isinstance(self.raw, MappingNode) else []
        return words([part for part in parts if part is not None])[0]

    def takes_list(self, name: str) -> bool:
        return self.params[name].type == "list"

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
    bases: list[tuple[Scalar, SourceFile]] = field(default_factory=list)
    """The files that it extends, one after another, each with the words that name it."""
    whole: bool = True
    """Whether all that may hold names could be read, so that a name that is not there is a mistake."""
    files: list[SourceFile] = field(default_factory=list)
    """Every file that was read for it, itself first."""

    def _repr_html_(self) -> str:
        """The picture and the table of layers, in a notebook."""
        notebook = import_module("archspec.diagram.notebook")  # by its name: what shows a document comes after it
        return str(notebook.document_html(self))
