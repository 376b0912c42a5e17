"""Network in Network (Lin et al. 2013), as in "Dive into Deep Learning"."""

from torch import nn


def nin_block(in_channels: int, channels: int, kernel_size: int, stride: int = 1, padding: int = 0) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, channels, kernel_size, stride=stride, padding=padding),
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel_size=1),
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel_size=1),
        nn.ReLU(),
    )


def nin(classes: int = 10) -> nn.Sequential:
    return nn.Sequential(
        nin_block(1, 96, kernel_size=11, stride=4),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nin_block(96, 256, kernel_size=5, padding=2),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nin_block(256, 384, kernel_size=3, padding=1),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Dropout(0.5),
        nin_block(384, classes, kernel_size=3, padding=1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
