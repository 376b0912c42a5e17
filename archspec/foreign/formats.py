"""Whole files of other programs: what each is, told by its keys or by its lines, and the way from there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from archspec import layers
from archspec.diagnostics import Diagnostic, SourceFile, Span
from archspec.foreign.calls import pasted
from archspec.foreign.nodes import known_kind, layer, row, typed
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence
from archspec.source.flow import braced, text_of
from archspec.source.tree import Locator

_HEAD = 50_000
"""Characters of a file that are looked at."""
_MOST = 2_000
"""Nodes of a tree, and lines, that are looked at."""
_WIDEST = 400
"""Characters of such a line."""


def _layer_of_keras(raw: MappingNode) -> str | None:
    """The first layer of `model.to_json()`."""
    for node in _mappings(raw):
        name, config = node.get("class_name"), node.get("config")
        if isinstance(name, Scalar) and isinstance(config, MappingNode):
            kind = known_kind(name.text, _signature)
            if kind is not None and _signature(kind) is not None:
                texts = {key.text: text_of(value) for key, value in config.entries}
                return layer(kind, texts, _signature)[0]
    return None


def _row_of_ultralytics(raw: MappingNode) -> str | None:
    """The first row whose module is one of torch's."""
    for node in _sequences(raw):
        words = [item.text for item in node.items if isinstance(item, Scalar) and isinstance(item.value, str)]
        if words and _signature(words[0].rpartition(".")[2]) is not None:
            return row(node, _signature)
    return None


def _target_of_hydra(raw: MappingNode) -> str | None:
    found = next((node for node in _mappings(raw) if (typed(node, _signature, ())) is not None), None)
    node = typed(found, _signature, ()) if found is not None else None
    return node.node if node is not None else None


def _first_call(text: str) -> str | None:
    """The first layer that a source, or print(model), names."""
    for line in text.splitlines()[:_MOST]:
        call = _CALL.search(line[:_WIDEST])
        node = (pasted(line.strip(), _signature) or pasted(call[3], _signature)) if call is not None else None
        if call is not None and node is not None and node.nodes and not node.nodes[0].startswith("sequential"):
            here = node.nodes[0] if len(node.nodes) == 1 else node.text
            return f"{call[2]}: {braced(here)}" if call[2] and not call[2].isdecimal() else here
    return None


class Keys(NamedTuple):
    """A format that is YAML or JSON: what a file is, as the end of a sentence; what tells it; what to do."""

    what: str
    keys: str
    """Keys that all must be there, dots between those below one another; `:text`, `:mapping`, `:list` over such."""
    way: str
    example: Callable[[MappingNode], str | None] | None = None


class Lines(NamedTuple):
    """A format that is no YAML, or only by accident, told by the start of a line."""

    what: str
    start: str
    way: str
    example: Callable[[str], str | None] | None = None


_NEW = "`archspec new NAME` writes a spec to start from"
_AS_NODES = "write its layers as nodes"
_OF_CLASS = "write the layers of the classes that it names as nodes"
_IN_ORDER = "write the layers as nodes, in the order in which `forward` calls them"
_SIZES = "it holds the sizes of a network, and its layers are in transformers' source: write them as nodes"
_ROWS = "write each row as a node under its kind, `repeat` and `from` beside it"
_YOLO = "a model of ultralytics"

