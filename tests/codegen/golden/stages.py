"""stages.

Input 3x64x64; 3,598,698 parameters. Made by archspec 0.1.0.
"""

from torch import Tensor, nn


class Basic(nn.Module):
    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        projected = stride != 1 or in_channels != channels
        self.conv1 = nn.Conv2d(
            in_channels, channels, kernel_size=3, stride=stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = None
        if projected:
            self.downsample = nn.Sequential(
                nn.Conv2d(
                    in_channels, channels, kernel_size=1, stride=stride, bias=False
                ),
                nn.BatchNorm2d(channels),
            )
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.relu1(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            x = self.downsample(x)
        out = self.relu(out + x)
        return out


class Stage(nn.Sequential):
    def __init__(
        self, in_channels: int, channels: int, depth: int, stride: int = 2
    ) -> None:
        layers: list[nn.Module] = []
        for i in range(depth):
            layers.append(
                Basic(in_channels, channels=channels, stride=stride if i == 0 else 1)
            )
            in_channels = channels
        super().__init__(*layers)
        self.out_channels = in_channels


class Pre(nn.Module):
    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(in_channels, channels, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.down = None
        if in_channels != channels:
            self.down = nn.Conv2d(in_channels, channels, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu1(self.bn1(x))
        out: Tensor = self.relu2(self.bn2(self.conv1(x)))
        out = self.conv2(out)
        if self.down is not None:
            x = self.down(x)
        out = out + x
        return out


class MLP(nn.Sequential):
    def __init__(
        self, in_features: int, widths: tuple[int, ...], dropout: float = 0.0
    ) -> None:
        layers: list[nn.Module] = []
        for w in widths:
            layers.append(nn.Linear(in_features, w))
            layers.append(nn.ReLU())
            in_features = w
        if dropout > 0:
            layers.append(nn.Dropout(dropout))
        super().__init__(*layers)
        self.out_features = in_features


class Stages(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.stage1 = Stage(64, channels=64, depth=2, stride=1)
        self.stage2 = Stage(self.stage1.out_channels, channels=128, depth=3)
        self.stage3 = Stage(self.stage2.out_channels, channels=256, depth=1)
        self.pre1 = Pre(self.stage3.out_channels, channels=256)
        self.pre2 = Pre(256, channels=128)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.mlp1 = MLP(128, widths=(128, 64))
        self.mlp2 = MLP(self.mlp1.out_features, widths=(128, 64, 32), dropout=0.2)
        self.fc = nn.Linear(self.mlp2.out_features, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)  # 64x32x32
        x = self.stage1(x)
        x = self.stage2(x)  # 128x16x16
        x = self.stage3(x)  # 256x8x8
        x = self.pre1(x)
        x = self.pre2(x)  # 128x8x8
        x = self.pool(x)  # 128x1x1
        x = self.flatten(x)  # 128
        x = self.mlp1(x)  # 64
        x = self.mlp2(x)  # 32
        x = self.fc(x)  # 10
        return x
