"""Options: what is typed goes before the run's own, that before the recipe, that before the defaults."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.document.schema import Train
from archspec.runtime.train.options import CHANGEABLE, OptionError, Options, differing, resolve

RECIPE = Train(epochs=3, batch_size=64, lr=1.0, init="xavier_uniform")


def test_defaults() -> None:
    options = resolve({"data": "mnist"}, None)
    assert (options.epochs, options.batch_size, options.lr, options.optimizer) == (10, 256, 0.1, "sgd")
    assert (options.momentum, options.weight_decay, options.schedule, options.init) == (0, 0, "none", "default")


def test_recipe_goes_before_defaults_and_options_before_it() -> None:
    options = resolve({"data": "mnist", "lr": 0.5}, RECIPE)
    assert (options.epochs, options.batch_size, options.lr, options.init) == (3, 64, 0.5, "xavier_uniform")


def test_run_that_goes_on_keeps_its_options() -> None:
    begun = resolve({"data": "mnist", "lr": 0.5, "seed": 3}, RECIPE)
    options = resolve({"epochs": 20}, Train(lr=9.0), begun)
    assert options == begun.model_copy(update={"epochs": 20})


def test_recipe_has_no_option_that_training_does_not_have() -> None:
    assert set(Train.model_fields) <= set(Options.model_fields)
    for name in ("optimizer", "schedule", "init"):
        (literal, _) = Train.model_fields[name].annotation.__args__  # type: ignore[union-attr]
        assert literal == Options.model_fields[name].annotation, "the words are the same"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"epochs": 0}, "--epochs is at least 1, not 0"),
        ({"batch_size": -4}, "--batch-size is at least 1, not -4"),
        ({"lr": 0.0}, "--lr is more than 0, not 0"),
        ({"lr": float("nan")}, "--lr is a finite number, not nan"),
        ({"lr": float("inf")}, "--lr is a finite number, not inf"),
        ({"momentum": 1.0}, "--momentum is less than 1, not 1"),
        ({"weight_decay": -0.5}, "--weight-decay is at least 0, not -0.5"),
        ({"optimizer": "adamm"}, "--optimizer is one of sgd, adam, adamw, not adamm"),
        ({"schedule": "linear"}, "--schedule is one of none, cosine, step, not linear"),
        ({"on_nan": "ignore"}, "--on-nan is one of stop, continue, not ignore"),
        ({"seed": -1}, "--seed is at least 0, not -1"),
        ({"seed": 2**32}, "--seed is less than 4294967296, not 4294967296"),
        ({"optimizer": "adam", "momentum": 0.9}, "--momentum is of sgd, and --optimizer is adam"),
    ],
)
def test_wrong_values(typed: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        resolve({"data": "mnist", **typed}, RECIPE)
    assert str(caught.value).startswith(message)


def test_momentum_of_the_recipe_is_not_for_another_optimizer() -> None:
    recipe = Train(momentum=0.9)
    assert resolve({"data": "mnist"}, recipe).momentum == 0.9
    assert resolve({"data": "mnist", "optimizer": "adam"}, recipe).momentum == 0


def test_what_may_not_change_in_a_run() -> None:
    begun = resolve({"data": "mnist", "threads": 2}, None)
    typed = {"lr": 0.2, "threads": 4, "seed": 0, "epochs": 99, "data_dir": "elsewhere", "precision": "bf16-mixed"}
    assert differing(typed, begun) == ["lr", "threads", "precision"]
    assert set(Options.model_fields) >= CHANGEABLE
