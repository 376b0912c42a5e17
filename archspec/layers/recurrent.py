"""Recurrent layers, and the cells that they are made of."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import Layer, LayerError, Natural, Positive, Repeats
from archspec.layers.sequences import BatchFirst, features_of, require_batch_first, require_sequences
from archspec.receptive_field import WHOLE, Windows
from archspec.shapes import Shape, format_shape

Bias = Annotated[bool, Field(description="whether to add learnable biases")]
Between = Annotated[float, Field(ge=0, le=1, description="probability that an element between two layers is zeroed")]
Bidirectional = Annotated[bool, Field(description="whether a second network goes through the sequence from its end")]
Passed = Annotated[
    Literal["sequence", "last", "hidden"],
    Field(description="what is passed on: every step, the last step, or the last layer's final state"),
]


class _Recurrent(Layer):
    family = "Recurrent"
    inferred = ("input_size",)
    size_noun = "features"
    positional = ("input_size", "hidden_size")
    direct = "hidden_size"
    gates: ClassVar[int] = 1
    """Vectors of `hidden_size` that a step works out from its input and the state."""

    input_size: int | None = Field(None, description="features of the input: its last dimension")
    hidden_size: Positive = Field(description="features of the hidden state", examples=[128])

    def sizes(self, x: TensorType, *states: TensorType) -> dict[str, int]:
        return {"input_size": features_of(self, x)}

    def windows(self, x: TensorType, *states: TensorType) -> Windows:
        """A state holds all of the sequence before it."""
        return (WHOLE,) * len(self.output(x, *states).shape) if len(x.shape) > 1 else ()


class _Layers(_Recurrent):
    always = ("batch_first",)
    own = ("output",)
    state: ClassVar[str] = "[1]"
    """Where the module's result has the hidden state."""

    num_layers: Repeats = Field(1, description="layers, each over the states of the one before")

    if TYPE_CHECKING:  # declared by the subclasses, each in torch's order
        bias: Bias
        batch_first: BatchFirst
        bidirectional: Bidirectional
        output_: Passed

    def output(self, x: TensorType) -> TensorType:
        require_batch_first(self.batch_first)
        require_sequences(self, x)
        features = self._directions() * self._passed_size()
        return TensorType((x.shape[0], features) if self.output_ == "sequence" else (features,))

    def parameters(self, x: TensorType) -> dict[str, Shape]:
        found: dict[str, Shape] = {}
        for layer in range(int(self.num_layers)):
            for direction in ("", "_reverse")[: self._directions()]:
                weights = self._weights(x.shape[-1] if layer == 0 else self._directions() * self._passed_size())
                found |= {f"{name}_l{layer}{direction}": shape for name, shape in weights.items()}
        return found

    def macs(self, x: TensorType) -> int:
        weights = [shape for shape in self.parameters(x).values() if len(shape) == 2]
        return x.shape[0] * sum(rows * columns for rows, columns in weights)

    def call(self, x: TensorType) -> str:
        if self.output_ == "sequence":
            return "{module}({0})[0]"
        if self.output_ == "last":
            return "{module}({0})[0][:, -1]"
        final = "[-1]" if not self.bidirectional else "[-2:].transpose(0, 1).flatten(1)"
        return f"{{module}}({{0}}){self.state}{final}"

    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _passed_size(self) -> int:
        """Features of what a direction of a layer passes on."""
        return self.hidden_size

    def _weights(self, size: int) -> dict[str, Shape]:
        """The parameters of one direction of a layer whose input has `size` features."""
        rows = self.gates * self.hidden_size
        weights: dict[str, Shape] = {"weight_ih": (rows, size), "weight_hh": (rows, self._passed_size())}
        return weights | ({"bias_ih": (rows,), "bias_hh": (rows,)} if self.bias else {})


class RNN(_Layers):
    """A recurrent network of Elman's kind over `length x features`.

    Output: `length x hidden_size`, twice as many if bidirectional; each step `tanh(W x + b + U h + c)` of the input
    and the state before. With `output` last or hidden: `hidden_size`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html
    """

    nonlinearity: Literal["tanh", "relu"] = Field("tanh", description="the function of a step")
    bias: Bias = True
    batch_first: BatchFirst = True
    dropout: Between = 0.0
    bidirectional: Bidirectional = False
    output_: Passed = Field("sequence", alias="output")


