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
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu1(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.conv3 is not None:
            x = self.conv3(x)
        x = self.relu2(out + x)
        return x


class ResNet18(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.b1 = nn.Sequential(
            nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b2 = nn.Sequential(Residual(64, 64), Residual(64, 64))
        self.b3 = nn.Sequential(Residual(64, 128, stride=2), Residual(128, 128))
        self.b4 = nn.Sequential(Residual(128, 256, stride=2), Residual(256, 256))
        self.b5 = nn.Sequential(Residual(256, 512, stride=2), Residual(512, 512))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(512, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.b1(x)  # 64x24x24
        x = self.b2(x)
        x = self.b3(x)  # 128x12x12
        x = self.b4(x)  # 256x6x6
        x = self.b5(x)  # 512x3x3
        x = self.flatten(self.avgpool(x))  # 512
        x = self.fc(x)  # 10
        return x
