"""What stands between the options of `archspec train` and the run: the spec, its recipe, the folder, the progress."""

from __future__ import annotations

import json
import os
import shlex
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from archspec.cli.common import STDIN, read_params, read_spec, refuse, usage_error
from archspec.cli.streams import say

if TYPE_CHECKING:
    from archspec.document import Document
    from archspec.graph import Graph
    from archspec.runtime.train.options import Options
    from archspec.runtime.train.progress import Progress
    from archspec.runtime.train.run_folder import Config
    from archspec.runtime.train.session import Job

DATA = ("fashion-mnist", "mnist", "kmnist", "cifar10", "cifar100")
_NEEDED = ("lightning", "tensorboard", "matplotlib")
_SAFE = (2, 6, 6)
"""Of lightning: 2.6.2 and 2.6.3 were malware, and up to 2.6.5 a checkpoint could run code."""


def check_installed() -> None:
    """The extra is there, and its lightning is one that may be imported."""
    missing = [package for package in _NEEDED if find_spec(package) is None]
    if missing:
        usage_error(f"archspec train needs {', '.join(missing)}: pip install 'archspec-nn[train]'")
    installed = metadata.version("lightning")
    if tuple(int(part) for part in installed.split(".")[:3] if part.isdecimal()) < _SAFE:
        usage_error(f"lightning {installed} is not safe to import: pip install 'archspec-nn[train]'")


def prepare(
    spec: str,
    typed: dict[str, Any],
    out: Path | None,
    inputs: list[str] | None,
    sets: list[str] | None,
    root: Path | None,
    *,
    resume: bool,
    quiet: bool,
    no_color: bool,
    strict: bool,
) -> Job:
    """What is to be done. Raises TrainError and OptionError."""
    from archspec.elaborate import before_loss
    from archspec.runtime.train import options, run_folder

    begun = None
    if resume:
        if out is None:
            usage_error("--resume goes on with a run: name its folder with --out")
        begun = run_folder.begun(out)
        inputs, sets = inputs or begun.spec.input, sets or begun.spec.set
        if not quiet:
            _tell_versions(begun)
        for name in options.differing(typed, begun.options):
            was = getattr(begun.options, name)
            usage_error(f"{options.flag(name)} cannot change in a run, and {out} was begun with {was}: leave it out")
    else:
        _check_data(typed.get("data"), spec)
    if spec == STDIN and (typed.get("devices", "1") != "1" or "num_nodes" in typed):
        usage_error("each process reads the spec, and only one can read standard input: write it to a file")
    graph, document = read_spec(spec, inputs, sets, root, quiet=quiet, no_color=no_color, strict=strict)
    refuse(before_loss(graph, document), quiet=quiet, no_color=no_color, strict=strict)
    resolved = options.resolve(typed, document.train, begun.options if begun is not None else None)
    resized = _resized(graph, resolved, inputs, by_hand="resize" in typed)
    if resized is not None:
        inputs = [resized]
        graph, document = read_spec(spec, inputs, sets, root, quiet=True, no_color=no_color)
    from archspec.runtime.train.session import Job

    return Job(
        graph=graph,
        params=read_params(sets),
        sizes=_sizes(document, read_params(sets)),
        spec=_standalone(document, graph, read_params(sets)),
        given=run_folder.SpecOfRun(file=spec, digest="", input=inputs or [], set=sets or []),
        options=resolved,
        folder=out if out is not None else run_folder.next_folder(graph.name),
        begun=begun,
    )


def _tell_versions(begun: Config) -> None:
    """Another torch makes other low bits, and nothing worse."""
    from archspec.runtime.train.run_folder import versions

    for name, version in versions().items():
        was = begun.versions.get(name)
        if was != version:
            say(f"warning: the run was begun with {name} {was}, and this is {version}")


