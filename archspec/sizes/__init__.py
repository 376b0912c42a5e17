"""Which inputs a network takes: for each size of an input the least, what it divides by, what fixes it.

The network is elaborated with letters in the place of sizes, and the comparisons that its rules rely on are solved.
"""

from archspec.sizes.axes import AxisSizes
from archspec.sizes.search import Sizes, find

__all__ = ["AxisSizes", "Sizes", "find"]
