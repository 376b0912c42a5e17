"""Specs drawn at random: blocks that call blocks, with params, conditions, loops, names, branches and references."""

from __future__ import annotations

from random import Random

INDENT = "  "


WIDTHS = (1, 2, 3, 5, 24, 32, 64, 96, 128, 192, 256, 384, 728, 1024, 1536, 2048)
"""Channels of published networks, and small ones: what source makes of them must divide, too."""


def draw(seed: int) -> str:
    """A spec. Most are right; where branches do not fit together it is refused."""
    return _Drawer(Random(seed)).spec()


def draw_wide(seed: int) -> str:
    """A spec of blocks whose widths, depths and flags come from tables and expressions, as published networks have."""
    return _WideDrawer(Random(seed)).spec()


class _WideDrawer:
    """A chain of calls of a few blocks, each with convolutions of widths that follow from its params."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def spec(self) -> str:
        blocks = [self.block(f"B{i}") for i in range(self.chance.randint(1, 3))]
        lines = [f"input: {self.chance.choice((1, 3, 4))}x9x9", "params:", f"{INDENT}width: {self.width()}"]
        lines += [f"{INDENT}table: [{', '.join(self.row() for _ in range(3))}]", "blocks:"]
        lines += [INDENT + line for block in blocks for line in block]
        calls = [self.call(self.chance.randrange(len(blocks))) for _ in range(self.chance.randint(3, 6))]
        return "\n".join([*lines, "model:", *(INDENT + line for call in calls for line in call), ""])

    def block(self, name: str) -> list[str]:
        lines = [f"{name}:", f"{INDENT}params: {{n: int, k: {self.chance.choice((0, 1, 2))}, f: false, extra: 0}}"]
        if self.chance.random() < 0.5:
            lines.append(f"{INDENT}let: {{m: {self.derived()}}}")
            names = ["n", "m"]
        else:
            names = ["n"]
        body = [layer for _ in range(self.chance.randint(1, 3)) for layer in self.layers(names)]
        return [*lines, f"{INDENT}body:", *(f"{INDENT}{INDENT}- {layer}" for layer in body)]

    def layers(self, names: list[str]) -> list[str]:
        width = self.chance.choice([*names, "n // 2 + 1", "n + k", "in_channels", "n + in_channels"])
        conv = f"Conv2d: {{out_channels: {self.quoted(width)}, kernel_size: 1"
        sort = self.chance.random()
        if sort < 0.3:
            return [f"{conv}}}", "BatchNorm2d"]
        if sort < 0.5:
            return ["{when: extra > 0, Conv2d: {out_channels: extra, kernel_size: 1}}", f"{conv}}}"]
        if sort < 0.55:
            return [f"Conv2d: {{out_channels: {width}, kernel_size: 1 + k, padding: k}}"]
        if sort < 0.65:
            return [f"{{repeat: k, {conv}}}}}"]
        if sort < 0.8:
            condition = self.quoted(f"f or in_channels != {width}")
            shortcut = f"{{when: {condition}, {conv}}}}}"
            return [f"{{residual: {{body: [{{{conv}}}}}, ReLU], shortcut: [{shortcut}]}}}}"]
        if sort < 0.9:
            return [f"{{concat: [{{{conv}}}}}, {{Conv2d: {{out_channels: n, kernel_size: 1}}}}]}}"]
        return [f"{{for: i in range(k), {conv}, groups: 1}}}}", "ReLU"]

    def derived(self) -> str:
        return self.chance.choice(["n * 2", "n // 2 + 1", "n - 1 + 1", "in_channels + n", "n if f else in_channels"])

    def call(self, block: int) -> list[str]:
        if self.chance.random() < 0.3:
            return ["- for: a, b in table", f"{INDENT}B{block}: {{n: a, k: b}}"]
        given = [f"n: {self.chance.choice([str(self.width()), 'width', 'width * 2', 'in_channels'])}"]
        if self.chance.random() < 0.5:
            given.append(f"k: {self.chance.randint(0, 3)}")
        if self.chance.random() < 0.5:
            given.append("f: true")
        if self.chance.random() < 0.5:
            given.append(f"extra: {self.width()}")
        return [f"- B{block}: {{{', '.join(given)}}}"]

    def row(self) -> str:
        return f"[{self.width()}, {self.chance.randint(0, 2)}]"

    def width(self) -> int:
        return self.chance.choice(WIDTHS)

    @staticmethod
    def quoted(expression: str) -> str:
        return f"'{expression}'" if "," in expression else expression


class _Drawer:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.blocks: list[str] = []
        self.params: list[str] = []
        """What expressions may use here: whole numbers."""
        self.flags: list[str] = []
        self.kinds: list[str] = []
        self.names = 0
        self.before: list[str] = []
        """The nodes that `from` may name here."""

    def spec(self) -> str:
        blocks = [line for i in range(self.chance.randint(1, 3)) for line in self.block(f"B{i}")]
        self.params, self.flags, self.kinds = [], [], []
        return "\n".join(["input: 4x4x4", "blocks:", *_in(blocks), "model:", *_in(self.body(3, deep=0)), ""])

    def block(self, name: str) -> list[str]:
        self.params, self.flags, self.kinds = ["n"], ["f"], ["act"]
        params = (
            f"params: {{n: {self.chance.choice(['int', 2, 4])}, f: {self.chance.choice(['false', 'true'])}, act: ReLU}}"
        )
        body = self.body(self.chance.randint(1, 4), deep=1)
        self.blocks.append(name)
        return [f"{name}:", *_in([params, "body:", *_in(body)])]

    def body(self, count: int, deep: int) -> list[str]:
        """A list of nodes, or a mapping of named ones."""
        before, self.before = self.before, []
        lines = []
        named = self.chance.random() < 0.3
        for _ in range(count):
            if named:
                self.names += 1
                lines += self.named(f"x{self.names}", deep)
            else:
                lines += self.item(deep)
        self.before = before
        return lines

    def named(self, name: str, deep: int) -> list[str]:
        loop = self.chance.random() < 0.15
        if loop:
            return [
                f"{name}_{{i}}:",
                *_in([f"for: i in range({self.chance.choice(['2', '3', *self.params])})", *self.kind(deep)]),
            ]
        condition = self.condition()
        if not condition and self.chance.random() < 0.3:
            return [f"{name}:", *_in([line for _ in range(2) for line in self.item(deep + 1)])]
        self.before.append(name)
        return [f"{name}:", *_in([*condition, *self.kind(deep)])]

    def item(self, deep: int) -> list[str]:
        """A node with its dash."""
        keys = self.condition()
        if self.chance.random() < 0.15:
            keys.append(f"repeat: {self.chance.choice(['2', '3', *self.params])}")
        elif self.before and self.chance.random() < 0.2:
            keys.append(f"from: {self.chance.choice(self.before)}")
        elif not keys and self.chance.random() < 0.2:
            self.names += 1
            keys.append(f"name: y{self.names}")
            self.before.append(f"y{self.names}")
        first, *rest = [*keys, *self.kind(deep)]
        return [f"- {first}", *_in(rest)]

    def condition(self) -> list[str]:
        if self.flags and self.chance.random() < 0.2:
            return [f"when: {self.chance.choice([*self.flags, 'not f', 'n > 2', 'in_channels == n'])}"]
        return []

    def kind(self, deep: int) -> list[str]:
        choice = self.chance.random()
        if self.blocks and choice < 0.3:
            return [self.call()]
        if deep < 3 and choice < 0.5:
            return self.structure(deep)
        return [self.layer()]

    def layer(self) -> str:
        channels = self.number()
        return self.chance.choice(
            [
                f"Conv2d: {{out_channels: {channels}, kernel_size: 1}}",
                f"Conv2d: {{out_channels: {channels}, kernel_size: 3, padding: 1, bias: {self.flag()}}}",
                f"Conv2d: {{out_channels: in_channels, kernel_size: {self.chance.choice([1, 3])}, padding: same}}",
                "BatchNorm2d:",
                "ReLU:",
                *(f"{kind}:" for kind in self.kinds * 2),
                "Dropout: 0.5",
            ]
        )

    def call(self) -> str:
        given = [f"n: {self.number()}"]
        if self.chance.random() < 0.4:
            given.append(f"f: {self.flag()}")
        if self.chance.random() < 0.3:
            given.append(f"act: {self.chance.choice(['Tanh', 'ReLU', '{LeakyReLU: 0.2}', *self.kinds])}")
        return f"{self.chance.choice(self.blocks)}: {{{', '.join(given)}}}"

    def structure(self, deep: int) -> list[str]:
        sort = self.chance.choice(["sequential", "residual", "concat", "add", "dense", "shortcut", "aux"])
        if sort == "shortcut":
            shortcut = [*self.condition(), f"Conv2d: {{out_channels: {self.number()}, kernel_size: 1}}"]
            body = (
                [*self.body(1, deep + 1)]
                if self.chance.random() < 0.5
                else [f"- Conv2d: {{out_channels: {self.number()}, kernel_size: 1}}"]
            )
            return ["residual:", *_in(["body:", *_in(body), "shortcut:", *_in(shortcut)])]
        count = self.chance.randint(1, 3) if sort in ("sequential", "residual", "aux") else self.chance.randint(2, 3)
        return [f"{sort}:", *_in(self.body(count, deep + 1))]

    def number(self) -> str:
        return self.chance.choice(
            ["2", "4", "4", *(f"{p}" for p in self.params * 3), *(f"{p} * 2" for p in self.params)]
        )

    def flag(self) -> str:
        return self.chance.choice(["true", "false", *self.flags])


def _in(lines: list[str]) -> list[str]:
    return [INDENT + line for line in lines]
