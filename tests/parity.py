"""How two modules are compared: the same keys, the same weights, the same bits."""

from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode


def layout(module: nn.Module) -> dict[str, tuple[tuple[int, ...], torch.dtype]]:
    """The keys of the state_dict, each with its shape and dtype."""
    return {key: (tuple(value.shape), value.dtype) for key, value in module.state_dict().items()}


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def macs(module: nn.Module, shape: tuple[int, ...]) -> int:
    """The multiply-accumulates for one example, of a module on the meta device, outside training."""
    module.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(torch.empty(1, *shape, device="meta"))
    return int(counter.get_total_flops()) // 2


def random_weights(module: nn.Module, seed: int = 0) -> dict[str, Tensor]:
    """A state_dict of random values, running statistics too, that keeps the activations within bounds."""
    generator = torch.Generator().manual_seed(seed)
    state = module.state_dict()  # for the versions that it carries, too
    for key, value in state.items():
        shape = tuple(value.shape)
        if not value.is_floating_point():
            state[key] = torch.full(shape, 3, dtype=value.dtype)
        elif len(shape) > 1:
            state[key] = torch.empty(shape).normal_(std=(2 / value[0].numel()) ** 0.5, generator=generator)
        elif key.endswith(("running_var", "weight")):
            state[key] = torch.empty(shape).uniform_(0.5, 1.5, generator=generator)
        else:
            state[key] = torch.empty(shape).normal_(std=0.1, generator=generator)
    return state


def load(module: nn.Module, state: dict[str, Tensor]) -> nn.Module:
    """The module, on the meta device so far, with a copy of these weights."""
    module.load_state_dict(deepcopy(state), strict=True, assign=True)
    return module


def random_input(*shape: int, seed: int = 0) -> Tensor:
    return torch.empty(shape).normal_(generator=torch.Generator().manual_seed(seed))


def seeded(module: nn.Module, x: Tensor) -> Any:
    torch.manual_seed(0)
    return module(x)


def assert_same(ours: Tensor | None, theirs: Tensor | None, what: str) -> None:
    """Equal to the last bit; NaN equals nothing."""
    assert ours is not None, what
    assert theirs is not None, what
    assert ours.shape == theirs.shape, what
    assert ours.dtype == theirs.dtype, what
    assert torch.equal(ours, theirs), f"{what}: up to {(ours - theirs).abs().max().item():.3g} apart"


def assert_same_state(ours: nn.Module, theirs: nn.Module) -> None:
    """Parameters, their gradients, and buffers such as the running statistics."""
    others = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        assert_same(parameter, others[name], name)
        if parameter.grad is not None or others[name].grad is not None:
            assert_same(parameter.grad, others[name].grad, f"gradient of {name}")
    buffers = dict(theirs.named_buffers())
    for name, buffer in ours.named_buffers():
        assert_same(buffer, buffers[name], name)
