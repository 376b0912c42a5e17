"""The work that one document may cost. It is counted where it is done, so that no input takes long, whatever its form.

A step is about a tenth of a microsecond. The costs below were measured; they are rounded up where work varies.
"""

from __future__ import annotations

MAX_STEPS = 40_000_000
MAX_BYTES = 16 * 2**20
"""Of text, in all files of a document."""
MAX_VALUES = 1_000_000
"""Values of its YAML, aliases written out, in all files."""
MAX_NODES = 200_000
"""Nodes of the network after expansion."""

FILE = 2_000
"""To open and read a file."""
FOLLOWED = 500
"""To follow the name of a file."""
VALUE = 12
"""To read a value of the YAML."""
ITEM = 25
"""To read a node."""
DECLARED = 30
"""To read a param, a `let` value or a block."""
NODE = 35
"""To expand a node."""
LAYER = 40
"""To add a layer."""
INFERENCE = 350
"""To infer what a layer makes of an input that it was not given before."""
WINDOW = 5
"""To follow the receptive field along a dimension."""
ITERATION = 20
"""To enter an iteration of a loop, or to leave a node out."""
VARIABLE = 15
"""To give a variable, or an argument, its value."""
ELEMENT = 4
"""To make an element of a list, or to look at one."""
EVALUATION = 10
"""To evaluate an expression, whatever stands in it."""
OPERATION = 2
"""To evaluate a name, a number or an operator."""
SYNTAX = 70
"""To parse one."""

MISTAKE = 200
"""To find the words for a mistake, of which most are said of another iteration already."""
PROPOSALS = 20_000
"""To try what would make a tensor fit."""
NAME = 10
"""To see whether a name was meant by one that is unknown."""


class TooLarge(Exception):
    """A bound is met, and that is reported: nothing more is read or expanded."""


class Budget:
    """What is left of the work that one document may cost: of `bytes`, `values`, `nodes`, and steps."""

    __slots__ = ("bytes", "left", "limit", "nodes", "values")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.limit = steps
        self.left = steps
        self.bytes = MAX_BYTES
        self.values = MAX_VALUES
        self.nodes = MAX_NODES

    def spend(self, steps: int) -> bool:
        """Take steps from the budget; false where that is more than is left. Then nothing is left."""
        self.left -= steps
        return self.left >= 0
