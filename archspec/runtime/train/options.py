"""What a run is told: typed options, over those that the run was begun with, over the spec's recipe, over defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from archspec.document.schema import Finite, Train, words


class Options(BaseModel):
    """All options of a run, as config.yaml states them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: str
    data_dir: str = "./data"
    download: bool = False
    epochs: int = Field(10, ge=1)
    batch_size: int = Field(256, ge=1)
    lr: Finite = Field(0.1, gt=0)
    optimizer: Literal["sgd", "adam", "adamw"] = "sgd"
    momentum: Finite = Field(0, ge=0, lt=1)
    weight_decay: Finite = Field(0, ge=0)
    schedule: Literal["none", "cosine", "step"] = "none"
    init: Literal["default", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"] = "default"
    resize: int | None = Field(None, ge=1)
    seed: int = Field(0, ge=0, lt=2**32)
    deterministic: bool = False
    precision: str = "32-true"
    devices: str = "1"
    num_nodes: int = Field(1, ge=1)
    strategy: str = "auto"
    accelerator: str = "auto"
    checkpoint_every: int | None = Field(None, ge=1)
    eval_train: bool = False
    early_stop: int | None = Field(None, ge=1)
    compile: bool = False
    channels_last: bool = False
    threads: int | None = Field(None, ge=1)
    on_nan: Literal["stop", "continue"] = "stop"


_PLACES = ("data_dir", "download", "accelerator", "devices", "num_nodes", "strategy")
_EXTENT = ("epochs", "early_stop", "checkpoint_every", "eval_train", "on_nan")
CHANGEABLE = frozenset({*_PLACES, *_EXTENT})
"""What a run may go on with otherwise than it was begun with: where it runs, how long, and what it leaves."""


class OptionError(Exception):
    """An option is wrong; the message names it as it is typed."""


def resolve(typed: Mapping[str, Any], recipe: Train | None, begun: Options | None = None) -> Options:
    """The options of a run. `begun` are those of the run that goes on. Raises OptionError."""
    said = begun or recipe
    values = {**(said.model_dump(exclude_none=True) if said is not None else {}), **typed}
    if values.get("optimizer", "sgd") != "sgd":
        if typed.get("momentum"):
            raise OptionError(f"--momentum is of sgd, and --optimizer is {values['optimizer']}: leave one of them out")
        values["momentum"] = 0  # the recipe's was for another optimizer
    try:
        return Options.model_validate(values)
    except ValidationError as error:
        raise OptionError(_sentence(error)) from None


def differing(typed: Mapping[str, Any], begun: Options) -> list[str]:
    """The typed options that differ from those of the run that goes on, and may not."""
    return [name for name, value in typed.items() if name not in CHANGEABLE and getattr(begun, name) != value]


def flag(name: str) -> str:
    """An option as it is typed."""
    return "--" + name.replace("_", "-")


def _sentence(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    name, context = flag(str(detail["loc"][0])), detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"{name} is missing"
        case "greater_than_equal":
            wanted = f"at least {_plain(context['ge'])}"
        case "greater_than":
            wanted = f"more than {_plain(context['gt'])}"
        case "less_than":
            wanted = f"less than {_plain(context['lt'])}"
        case "literal_error":
            wanted = f"one of {', '.join(words(Options, str(detail['loc'][0])))}"
        case _:
            wanted = "a finite number"
    return f"{name} is {wanted}, not {_plain(detail['input'])}"


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
