"""Fine-tunes a ResNet-18 with torchvision's weights: a new last layer is trained, everything else stays as it is."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision.models import resnet18

import archspec

SPEC = Path(__file__).parents[2] / "specs" / "torchvision" / "resnet18.yaml"
CLASSES = 3


def stripes(count: int) -> tuple[Tensor, Tensor]:
    """Images of stripes, upright, level or slanting, in all widths, with noise; and which of the three each is."""
    labels = torch.arange(count) % CLASSES
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    across = torch.stack([x, y, (x + y) / 2**0.5])[labels]
    waves = torch.sin(across * torch.empty(count, 1, 1).uniform_(0.4, 0.8))
    return (waves + 0.3 * torch.randn(count, 64, 64)).unsqueeze(1).repeat(1, 3, 1, 1), labels


torch.manual_seed(0)

# With a network connection: resnet18(weights="DEFAULT"). Its weights have the same names and shapes.
torch.save(resnet18().state_dict(), "resnet18.pth")

net = archspec.build(SPEC, input=(3, 64, 64), weights="resnet18.pth")
net.requires_grad_(False)
net.fc = nn.Linear(net.fc.in_features, CLASSES)
trained = sum(p.numel() for p in net.parameters() if p.requires_grad)
print(f"{trained:,} of {sum(p.numel() for p in net.parameters()):,} parameters are trained")

net.eval()  # the running means and variances stay as they are, too
optimizer = torch.optim.Adam(net.fc.parameters(), lr=0.02)
images, labels = stripes(96)
for _ in range(20):
    loss = nn.functional.cross_entropy(net(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

with torch.no_grad():
    images, labels = stripes(48)
    right = (net(images).argmax(1) == labels).sum().item()
print(f"more than nine of ten new images are told apart: {right > 0.9 * len(labels)}")
