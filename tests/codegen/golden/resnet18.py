"""ResNet18.

He et al. 2015, "Deep Residual Learning for Image Recognition"; d2l section 8.6.
Input 1x96x96; 11,178,378 parameters. Made by archspec 0.1.0.
"""

from torch import Tensor, nn


class Residual(nn.Module):
    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, channels, kernel_size=3, stride=stride, padding=1
        )
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = None
        if stride != 1:
            self.conv3 = nn.Conv2d(in_channels, channels, kernel_size=1, stride=stride)
            in_channels = channels
        self.relu2 = nn.ReLU()
        self.out_channels = in_channels

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.relu1(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.conv3 is not None:
            x = self.conv3(x)
        out = self.relu2(out + x)
        return out


class ResNet18(nn.Module):
    def __init__(
        self, widths: tuple[int, ...] = (64, 128, 256, 512), classes: int = 10
    ) -> None:
        super().__init__()
        self.widths = widths
        self.b1 = nn.Sequential(
            nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        in_channels = 64
        for i, width in enumerate(widths):
            layers: list[nn.Module] = []
            residual_2 = Residual(
                in_channels, channels=width, stride=1 if i == 0 else 2
            )
            layers.append(residual_2)
            residual = Residual(residual_2.out_channels, channels=width)
            self.add_module(f"b{i + 2}", nn.Sequential(*layers, residual))
            in_channels = residual.out_channels
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(in_channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.b1(x)  # 64x24x24
        for i in range(len(self.widths)):
            x = getattr(self, f"b{i + 2}")(x)
        x = self.avgpool(x)  # 512x1x1
        x = self.flatten(x)  # 512
        x = self.fc(x)  # 10
        return x
