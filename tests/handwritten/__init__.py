"""The reference networks of specs/, written by hand in PyTorch: what archspec's modules are compared with."""

from collections.abc import Callable

from torch import nn

from tests.handwritten.alexnet import alexnet
from tests.handwritten.alexnet_lrn import AlexNetLRN
from tests.handwritten.cifar_quick import cifar_quick
from tests.handwritten.densenet import DenseNet
from tests.handwritten.googlenet import GoogLeNet
from tests.handwritten.inception_mnist import InceptionMNIST
from tests.handwritten.lenet5 import lenet5
from tests.handwritten.lenet_bn import lenet_bn
from tests.handwritten.nin import nin
from tests.handwritten.residual_mnist import residual_mnist
from tests.handwritten.resnet18 import ResNet18
from tests.handwritten.vgg import vgg11, vgg11_small, vgg16, vgg19

HANDWRITTEN: dict[str, Callable[[], nn.Module]] = {
    "lenet5": lenet5,
    "lenet_bn": lenet_bn,
    "cifar_quick": cifar_quick,
    "alexnet": alexnet,
    "alexnet_lrn": AlexNetLRN,
    "vgg11": vgg11,
    "vgg11_small": vgg11_small,
    "vgg16": vgg16,
    "vgg19": vgg19,
    "nin": nin,
    "googlenet": GoogLeNet,
    "inception_mnist": InceptionMNIST,
    "residual_mnist": residual_mnist,
    "resnet18": ResNet18,
    "densenet": DenseNet,
}
