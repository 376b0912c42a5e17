"""Fine-tunes a ResNet-18 with torchvision's weights: a new last layer is trained, everything else stays as it is."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision.models import resnet18

import archspec

SPEC = Path(__file__).parents[2] / "specs" / "torchvision" / "resnet18.yaml"
CLASSES = 3


def tinted(count: int) -> tuple[Tensor, Tensor]:
    """Noisy images with more red, green or blue than of the others; and which of the three each has."""
    labels = torch.arange(count) % CLASSES
    images = torch.randn(count, 3, 32, 32)
    images[torch.arange(count), labels] += 2
    return images, labels


torch.manual_seed(0)

# With a network connection: resnet18(weights="DEFAULT"). Its weights have the same names and shapes.
torch.save(resnet18().state_dict(), "resnet18.pth")

net = archspec.build(SPEC, input=(3, 32, 32), weights="resnet18.pth")
net.requires_grad_(False)
net.fc = nn.Linear(net.fc.in_features, CLASSES)
trained = sum(p.numel() for p in net.parameters() if p.requires_grad)
print(f"{trained:,} of {sum(p.numel() for p in net.parameters()):,} parameters are trained")

net.eval()  # the running means and variances stay as they are, too
optimizer = torch.optim.Adam(net.fc.parameters(), lr=0.01)
images, labels = tinted(30)
for _ in range(30):
    loss = nn.functional.cross_entropy(net(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

with torch.no_grad():
    images, labels = tinted(24)
    right = (net(images).argmax(1) == labels).sum().item()
print(f"{right} of {len(labels)} new images are told apart")
