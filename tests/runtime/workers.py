"""What the processes of the distributed tests do; they import this module anew."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import Dataset

from tests.runtime.nets import loss

RANKS = 2


def steps(rank: int, folder: Path, nets: Mapping[str, nn.Module], batches: Mapping[str, Tensor]) -> None:
    """One step of every network in each way; what came of it is saved as the rank's."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=RANKS)
    _ddp_steps(rank, folder, nets, batches)
    _fsdp_steps(rank, folder, nets, batches)
    dist.destroy_process_group()


def _ddp_steps(rank: int, folder: Path, nets: Mapping[str, nn.Module], batches: Mapping[str, Tensor]) -> None:
    """Parameters that are kept alike."""
    for name, net in _copies(nets).items():
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.add_(rank)  # DDP starts from rank 0's
        wrapped = DistributedDataParallel(net)
        optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.01)
        loss(wrapped(batches[name] + rank)).backward()
        optimizer.step()
        torch.save(dict(net.named_parameters()), folder / f"ddp-{name}{rank}.pt")


def _fsdp_steps(rank: int, folder: Path, nets: Mapping[str, nn.Module], batches: Mapping[str, Tensor]) -> None:
    """Parameters that are sharded block by block; the outputs are saved, too."""
    mesh = init_device_mesh("cpu", (RANKS,))
    for name, net in _copies(nets).items():
        blocks = [m for m in net.modules() if m is not net and any(True for _ in m.children())]
        for block in reversed(blocks):
            if any(not isinstance(p, DTensor) for p in block.parameters()):
                fully_shard(block, mesh=mesh)
        fully_shard(net, mesh=mesh)
        assert all(isinstance(p, DTensor) for p in net.parameters())
        with torch.no_grad():
            output = net.eval()(batches[name])
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
        loss(net.train()(batches[name] + rank)).backward()
        optimizer.step()
        full = {key: p.full_tensor().detach() for key, p in net.named_parameters() if isinstance(p, DTensor)}
        torch.save({"output": output, "parameters": full}, folder / f"fsdp-{name}{rank}.pt")


def _copies(nets: Mapping[str, nn.Module]) -> dict[str, nn.Module]:
    """What arrives shares its memory with the process that sent it."""
    return {name: copy.deepcopy(net) for name, net in nets.items()}


class Features(Dataset[Tensor]):
    """Samples that a network computes, as a worker of a DataLoader does it."""

    def __init__(self, net: nn.Module, samples: Tensor) -> None:
        self.net = net.eval()
        self.samples = samples

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> Tensor:
        with torch.no_grad():
            return self.net(self.samples[index : index + 1])[0]
