"""VGG (Simonyan and Zisserman 2014), as in "Dive into Deep Learning"."""

from torch import nn

Stages = list[tuple[int, int]]  # convolutions and channels of each block

VGG11: Stages = [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)]
VGG16: Stages = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]
VGG19: Stages = [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)]


def vgg_block(depth: int, in_channels: int, out_channels: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))


def vgg(stages: Stages, channels: int, classes: int) -> nn.Sequential:
    """For images of 224x224 with this many channels."""
    blocks = []
    for depth, out_channels in stages:
        blocks.append(vgg_block(depth, channels, out_channels))
        channels = out_channels
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * 7 * 7, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, classes),
    )


def vgg11() -> nn.Sequential:
    return vgg(VGG11, channels=1, classes=10)


def vgg11_small() -> nn.Sequential:
    return vgg([(depth, channels // 4) for depth, channels in VGG11], channels=1, classes=10)


def vgg16() -> nn.Sequential:
    return vgg(VGG16, channels=3, classes=1000)


def vgg19() -> nn.Sequential:
    return vgg(VGG19, channels=3, classes=1000)
