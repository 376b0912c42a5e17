"""The recipe of a spec: what stands there is checked like everything else, and changes nothing else."""

from __future__ import annotations

import pytest

import archspec
from archspec.api import examine, open_spec

SPEC = "input: 1x8x8\nmodel: [Flatten, Linear: 10]\ntrain: {{{}}}\n"


def read(recipe: str):
    return examine(open_spec(archspec.Source(SPEC.format(recipe))), None)


def test_recipe() -> None:
    document = read("epochs: 10, batch_size: 256, lr: 1, optimizer: sgd, init: xavier_uniform, resize: 96").document
    assert document is not None
    assert document.train is not None
    assert document.train.model_dump(exclude_none=True) == {
        "epochs": 10,
        "batch_size": 256,
        "lr": 1.0,
        "optimizer": "sgd",
        "init": "xavier_uniform",
        "resize": 96,
    }


def test_nothing_else_looks_at_it() -> None:
    specs = [archspec.Source(SPEC.format(recipe)) for recipe in ("", "lr: 0.5, resize: 96")]
    assert archspec.to_python(specs[0]) == archspec.to_python(specs[1])


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("epochs: 0", "train.epochs must be at least 1, not 0"),
        ("epochs: 2.5", "train.epochs must be a whole number, not 2.5"),
        ("batch_size: many", "train.batch_size must be a whole number, not 'many'"),
        ("lr: 0", "train.lr must be more than 0, not 0"),
        ("lr: .inf", "train.lr must be a finite number, not .inf"),
        ("lr: .nan", "train.lr must be a finite number, not .nan"),
        ("momentum: 1", "train.momentum must be less than 1, not 1"),
        ("weight_decay: -1e-4", "train.weight_decay must be at least 0, not -1e-4"),
        ("weight_decay: yes", "train.weight_decay must be a number, not 'yes'"),
        ("optimizer: sdg", "train.optimizer must be one of sgd, adam, adamw, not 'sdg'"),
        ("schedule: linear", "train.schedule must be one of none, cosine, step, not 'linear'"),
        ("batchsize: 3", "train has no key 'batchsize'"),
    ],
)
def test_wrong_recipe(recipe: str, message: str) -> None:
    (diagnostic,) = read(recipe).diagnostics
    assert (diagnostic.message, diagnostic.span.line) == (message, 3)
