"""Files that torch.save wrote: tensors and plain values, never code, whatever the bytes are."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch

from archspec.diagnostics.printable import printable
from archspec.runtime.running import is_out_of_memory


class PickleError(Exception):
    """A file cannot be read, or is none of torch.save's. The message says which and why."""


def read(path: Path, map_location: Any = "cpu") -> Any:
    """What torch.load returns. Raises PickleError."""
    name = printable(str(path))
    try:
        return torch.load(path, map_location=map_location, weights_only=True)
    except OSError as error:
        raise PickleError(f"{name} cannot be read: {error.strerror or error}") from error
    except pickle.UnpicklingError as error:
        raise PickleError(
            f"{name} is no file of tensors only: it is damaged, or holds pickled objects, which could run code; "
            "save a state_dict"
        ) from error
    except Exception as error:  # damaged bytes make torch.load raise anything
        if is_out_of_memory(error):
            raise PickleError(f"{name} wants more memory than there is, or is damaged") from error
        raise PickleError(f"{name} is damaged, or is no {path.suffix} file") from error
