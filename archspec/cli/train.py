"""archspec train: builds, checks, trains, evaluates and saves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from archspec.cli import training
from archspec.cli.common import (
    WRONG_SPEC,
    InputOption,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    SpecArgument,
    StrictOption,
    choose,
    usage_error,
)
from archspec.cli.output import explained
from archspec.cli.streams import say

INTERRUPTED = 130
"""The exit status of what Ctrl-C ended, as shells have it."""
FORMATS = ("text", "json")
PROGRESS = ("auto", "bar", "lines", "none")


def _option(help: str, metavar: str | None = None) -> Any:
    return typer.Option(help=help, metavar=metavar, show_default=False)


Text = str | None
Whole = int | None
Number = float | None
Switch = bool | None


def train(
    spec: SpecArgument,
    data: Annotated[Text, _option(f"{', '.join(training.DATA)}, or folder:PATH.", "DATA")] = None,
    data_dir: Annotated[Text, _option("Where the data is. [./data]", "DIR")] = None,
    download: Annotated[Switch, typer.Option("--download", help="Get the data where it is missing.")] = None,
    epochs: Annotated[Whole, _option("Times that all of the data is seen. [the spec's, else 10]", "N")] = None,
    batch_size: Annotated[Whole, _option("Examples of a step, over all processes. [the spec's, else 256]", "N")] = None,
    lr: Annotated[Number, _option("Learning rate. [the spec's, else 0.1]", "X")] = None,
    optimizer: Annotated[Text, _option("sgd, adam or adamw. [the spec's, else sgd]", "NAME")] = None,
    momentum: Annotated[Number, _option("Of sgd. [the spec's, else 0]", "X")] = None,
    weight_decay: Annotated[Number, _option("Of the optimizer. [the spec's, else 0]", "X")] = None,
    schedule: Annotated[
        Text, _option("none, cosine, or step: a tenth after each third. [the spec's, else none]", "NAME")
    ] = None,
    init: Annotated[
        Text, _option("default, or xavier_ or kaiming_ with uniform or normal. [the spec's, else torch's]", "NAME")
    ] = None,
    resize: Annotated[Whole, _option("Height and width of the images. [the spec's input]", "N")] = None,
    seed: Annotated[Whole, _option("Decides weights, order and dropout. [0]", "N")] = None,
    deterministic: Annotated[Switch, typer.Option("--deterministic", help="The same bits each time on a GPU.")] = None,
    precision: Annotated[Text, _option("32-true, bf16-mixed, ... [32-true]", "NAME")] = None,
    devices: Annotated[Text, _option("How many, which (0,1), or auto. [1]", "N")] = None,
    num_nodes: Annotated[Whole, _option("Machines. [1]", "N")] = None,
    strategy: Annotated[Text, _option("auto, ddp, fsdp, ... [auto]", "NAME")] = None,
    accelerator: Annotated[Text, _option("auto, cpu, gpu, ... [auto]", "NAME")] = None,
    out: Annotated[Path | None, _option("The run's folder. [runs/NAME-N]", "DIR")] = None,
    checkpoint_every: Annotated[Whole, _option("Write a checkpoint every N steps, too.", "N")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in --out.")] = False,
    eval_train: Annotated[
        Switch, typer.Option("--eval-train", help="Train accuracy from a second pass over the training set.")
    ] = None,
    early_stop: Annotated[Whole, _option("End after N epochs without a better test accuracy.", "N")] = None,
    compile: Annotated[Switch, typer.Option("--compile", help="Run the network through torch.compile.")] = None,
    channels_last: Annotated[
        Switch, typer.Option("--channels-last", help="Keep images and weights channels last.")
    ] = None,
    threads: Annotated[Whole, _option("Threads of torch. [the machine's]", "N")] = None,
    on_nan: Annotated[Text, _option("stop or continue at a loss that is not finite. [stop]", "WHAT")] = None,
    progress: Annotated[str, typer.Option("--progress", metavar="HOW", help="auto, bar, lines or none.")] = "auto",
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, or json: one object a line.")
    ] = "text",
    input: InputOption = None,
    set: SetOption = None,
    root: RootOption = None,
    layers: LayersOption = None,
    strict: StrictOption = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Train the network to classify images.

    The spec's `train` is the recipe, and options override it.
    """
    typed = {name: value for name, value in locals().items() if value is not None}
    choose(format, FORMATS)
    if progress not in PROGRESS:
        usage_error(f"--progress is one of {', '.join(PROGRESS)}, not {progress}")
    training.check_installed()
    from archspec.runtime.train.errors import Interrupted, TrainError
    from archspec.runtime.train.options import OptionError, Options

    typed = {name: typed[name] for name in Options.model_fields if name in typed}
    try:
        job = training.prepare(
            spec, typed, out, input, set, root, resume=resume, quiet=quiet, no_color=no_color, strict=strict
        )
        with explained():
            training.run(job, training.shown(format, progress, quiet=quiet), training.options_again(root, layers))
    except OptionError as error:
        usage_error(str(error))
    except TrainError as error:
        say(*f"error: {error}".split("\n"))
        raise typer.Exit(WRONG_SPEC) from None
    except Interrupted:
        raise typer.Exit(INTERRUPTED) from None
