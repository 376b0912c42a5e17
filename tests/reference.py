"""The networks of specs/ and what torch measured of them: parameters and multiply-accumulates."""

from dataclasses import dataclass
from pathlib import Path

SPECS = Path(__file__).parent.parent / "specs"


@dataclass(frozen=True)
class Reference:
    input: tuple[int, ...]
    output: tuple[int, ...]
    params: int
    macs: int


REFERENCE = {
    "lenet5": Reference((1, 32, 32), (10,), 61_706, 416_520),
    "lenet_bn": Reference((1, 28, 28), (10,), 44_878, 281_640),
    "cifar_quick": Reference((3, 32, 32), (10,), 145_578, 12_354_176),
    "alexnet": Reference((1, 224, 224), (10,), 46_764_746, 938_146_176),
    "alexnet_lrn": Reference((3, 227, 227), (1000,), 62_378_344, 1_135_256_096),
    "vgg11": Reference((1, 224, 224), (10,), 128_806_154, 7_547_232_256),
    "vgg11_small": Reference((1, 224, 224), (10,), 43_093_322, 512_155_648),
    "vgg16": Reference((3, 224, 224), (1000,), 138_357_544, 15_470_264_320),
    "vgg19": Reference((3, 224, 224), (1000,), 143_667_240, 19_632_062_464),
    "nin": Reference((1, 224, 224), (10,), 1_992_166, 762_297_352),
    "googlenet": Reference((1, 96, 96), (10,), 5_977_530, 276_066_304),
    "inception_mnist": Reference((1, 28, 28), (10,), 97_298, 6_019_200),
    "residual_mnist": Reference((1, 28, 28), (10,), 41_514, 2_013_184),
    "resnet18": Reference((1, 96, 96), (10,), 11_178_378, 318_657_536),
    "densenet": Reference((1, 96, 96), (10,), 758_226, 129_077_168),
}

TORCHVISION = [
    "alexnet",
    *(f"vgg{depth}{suffix}" for depth in (11, 13, 16, 19) for suffix in ("", "_bn")),
    *("squeezenet1_0", "squeezenet1_1"),
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"),
    *("wide_resnet50_2", "wide_resnet101_2"),
    *("densenet121", "densenet161", "densenet169", "densenet201"),
    *("googlenet", "inception_v3"),
    *("mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small", "mnasnet1_0", "shufflenet_v2_x1_0"),
    *("efficientnet_b0", "efficientnet_v2_s"),
    *("regnet_x_400mf", "regnet_y_400mf"),
    *("convnext_tiny", "vit_b_16"),
]