KEYS = (
    Keys("a Jupyter notebook", "cells:list nbformat", _IN_ORDER),
    Keys("a Keras model as JSON", "class_name:text config", _AS_NODES, _layer_of_keras),
    Keys("a Keras model as JSON", "modelTopology:mapping", _AS_NODES, _layer_of_keras),
    Keys("a LightningCLI config", "model.class_path:text", _OF_CLASS),
    Keys("the config.json of a Hugging Face model", "model_type:text architectures:list", _SIZES),
    Keys("the config.json of a Hugging Face model", "model_type:text hidden_size", _SIZES),
    Keys("the config.json of a Hugging Face model", "architectures:list transformers_version", _SIZES),
    Keys("the config.json of a diffusers model", "_class_name:text _diffusers_version", _AS_NODES),
    Keys(_YOLO, "backbone:list head:list", _ROWS, _row_of_ultralytics),
    Keys("an mmengine config", "model.type:text model.backbone:mapping", _OF_CLASS),
    Keys("an mmengine config", "type:text backbone:mapping", _OF_CLASS),
    Keys("a detectron2 config", "MODEL:mapping", _OF_CLASS),
    Keys("a Ludwig config", "input_features:list output_features:list", _AS_NODES),
    Keys("an ESPnet config", "encoder:text encoder_conf:mapping", _AS_NODES),
    Keys("an OpenNMT config", "encoder_type:text decoder_type:text", _AS_NODES),
    Keys("an OpenNMT config", "src_vocab:text data:mapping", _AS_NODES),
    Keys("an AllenNLP config", "dataset_reader:mapping model:mapping", _AS_NODES),
    Keys("the params.json of a Llama model", "dim n_layers n_heads", _AS_NODES),
    Keys("the config of a timm model", "architecture:text pretrained_cfg", _OF_CLASS),
    Keys("an MXNet model as JSON", "nodes:list arg_nodes:list", _AS_NODES),
    Keys(
        "a data set's description",
        "train:text val:text names",
        "name the network's spec; the data goes to `archspec train --data`",
    ),
)
_HYDRA = Keys("Hydra's notation", "", "write its layers as nodes, each under its kind", _target_of_hydra)

SURE = (
    Lines("a web page", r"[ \t]*<(?:!doctype html|html)\b", "download the file itself; on GitHub that is Raw"),
    Lines("a pointer of Git LFS", r"version https://git-lfs", "run `git lfs pull` to get the file itself"),
    Lines("an OpenVINO model", r"<\?xml[^>]*>\s*<net\b", _AS_NODES),
    Lines("an XML file", r"<\?xml\b", _AS_NODES),
    Lines("a SpeechBrain config", r"[^\n#]*!(?:new|name|apply|applyref|ref|copy)[:\s][ \w.<]", _OF_CLASS),
    Lines("a Caffe prototxt", r"layers?[ \t]*\{[ \t]*(?:#[^\n]*)?\n", _AS_NODES),
    Lines("a TensorFlow graph as text", r"node \{[ \t]*\n[ \t]*name:", _AS_NODES),
    Lines("a Darknet cfg", r"\[(?:net|network|convolutional|maxpool|connected)\][ \t]*\n", _AS_NODES),
    Lines(
        "a table of torchinfo or Keras",
        r"[^\n]*\bLayer \(type",
        "write the layers that it names as nodes, with their arguments",
    ),
    Lines("a TOML or INI file", r"\[[\w.]+\][ \t]*\n[ \t]*\w+ ?= ?[^\n]+\n", "write it as YAML"),
)
"""What no spec holds, wrong as it may be."""

_NN = r"(?:self\.)?\w+ ?= ?(?:torch\.)?nn\.\w+\("
CODE = (
    Lines("an mmengine config", r"_base_ ?= |model ?= ?dict\(", _OF_CLASS),
    Lines("TensorFlow or Keras source", r"[ \t]*(?:import|from) (?:tensorflow|keras)\b", _AS_NODES, _first_call),
    Lines(
        "TensorFlow or Keras source",
        r"[ \t]*(?:model\.add\(|\w+ ?= ?(?:\w+\.)*(?:keras|models)\.\w+\()",
        _AS_NODES,
        _first_call,
    ),
    Lines("JAX source", r"[ \t]*(?:import|from) (?:jax|flax|haiku|equinox)\b", _IN_ORDER),
    Lines(
        "PyTorch source",
        r"[ \t]*(?:import|from) (?:torch|timm|torchvision|lightning|pytorch_lightning)\b",
        _IN_ORDER,
        _first_call,
    ),
    Lines("PyTorch source", r"[ \t]*class \w+\((?:\w+\.)*\w*(?:Module|Model|Sequential)\)", _IN_ORDER, _first_call),
    Lines("PyTorch source", r"[ \t]*def (?:__init__|forward)\(self\b", _IN_ORDER, _first_call),
    Lines("PyTorch source", rf"[ \t]*{_NN}", _IN_ORDER, _first_call),
    Lines("PyTorch source", r"[ \t]*(?:torch\.)?nn\.Sequential\([ \t]*$", _IN_ORDER, _first_call),
    Lines("PyTorch source", r"[ \t]*\w+ ?= ?(?:F|torch)\.\w+\(", _IN_ORDER, _first_call),
    Lines("what print(model) shows", r"[ \t]*(?:\(\w+\): )?\w+\([ \t]*\n[ \t]+\(\w+\): ?\w+\(", _IN_ORDER, _first_call),
    Lines(
        "what print(model) shows", r"[ \t]*\(\w+\): \w+\([^\n]*\)[ \t]*\n[ \t]*\(\w+\): \w+\(", _IN_ORDER, _first_call
    ),
)
"""What may stand in a spec, too, pasted at a wrong place."""

