"""What may be called what."""

from __future__ import annotations

import keyword
import re

_PART = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

MODULE_ATTRIBUTES = frozenset(
    {
        "T_destination",
        "_apply",
        "_backward_hooks",
        "_backward_pre_hooks",
        "_buffers",
        "_call_impl",
        "_compiled_call_impl",
        "_former_parameters",
        "_forward_hooks",
        "_forward_hooks_always_called",
        "_forward_hooks_with_kwargs",
        "_forward_pre_hooks",
        "_forward_pre_hooks_with_kwargs",
        "_get_backward_hooks",
        "_get_backward_pre_hooks",
        "_get_name",
        "_is_full_backward_hook",
        "_is_replica",
        "_load_from_state_dict",
        "_load_state_dict_post_hooks",
        "_load_state_dict_pre_hooks",
        "_maybe_warn_non_full_backward_hook",
        "_modules",
        "_named_members",
        "_non_persistent_buffers_set",
        "_parameters",
        "_register_load_state_dict_pre_hook",
        "_register_state_dict_hook",
        "_replicate_for_data_parallel",
        "_save_to_state_dict",
        "_slow_forward",
        "_state_dict_hooks",
        "_state_dict_pre_hooks",
        "_version",
        "_wrapped_call_impl",
        "add_module",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "spec",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    }
)
"""The attributes of nn.Module that a child would hide, those included that replicas are given; a test asks torch."""


MAX_NAME = 200
"""Characters of a node's name."""


def is_variable_name(name: str) -> bool:
    return _VARIABLE.fullmatch(name) is not None and not keyword.iskeyword(name)


def similar_name(name: str) -> str | None:
    """What to write instead of a name with a dash or a space in it."""
    similar = re.sub(r"[^A-Za-z0-9_]+", "_", name[:MAX_NAME]).strip("_")
    return (
        f"write {similar}" if similar != name[:MAX_NAME] and len(similar) <= 40 and is_variable_name(similar) else None
    )


def name_problem(name: str) -> str | None:
    """Why a node cannot be called so, as the end of a sentence that begins with the name."""
    if len(name) > MAX_NAME:
        return f"has more than {MAX_NAME} characters"
    for part in name.split("."):
        if not part:
            return "has an empty part" if name else "is empty"
        if _PART.fullmatch(part) is None:
            return "may hold only ASCII letters, digits, _ and -"
        if keyword.iskeyword(part):
            return "is a keyword of Python" if part == name else f"has the Python keyword {part} in it"
        if part in MODULE_ATTRIBUTES or (part.startswith("__") and part.endswith("__")):
            return f"would hide nn.Module's own {part}"
    return None