class LSTM(_Layers):
    """A long short-term memory over `length x features`.

    Output: `length x hidden_size` (with a proj_size, that many), twice as many if bidirectional; each step
    `o * tanh(c)`, the cell `c = f * c + i * g`, gates of the input and the state before. With `output` last or hidden:
    the features only.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
    """

    gates = 4
    state = "[1][0]"

    bias: Bias = True
    batch_first: BatchFirst = True
    dropout: Between = 0.0
    bidirectional: Bidirectional = False
    proj_size: Natural = Field(0, description="features that each state is projected to; 0: it is not")
    output_: Passed = Field("sequence", alias="output")

    def output(self, x: TensorType) -> TensorType:
        if self.proj_size >= self.hidden_size:
            raise LayerError(
                f"proj_size must be under hidden_size {self.hidden_size}, not {self.proj_size}",
                rule="argument-value",
                argument="proj_size",
            )
        return super().output(x)

    def _passed_size(self) -> int:
        return self.proj_size or self.hidden_size

    def _weights(self, size: int) -> dict[str, Shape]:
        projection = {"weight_hr": (self.proj_size, self.hidden_size)} if self.proj_size else {}
        return super()._weights(size) | projection


class GRU(_Layers):
    """A network of gated recurrent units over `length x features`.

    Output: `length x hidden_size`, twice as many if bidirectional; each step `(1 - z) * n + z * h`, of gates of the
    input and the state before. With `output` last or hidden: `hidden_size`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html
    """

    gates = 3

    bias: Bias = True
    batch_first: BatchFirst = True
    dropout: Between = 0.0
    bidirectional: Bidirectional = False
    output_: Passed = Field("sequence", alias="output")


class _Cell(_Recurrent):
    """One step: `from: [x, h]` gives it the state before, which else is zero."""

    arity = (1, 2)

    bias: Bias = True

    def output(self, x: TensorType, *states: TensorType) -> TensorType:
        if len(x.shape) != 1:
            raise LayerError(f"{self.kind} takes features, not {format_shape(x.shape)}", rule="input-rank")
        for each in (x, *states):
            self.require_dtype(each, "float32")
        for state in states:
            if state.shape != (self.hidden_size,):
                raise LayerError(
                    f"{self.kind} has a state of hidden_size {self.hidden_size}, and gets {format_shape(state.shape)}",
                    argument="hidden_size",
                )
        return TensorType((self.hidden_size,))

    def parameters(self, x: TensorType, *states: TensorType) -> dict[str, Shape]:
        rows = self.gates * self.hidden_size
        weights: dict[str, Shape] = {"weight_ih": (rows, x.shape[-1]), "weight_hh": (rows, self.hidden_size)}
        return weights | ({"bias_ih": (rows,), "bias_hh": (rows,)} if self.bias else {})

    def macs(self, x: TensorType, *states: TensorType) -> int:
        return self.gates * self.hidden_size * (x.shape[-1] + self.hidden_size)


class RNNCell(_Cell):
    """One step of an RNN: of `features`, and of the state before if `from` names two tensors.

    Output: `hidden_size`, `tanh(W x + b + U h + c)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.RNNCell.html
    """

    nonlinearity: Literal["tanh", "relu"] = Field("tanh", description="the function of the step")


class LSTMCell(_Cell):
    """One step of an LSTM: of `features`, and of the hidden and the cell state before if `from` names three tensors.

    Output: `hidden_size`, the hidden state `o * tanh(c)` or the cell state `c = f * c + i * g`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html
    """

    arity = (1, 3)
    own = ("output",)
    gates = 4

    output_: Literal["hidden", "cell"] = Field(
        "hidden", alias="output", description="what is passed on: the hidden state, or the cell state"
    )

    def output(self, x: TensorType, *states: TensorType) -> TensorType:
        if len(states) == 1:
            raise LayerError("LSTMCell takes the input, or the input, the hidden and the cell state, not two tensors")
        return super().output(x, *states)

    def call(self, x: TensorType, *states: TensorType) -> str:
        inputs = "{0}, ({1}, {2})" if states else "{0}"
        return f"{{module}}({inputs})[{0 if self.output_ == 'hidden' else 1}]"


class GRUCell(_Cell):
    """One step of a GRU: of `features`, and of the state before if `from` names two tensors.

    Output: `hidden_size`, `(1 - z) * n + z * h`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GRUCell.html
    """

    gates = 3
