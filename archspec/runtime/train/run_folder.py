"""The folder of a run: its name, config.yaml, and what a run that goes on reads there."""

from __future__ import annotations

import platform
import re
from contextlib import suppress
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from archspec import __version__
from archspec.files import tidy, write_whole
from archspec.runtime.train.errors import TrainError
from archspec.runtime.train.options import Options

CONFIG = "config.yaml"
SPEC = "spec.yaml"
CHECKPOINTS = "checkpoints"
_PACKAGES = ("torch", "torchvision", "lightning")
_MOST_BYTES = 2**20
_ANOTHER = "name another folder with --out"


class SpecOfRun(BaseModel):
    """The spec that a run trains, and what was given in place of what it says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    digest: str
    """SHA-256 of the source that the network runs."""
    input: list[str] = []
    set: list[str] = []


class Config(BaseModel):
    """How a run was begun: what config.yaml holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    spec: SpecOfRun
    options: Options
    versions: dict[str, str]


def versions() -> dict[str, str]:
    """Of all that decides what a run computes."""
    packages = {name: version(name) for name in _PACKAGES}
    return {"archspec": __version__, "python": platform.python_version(), **packages}


def next_folder(name: str) -> Path:
    """`runs/NAME-N` with the next free N. It is not made."""
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip(".") or "network"
    return next(path for n in count(1) if not (path := Path("runs") / f"{safe}-{n}").exists())


def tidied(folder: Path) -> None:
    """Take away what a run that was killed has left half written in its folder."""
    for each in (folder / CHECKPOINTS, folder):
        tidy(each)
    if not (folder / CONFIG).exists():  # it was killed before it began
        with suppress(OSError):
            (folder / CHECKPOINTS).rmdir()


def check_unused(folder: Path) -> None:
    """A new run does not write into one that is there. Raises TrainError."""
    if folder.exists() and not folder.is_dir():
        raise TrainError(f"{folder} is no folder: {_ANOTHER}")
    if folder.is_dir() and any(folder.iterdir()):
        help = "--resume goes on with its run, another --out begins one" if (folder / CONFIG).exists() else _ANOTHER
        raise TrainError(f"{folder} is not empty: {help}")


def begin(folder: Path, config: Config, spec: str) -> None:
    """Make the folder, with config.yaml and spec.yaml. Raises TrainError."""
    try:
        (folder / CHECKPOINTS).mkdir(parents=True, exist_ok=True)
        write_whole(folder / CONFIG, yaml.safe_dump(config.model_dump(), sort_keys=False, allow_unicode=True))
        write_whole(folder / SPEC, spec)
    except OSError as error:
        reason = f"{error.filename or folder} cannot be written: {error.strerror or error}"
        raise TrainError(f"{reason}; {_ANOTHER}") from None


def begun(folder: Path) -> Config:
    """How the run in a folder was begun. Raises TrainError."""
    path = folder / CONFIG
    try:
        with path.open("rb") as file:
            content: Any = yaml.safe_load(file.read(_MOST_BYTES))
        return Config.model_validate(content)
    except FileNotFoundError:
        raise TrainError(f"there is no run in {folder} to go on with, for it has no {CONFIG}") from None
    except OSError as error:
        raise TrainError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
        raise TrainError(f"{path} is not as archspec train writes it (see {place or 'its beginning'})") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise TrainError(f"{path} is no YAML, and archspec train wrote it as YAML: begin a new run") from None
