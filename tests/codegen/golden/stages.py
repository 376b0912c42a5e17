"""stages.

Input 3x64x64; 3,598,698 parameters. Made by archspec 0.1.0.
"""

from torch import Tensor, nn


class Basic(nn.Module):
    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, channels, kernel_size=3, stride=stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = None
        if stride != 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(
                    in_channels, channels, kernel_size=1, stride=stride, bias=False
                ),
                nn.BatchNorm2d(channels),
            )
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu1(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            x = self.downsample(x)
        x = self.relu(out + x)
        return x


class Stage(nn.Sequential):
    def __init__(
        self, in_channels: int, channels: int, depth: int, stride: int = 2
    ) -> None:
        super().__init__(
            Basic(in_channels, channels, stride=stride),
            *(Basic(channels, channels) for _ in range(depth - 1)),
        )


class Pre(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(256)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(256, channels, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.down = nn.Conv2d(256, channels, kernel_size=1) if channels != 256 else None

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu1(self.bn1(x))
        out = self.relu2(self.bn2(self.conv1(x)))
        out = self.conv2(out)
        if self.down is not None:
            x = self.down(x)
        x = out + x
        return x


class MLP(nn.Sequential):
    def __init__(
        self, in_features: int, widths: tuple[int, ...], dropout: float = 0.0
    ) -> None:
        layers: list[nn.Module] = []
        for width in widths:
            layers += [nn.Linear(in_features, width), nn.ReLU()]
            in_features = width
        if dropout > 0:
            layers.append(nn.Dropout(dropout))
        super().__init__(*layers)


class Stages(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.stage1 = Stage(64, 64, depth=2, stride=1)
        self.stage2 = Stage(64, 128, depth=3)
        self.stage3 = Stage(128, 256, depth=1)
        self.pre1 = Pre(256)
        self.pre2 = Pre(128)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.mlp1 = MLP(128, (128, 64))
        self.mlp2 = MLP(64, (128, 64, 32), dropout=0.2)
        self.fc = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)  # 64x32x32
        x = self.stage1(x)
        x = self.stage2(x)  # 128x16x16
        x = self.stage3(x)  # 256x8x8
        x = self.pre1(x)
        x = self.pre2(x)  # 128x8x8
        x = self.flatten(self.pool(x))  # 128
        x = self.mlp1(x)  # 64
        x = self.mlp2(x)  # 32
        x = self.fc(x)  # 10
        return x
