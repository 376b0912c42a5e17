"""A module as a file that other programs run: ONNX, torch.export's .pt2, and its weights. Whole or not at all."""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec

import torch
from torch import nn
from torch.export import Dim, ExportedProgram

from archspec.files import write_whole
from archspec.graph import Graph, TensorType
from archspec.runtime import weights
from archspec.runtime.running import device_of, examples, is_out_of_memory, mode

FORMATS = ("onnx", "pt2", "safetensors")
_ONNX_PACKAGES = ("onnx", "onnxscript")


class ExportError(Exception):
    """A module cannot be exported; the message says what to do about it."""


def export(net: nn.Module, graph: Graph, path: str | os.PathLike[str], format: str) -> None:
    """Write `net`, which was built from `graph`, in one of FORMATS, as it is in eval mode and for batches of any size.

    Raises ExportError, and OSError where the file cannot be written.
    """
    match format:
        case "onnx":
            write_whole(path, to_onnx(net, graph))
        case "pt2":
            write_whole(path, to_pt2(net, graph))
        case "safetensors":
            weights.save(net, path)
        case _:
            raise ExportError(f"{format} is none of {', '.join(FORMATS)}")


def to_pt2(net: nn.Module, graph: Graph) -> bytes:
    """The content of a .pt2 file, for torch.export.load."""
    file = io.BytesIO()
    with _quiet():
        torch.export.save(exported(net, graph), file)
    return file.getvalue()


def to_onnx(net: nn.Module, graph: Graph) -> bytes:
    """The content of an .onnx file, weights included."""
    missing = [package for package in _ONNX_PACKAGES if find_spec(package) is None]
    if missing:
        raise ExportError(f"ONNX needs {' and '.join(missing)}: pip install 'archspec-nn[export]'")
    program = exported(net, graph)
    with _quiet(), _explained("ONNX"):
        onnx = torch.onnx.export(
            program,
            input_names=list(graph.inputs),
            output_names=_output_names(graph),
            dynamic_shapes=tuple({0: "batch"} for _ in graph.inputs),  # what the file calls the dimension
            dynamo=True,
            verbose=False,
        )
    assert onnx is not None
    try:
        content: bytes = onnx.model_proto.SerializeToString()
    except ValueError as error:  # a protobuf holds less than 2 GiB
        raise ExportError("the network is too large for one .onnx file, which holds less than 2 GiB") from error
    return content


def exported(net: nn.Module, graph: Graph) -> ExportedProgram:
    """The network in eval mode as torch.export sees it, for batches of any size."""
    inputs = examples(graph, 2, device_of(net))  # a batch of one would be taken for a constant
    batch = Dim("batch")
    with _quiet(), _explained("torch.export"), mode(net, training=False), torch.no_grad():
        return torch.export.export(net, inputs, dynamic_shapes=tuple({0: batch} for _ in inputs), strict=True)


def _output_names(graph: Graph) -> list[str]:
    match graph.output:
        case TensorType():
            return ["output"]
        case Mapping():
            return list(graph.output)
    return [f"output{i}" for i in range(len(graph.output))]


@contextmanager
def _explained(exporter: str) -> Iterator[None]:
    """The many exceptions of an exporter as one, with the first line of what is at the bottom of it."""
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error):
            raise
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        reason = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
        raise ExportError(f"{exporter} cannot take this network: {reason}") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporters' remarks, which are for those who write exporters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(before)
