"""A run from its checks to its results."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import torch
from torch import nn

from archspec.files import write_whole
from archspec.graph import Graph
from archspec.runtime import module, weights
from archspec.runtime.train import checks, curves, data, engine, optimizers, run_folder
from archspec.runtime.train.checkpoints import LAST, Checkpoints, read, refusal
from archspec.runtime.train.classifier import Classifier
from archspec.runtime.train.errors import Interrupted, TrainError
from archspec.runtime.train.options import OptionError, Options
from archspec.runtime.train.order import Order
from archspec.runtime.train.progress import Progress, Silent
from archspec.runtime.train.record import Record
from archspec.runtime.train.run_folder import CHECKPOINTS, Config, SpecOfRun
from archspec.runtime.train.signals import Stopper

MODEL = "model.safetensors"
CURVES = "curves.png"


@dataclass(frozen=True)
class Job:
    """What is to be trained, how, and where the run's files go."""

    graph: Graph
    params: dict[str, str]
    """That the user gave in place of the spec's."""
    sizes: dict[str, int]
    """The spec's params that are whole numbers, to suggest one to set."""
    spec: str
    """The spec as one text."""
    given: SpecOfRun
    """Its digest is not known yet."""
    options: Options
    folder: Path
    begun: Config | None = None
    """How the run was begun, if it goes on."""


def train(job: Job, progress: Progress, stopper: Stopper) -> None:
    """Check, train, and leave the results in the job's folder.

    Raises TrainError, OptionError where the engine does not take an option, and Interrupted.
    """
    options = job.options
    input = checks.classifies_images(job.graph)
    found = data.read(options.data, Path(options.data_dir), input, download=options.download)
    checks.fits_data(job.graph, input, found, job.sizes)
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    net = _network(job)

    record = Record(job.folder, options, progress)
    checkpoints = Checkpoints(job.folder / CHECKPOINTS, options.checkpoint_every, options.on_nan, stopper, record)
    with engine.quiet():
        trainer = engine.trainer(options, [record, checkpoints], job.folder)
        if not trainer.is_global_zero:
            record.progress = Silent()
        _check(job, found, trainer)
        checks.first_step(net, found, options, trainer.strategy.root_device)
        if job.begun is None and trainer.is_global_zero:
            _begin(job, net)
        record.progress.start(_facts(job, found, trainer))
        try:
            _fit(job, net, found, trainer)
        finally:
            if record.rows and trainer.is_global_zero:
                with suppress(OSError):  # how the run ends matters more
                    write_whole(job.folder / CURVES, curves.draw(record.rows, f"{job.graph.name} on {found.name}"))
    if trainer.is_global_zero:
        _save_weights(job)
        record.progress.done(
            {
                "epochs": len(record.rows),
                "best_epoch": record.best["epoch"],
                "best_test_acc": record.best["test_acc"],
                "weights": str(job.folder / MODEL),
            }
        )


def _network(job: Job) -> nn.Module:
    """As the seed makes it. Raises TrainError where it is not the one that the run was begun with."""
    lightning.seed_everything(job.options.seed, workers=True, verbose=False)
    net = module.build(job.graph, params=job.params)
    optimizers.initialize(net, job.options.init)
    if job.begun is not None and _digest(net) != job.begun.spec.digest:
        raise TrainError(
            f"{job.given.file} is not the spec that the run in {job.folder} was begun with: "
            f"go on with {job.folder / run_folder.SPEC}, or begin a new run with another --out"
        )
    return net


def _digest(net: nn.Module) -> str:
    digest: str = net.spec.digest  # type: ignore[assignment,union-attr]
    return digest


def _check(job: Job, found: data.Data, trainer: Any) -> None:
    options, graph = job.options, job.graph
    ranks = trainer.world_size
    checks.batches(graph, len(found.train), options, ranks)
    checks.enough_memory(graph, options, ranks, found.bytes, trainer.strategy.root_device)
    if trainer.is_global_zero:
        run_folder.tidied(job.folder)
        if job.begun is None:
            run_folder.check_unused(job.folder)
        checks.enough_disk(graph, options, job.folder)


def _begin(job: Job, net: nn.Module) -> None:
    config = Config(
        spec=job.given.model_copy(update={"digest": _digest(net)}),
        options=job.options.model_copy(update={"threads": torch.get_num_threads()}),
        versions=run_folder.versions(),
    )
    run_folder.begin(job.folder, config, job.spec)


def _fit(job: Job, net: nn.Module, found: data.Data, trainer: Any) -> None:
    options, last = job.options, job.folder / CHECKPOINTS / LAST
    if options.channels_last:
        net.to(memory_format=torch.channels_last)
    if options.compile:
        net.compile()
    goes_on = job.begun is not None and last.exists()
    classifier = Classifier(net, options)
    try:
        trainer.fit(
            classifier,
            *_loaders(found, options, trainer),
            ckpt_path=last if goes_on else None,
            weights_only=True,
        )
    except (TrainError, OptionError, Interrupted):
        raise
    except Exception as error:
        told = engine.explained(error, options, job.folder, ranks=trainer.world_size)
        if told is None and goes_on and not classifier.stepped:  # of a checkpoint the engine believes everything
            told = refusal(last)
        if told is None:
            raise
        raise told from error


def _loaders(found: data.Data, options: Options, trainer: Any) -> tuple[Any, list[Any]]:
    """Of the training steps; and of the passes after an epoch."""
    rank, ranks, device = trainer.global_rank, trainer.world_size, trainer.strategy.root_device

    def loader(*, train: bool, seed: int | None) -> Any:
        examples = found.train if train else found.test
        return found.loader(Order(len(examples), options.batch_size, seed, rank, ranks), device, train=train)

    tests = [loader(train=False, seed=None)]
    if options.eval_train:
        tests.append(loader(train=True, seed=None))
    return loader(train=True, seed=options.seed), tests


def _facts(job: Job, found: data.Data, trainer: Any) -> dict[str, Any]:
    options, device = job.options, trainer.strategy.root_device
    threads = torch.get_num_threads()
    where = f"{threads} thread{'' if threads == 1 else 's'} of the cpu" if device.type == "cpu" else str(device)
    if device.type == "cuda":
        where = torch.cuda.get_device_name(device)
    if trainer.world_size > 1:
        where = f"{trainer.world_size} processes, each {where}"
    return {
        "name": job.graph.name,
        "parameters": job.graph.params,
        "input": "x".join(map(str, checks.classifies_images(job.graph))),
        "data": found.name,
        "train_examples": len(found.train),
        "test_examples": len(found.test),
        **options.model_dump(include={"optimizer", "lr", "batch_size", "epochs", "seed", "precision"}),
        "steps_per_epoch": math.ceil(len(found.train) / options.batch_size),
        "device": where,
        "processes": trainer.world_size,
        "out": str(job.folder),
        "resumed": job.begun is not None,
    }


def _save_weights(job: Job) -> None:
    """The weights of the last epoch, off the checkpoint: whole, however the processes shared them."""
    state = read(job.folder / CHECKPOINTS / LAST)["state_dict"]
    net = module.build(job.graph, params=job.params)
    net.load_state_dict({key.removeprefix("net."): value for key, value in state.items()})
    weights.save(net, job.folder / MODEL)