_OURS = ("model", "blocks", "extends", "import", "input")
_OUR_KEY = re.compile(rf"^(?:{'|'.join(_OURS)}):(?:\s|\Z)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
_CALL = re.compile(r"(self\.\w+ ?= ?)?(?:\((\w+)\): )?((?:\w+\.)*[A-Z]\w+\([^\n]*\))")
_SORTS: Mapping[str, type[Node]] = {"text": Scalar, "mapping": MappingNode, "list": Sequence}


def recognized(source: SourceFile, raw: Node | None) -> Diagnostic | None:
    """What a file is that is no spec of ours, in one sentence; `raw` is None where it could not be read as YAML."""
    if isinstance(raw, MappingNode):
        for form in KEYS:
            key = _key(raw, form.keys)
            if key is not None:
                return _told(form.what, form.way, key.span, form.example(raw) if form.example is not None else None)
        key = next((k for node in _mappings(raw) if (k := node.key("_target_")) is not None), None)
        if key is not None and not ("input" in raw and "model" in raw):
            return _told(_HYDRA.what, _HYDRA.way, key.span, _target_of_hydra(raw))
    text = source.text[:_HEAD]
    text = _COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    ours = any(key in raw for key in _OURS) if isinstance(raw, MappingNode) else _OUR_KEY.search(text) is not None
    for lines in SURE if ours else (*SURE, *CODE):
        match = re.search(rf"^(?:{lines.start})", text, re.MULTILINE | re.IGNORECASE)
        if match is not None:
            first = match.start() + len(match[0]) - len(match[0].lstrip())
            span = Locator(source).span(first, first + len(match[0].strip().splitlines()[0]))
            return _told(lines.what, lines.way, span, lines.example(text) if lines.example is not None else None)
    return None


def _told(what: str, way: str, span: Span, example: str | None) -> Diagnostic:
    help = f"{way}, such as `{example}`" if example is not None else f"{way}; {_NEW}" if "nodes" in way else way
    return Diagnostic("foreign-format", f"this is {what}, and no spec", span, help=help)


def _key(raw: MappingNode, keys: str) -> Scalar | None:
    """The first of the keys, where all are there."""
    first = None
    for path in keys.split():
        path, _, sort = path.partition(":")
        node: Node | None = raw
        key = None
        for name in path.split("."):
            key = node.key(name) if isinstance(node, MappingNode) else None
            node = node.get(name) if isinstance(node, MappingNode) else None
        if key is None or (sort and not isinstance(node, _SORTS[sort])):
            return None
        first = first or key
    return first


def _mappings(raw: Node) -> Iterator[MappingNode]:
    return (node for node in _within(raw) if isinstance(node, MappingNode))


def _sequences(raw: Node) -> Iterator[Sequence]:
    return (node for node in _within(raw) if isinstance(node, Sequence))


def _within(raw: Node) -> Iterator[Node]:
    """Every node of a tree in the order of the text, up to a bound."""
    pending = [raw]
    for _ in range(_MOST):
        if not pending:
            return
        node = pending.pop()
        yield node
        if isinstance(node, MappingNode):
            pending += [value for _, value in reversed(node.entries)]
        elif isinstance(node, Sequence):
            pending += reversed(node.items)


def _signature(kind: str) -> dict[str, bool] | None:
    """The arguments of a layer: in a file that is no spec there are no blocks."""
    found = layers.lookup(kind)
    return {name: field.required for name, field in found.fields().items()} if found is not None else None
