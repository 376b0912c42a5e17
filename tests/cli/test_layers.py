"""archspec layers: the reference, read off the classes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from archspec.diagnostics import SourceFile
from archspec.document.schema import plain
from archspec.layers import KINDS, lookup
from archspec.source import parse
from tests.cli.running import run
from tests.test_schema import problems

CONV2D = """\
Conv2d (Convolution)

A convolution over `channels x height x width`.

    - Conv2d: {out_channels: 64, kernel_size: 3}

in_channels   inferred  channels of the input
                        an integer
out_channels  required  channels of the output
                        an integer, at least 1
kernel_size   required  size of the kernel
                        an integer or a list of 2 integers, at least 1
stride        1         input pixels from one place of the kernel to the next
                        an integer or a list of 2 integers, at least 1
padding       0         pixels added on both sides; same: as many as keep the
                        size; valid: none
                        an integer, a list of 2 integers, same or valid
dilation      1         input pixels from one element of the kernel to the next
                        an integer or a list of 2 integers, at least 1
groups        1         groups of channels, each convolved apart from the others
                        an integer, at least 1
bias          true      whether to add a learnable bias
                        true or false
padding_mode  zeros     what the added pixels hold
                        zeros, reflect, replicate or circular

Output, along each axis: `floor((size + 2 * padding - dilation * (kernel_size -
1) - 1) / stride + 1)`.

https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
"""
RELU = """\
# ReLU

The rectifier.

```yaml
- ReLU
```

| argument | default | what may be written | what it is |
|---|---|---|---|
| `inplace` | `false` | true or false | write the result over the input |

Output, in the shape of the input: `max(0, x)`.

[nn.ReLU](https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html)
"""


class TestOne:
    def test_as_text(self) -> None:
        result = run("layers", "Conv2d")
        assert (result.exit_code, result.stdout, result.stderr) == (0, CONV2D, "")

    def test_as_markdown(self) -> None:
        assert run("layers", "ReLU", "--format", "markdown").stdout == RELU

    def test_as_json(self) -> None:
        (entry,) = json.loads(run("layers", "Linear", "--format", "json").stdout)["layers"]
        assert entry["kind"] == "Linear"
        assert entry["url"] == "https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html"
        assert entry["direct"] == "out_features"
        assert entry["example"] == "Linear: 10"
        assert [argument["name"] for argument in entry["arguments"]] == ["in_features", "out_features", "bias"]
        assert entry["arguments"][1:] == [
            {
                "name": "out_features",
                "description": "features of the output",
                "expects": "an integer",
                "bounds": "at least 1",
                "required": True,
                "inferred": False,
            },
            {
                "name": "bias",
                "description": "whether to add a learnable bias",
                "expects": "true or false",
                "bounds": None,
                "required": False,
                "inferred": False,
                "default": True,
            },
        ]

    def test_direct_argument(self) -> None:
        assert "A value alone is its out_features: `Linear: 10`." in run("layers", "Linear").stdout

    @pytest.mark.parametrize("kind", KINDS)
    def test_lines_fit_a_terminal(self, kind: str) -> None:
        lines = run("layers", kind).stdout.splitlines()
        assert max(len(line) for line in lines if not line.startswith(("https://", "    - "))) <= 80
        assert lines[0].startswith(f"{kind} (")

    @pytest.mark.parametrize("kind", KINDS)
    def test_example_is_right(self, kind: str) -> None:
        (entry,) = json.loads(run("layers", kind, "--format", "json").stdout)["layers"]
        node = plain(parse(SourceFile("example", f"- {entry['example']}")))[0]
        assert problems({"blocks": {"B": {"body": [node]}}}) == []
        layer = lookup(kind)
        assert layer is not None
        value = node[kind] if isinstance(node, dict) and node[kind] is not None else {}
        layer.model_validate(value if isinstance(value, dict) else {layer.direct: value})


class TestAll:
    def test_as_text(self) -> None:
        result = run("layers")
        assert (result.exit_code, result.stderr) == (0, "")
        assert "\nLinear         Bilinear, Identity, Linear\n" in result.stdout
        assert max(map(len, result.stdout.splitlines())) <= 80
        words = result.stdout.replace(",", " ").split()
        assert all(words.count(kind) >= 1 for kind in KINDS)

    def test_as_markdown(self) -> None:
        text = run("layers", "--format", "markdown").stdout
        assert "\n## Activation\n" in text
        assert "\n| [Tanh](#tanh) | " in text
        assert "\n### Tanh\n" in text
        assert "\n[nn.Tanh](https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html)\n" in text

    def test_as_json(self) -> None:
        reference = json.loads(run("layers", "--format", "json").stdout)
        assert reference["version"] == 1
        assert {entry["kind"] for entry in reference["layers"]} == set(KINDS)


class TestWrong:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["Conv2D"], "there is no layer Conv2D (did you mean Conv2d?)"),
            (["BatchNorm"], "there is no layer BatchNorm (did you mean BatchNorm1d, BatchNorm2d or BatchNorm3d?)"),
            (["Frobnicate"], "there is no layer Frobnicate (`archspec layers` lists them)"),
            (
                ["concat"],
                "concat is a structure, and not a layer: every node gets the same input; the outputs are joined",
            ),
            (["Dense"], "there is no layer Dense (did you mean Linear?)"),
            (["--format", "yaml"], "--format is one of text, json, markdown, not yaml"),
            (["--layers", "json"], "--layers json: json has no class that extends archspec.Layer"),
            (["--layers", "no.such"], "--layers no.such: there is no module no: install it, or name its folder"),
            (["--layers", "./x.py"], "--layers ./x.py: ./x.py is not the name of a module, such as mypackage.layers"),
        ],
    )
    def test_wrong_command_line(self, arguments: list[str], message: str) -> None:
        result = run("layers", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"error: {message}")


@pytest.mark.parametrize("command", [["layers"], ["layers", "Conv2d"], ["schema"]])
def test_imports_no_torch(command: list[str]) -> None:
    script = (
        "import json, sys; from archspec.cli import app; "
        "app(sys.argv[1:], standalone_mode=False); print(); print(json.dumps(sorted(sys.modules)))"
    )
    output = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, check=True, timeout=120
    ).stdout
    assert {"torch", "torchvision", "numpy", "safetensors"}.isdisjoint(json.loads(output.splitlines()[-1]))