def run(job: Job, progress: Progress, options: list[str]) -> None:
    """Train; where the run is asked to end, say what goes on with it, and raise Interrupted."""
    from archspec.runtime.train.errors import EveryProcess, Interrupted
    from archspec.runtime.train.session import train
    from archspec.runtime.train.signals import Stopper

    first = os.environ.get("LOCAL_RANK", "0") == "0"  # of the processes of this machine

    def tell(text: str) -> None:
        if first:
            say(*text.split("\n"))

    spec = str(job.folder / "spec.yaml") if job.given.file == STDIN else job.given.file
    again = "to go on:\n  " + shlex.join(["archspec", "train", spec, *options, "--out", str(job.folder), "--resume"])
    with Stopper(lambda: tell("\nstopping after this step; once more: at once")) as stopper:
        try:
            train(job, progress, stopper)
        except EveryProcess:
            if first:
                raise
            raise typer.Exit from None  # the engine takes another status for a crash
        except Interrupted:
            tell(f"stopped, with a checkpoint; {again}")
            if first:
                raise
            raise typer.Exit from None
        except (KeyboardInterrupt, SystemExit):  # the engine turns the one into the other
            if not stopper.asked:
                raise
            tell(f"stopped at once, without the steps since the last checkpoint; {again}")
            raise Interrupted from None


def shown(format: str, progress: str, *, quiet: bool) -> Progress:
    """Who is told what happens."""
    from archspec.runtime.train.progress import Bar, Json, Lines, Silent

    if format == "json":
        return Json()
    if progress == "none" or quiet:
        return Silent()
    if progress == "bar" or (progress == "auto" and sys.stderr.isatty()):
        return Bar()
    return Lines()


def options_again(root: Path | None, layers: list[str] | None) -> list[str]:
    """What must be typed again to go on, for the run's folder does not know it."""
    words = ["--root", str(root)] if root is not None else []
    for layer in layers or []:
        words += ["--layers", layer]
    return words


def _check_data(data: str | None, spec: str) -> None:
    known = f"{', '.join(DATA)}, or folder:PATH"
    if data is None:
        usage_error(
            f"--data says what to train on: {known}; as\n"
            f"  archspec train {shlex.quote(spec)} --data fashion-mnist --data-dir DIR"
        )
    if data not in DATA and not data.startswith("folder:"):
        from archspec.diagnostics.suggest import did_you_mean

        usage_error(f"--data is {known}, not {data}" + (f" ({help})" if (help := did_you_mean(data, DATA)) else ""))


def _resized(graph: Graph, options: Options, inputs: list[str] | None, *, by_hand: bool) -> str | None:
    """The input that images of --resize make, where it is not the graph's. --input goes before the recipe's."""
    types = list(graph.inputs.values())
    if options.resize is None or len(types) != 1 or len(types[0].shape) != 3:
        return None
    channels, *size = types[0].shape
    if size == [options.resize] * 2 or (inputs and not by_hand):
        return None
    resized = f"{channels}x{options.resize}x{options.resize}"
    if inputs:
        usage_error(f"--resize makes the input {resized}, and --input says {inputs[0]}: leave one of them out")
    return resized


def _sizes(document: Document, params: dict[str, str]) -> dict[str, int]:
    """The params that are whole numbers."""
    from archspec.document.schema import plain

    values = {name: plain(param.default) for name, param in document.params.items() if param.default is not None}
    values.update({name: int(text) for name, text in params.items() if text.isdecimal()})
    return {name: value for name, value in values.items() if type(value) is int}


def _standalone(document: Document, graph: Graph, params: dict[str, str]) -> str:
    """The spec as one text: its own, with the comments, if that needs no other file and no option."""
    from archspec import Source, SpecError, analyze
    from archspec.codegen import generate
    from archspec.document.standalone import standalone

    def says_the_same(text: str) -> bool:
        try:
            return generate(analyze(Source(text, "spec.yaml"))) == generate(graph)
        except SpecError:
            return False

    own = document.source.text
    texts = (own, f"name: {json.dumps(graph.name)}\n{own}", standalone(document, graph, params))
    return next((text for text in texts if says_the_same(text)), own)
