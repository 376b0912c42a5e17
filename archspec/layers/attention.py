"""Attention, and the layers and stacks of a transformer."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import Layer, LayerError, Natural, Positive, Repeats
from archspec.layers.sequences import BatchFirst, features_of, require_batch_first, require_sequences
from archspec.receptive_field import WHOLE, Windows
from archspec.shapes import Shape

Weights = dict[str, Shape]

Heads = Annotated[Positive, Field(description="heads of each attention", examples=[8])]
Hidden = Annotated[Natural, Field(description="features of the hidden layer of each feed-forward part")]
Dropout = Annotated[float, Field(ge=0, le=1, description="probability that an element is zeroed, at each dropout")]
Activation = Annotated[Literal["relu", "gelu"], Field(description="function between the feed-forward layers")]
Epsilon = Annotated[float, Field(description="what the norms add to the variance")]
NormFirst = Annotated[bool, Field(description="whether norms come before attention and feed-forward part, not after")]
Bias = Annotated[bool, Field(description="whether linear layers and norms add learnable biases")]
Causal = Annotated[bool, Field(description="whether each step of the sequence sees only itself and those before it")]

_MASK = "nn.Transformer.generate_square_subsequent_mask({0}.shape[1], device={0}.device)"


class _Attending(Layer):
    family = "Transformer"
    size_noun = "features"
    always = ("batch_first",)

    if TYPE_CHECKING:  # declared by the subclasses, each in torch's order
        bias: bool
        batch_first: BatchFirst

    def windows(self, *inputs: TensorType) -> Windows:
        return (WHOLE,) * len(inputs[0].shape)

    def _take(self, *inputs: TensorType) -> None:
        require_batch_first(self.batch_first)
        require_sequences(self, *inputs)

    def _check_heads(self, name: str, heads: int, features: int) -> None:
        if features % heads:
            raise LayerError(
                f"{self.kind} cannot split {features} features into {heads} heads",
                rule="argument-value",
                argument=name,
                help=f"{name} must divide {features}",
            )


class MultiheadAttention(_Attending):
    """Attention with several heads, of a sequence to itself; with `from: [query, key, value]` to another.

    Output, in the shape of the query, `length x embed_dim`: `softmax(q k / sqrt(embed_dim / num_heads)) v` of each
    head, projected. `from: [query, key]` takes the key for the value too.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """

    arity = (1, 3)
    inferred = ("embed_dim", "kdim", "vdim")
    positional = ("embed_dim", "num_heads")
    direct = "num_heads"
    own = ("is_causal",)

    embed_dim: int | None = Field(None, description="features of the query")
    num_heads: Positive = Field(description="heads, each with an equal part of the features", examples=[8])
    dropout: float = Field(0.0, ge=0, le=1, description="probability that an attention weight is zeroed")
    bias: bool = Field(True, description="whether the projections add learnable biases")
    add_bias_kv: bool = Field(False, description="whether to add a learnable key and value")
    add_zero_attn: bool = Field(False, description="whether to add a key and a value of zeros")
    kdim: int | None = Field(None, description="features of the key")
    vdim: int | None = Field(None, description="features of the value")
    batch_first: BatchFirst = True
    is_causal: Causal = False

    def sizes(self, *inputs: TensorType) -> dict[str, int]:
        query, key, value = self._named(inputs)
        return {
            "embed_dim": features_of(self, query),
            "kdim": features_of(self, key),
            "vdim": features_of(self, value),
        }

    def arguments(self, *inputs: TensorType) -> tuple[tuple[Any, ...], dict[str, Any]]:
        positional, keywords = super().arguments(*inputs)
        if keywords["kdim"] == keywords["vdim"] == positional[0]:
            del keywords["kdim"], keywords["vdim"]
        return positional, keywords

    def output(self, *inputs: TensorType) -> TensorType:
        query, key, value = self._named(inputs)
        self._take(*inputs)
        self._check_heads("num_heads", self.num_heads, query.shape[1])
        if key.shape[0] != value.shape[0]:
            raise LayerError(
                f"MultiheadAttention takes as many keys as values, not {key.shape[0]} and {value.shape[0]}"
            )
        if self.is_causal and key.shape[0] != query.shape[0]:
            raise LayerError(
                f"is_causal is for a query and a key of one length, not {query.shape[0]} and {key.shape[0]}",
                argument="is_causal",
            )
        return query

    def parameters(self, *inputs: TensorType) -> Weights:
        query, key, value = (each.shape[1] for each in self._named(inputs))
        return _attention(query, key, value, bias=self.bias, bias_kv=self.add_bias_kv)

    def macs(self, *inputs: TensorType) -> int:
        query, key, value = (each.shape for each in self._named(inputs))
        embed = query[1]
        projections = embed * (2 * query[0] * embed + key[0] * key[1] + value[0] * value[1])
        return projections + 2 * query[0] * (key[0] + self.add_bias_kv + self.add_zero_attn) * embed

    def weight_layers(self, input: int = 0) -> int:
        return 2

    def call(self, *inputs: TensorType) -> str:
        names = ("{0}, {0}, {0}", "{0}, {1}, {1}", "{0}, {1}, {2}")[len(inputs) - 1]
        causal = ""
        if self.is_causal:  # what is added to the key stands behind it, where the hint would hide it
            hint = "" if self.add_bias_kv or self.add_zero_attn else ", is_causal=True"
            causal = f", attn_mask={_MASK}{hint}"
        return f"{{module}}({names}, need_weights=False{causal})[0]"

    @staticmethod
    def _named(inputs: tuple[TensorType, ...]) -> tuple[TensorType, TensorType, TensorType]:
        """Query, key and value."""
        return inputs[0], inputs[min(1, len(inputs) - 1)], inputs[-1]


class _Transformer(_Attending):
    inferred = ("d_model",)
    positional = ("d_model", "nhead")
    cross: ClassVar[bool] = False
    """Whether a second attention, to another sequence, stands in each layer."""

    if TYPE_CHECKING:  # declared by the subclasses, each in torch's order
        nhead: Heads
        dim_feedforward: Hidden

    def sizes(self, x: TensorType, *others: TensorType) -> dict[str, int]:
        return {"d_model": features_of(self, x)}

    def output(self, *inputs: TensorType) -> TensorType:
        x = inputs[0]
        self._take(*inputs)
        self._check_heads("nhead", self.nhead, x.shape[1])
        for other in inputs[1:]:
            if other.shape[1] != x.shape[1]:
                raise LayerError(
                    f"{self.kind} takes two sequences with the same features, not {x.shape[1]} and {other.shape[1]}"
                )
        return x

    def parameters(self, *inputs: TensorType) -> Weights:
        return self._layer_weights(inputs[0].shape[1], cross=self.cross)

    def macs(self, *inputs: TensorType) -> int:
        return self._layer_macs(*inputs)

    def weight_layers(self, input: int = 0) -> int:
        """Two in each attention and in the feed-forward part; a memory enters after the first attention."""
        return (6 if self.cross else 4) - 2 * (input > 0)

    def _layer_weights(self, features: int, *, cross: bool) -> Weights:
        attention = _attention(features, features, features, bias=self.bias)
        norm = _linear(features, bias=self.bias)
        parts = {"self_attn": attention} | ({"multihead_attn": attention} if cross else {})
        parts["linear1"] = _linear(self.dim_feedforward, features, bias=self.bias)
        parts["linear2"] = _linear(features, self.dim_feedforward, bias=self.bias)
        parts |= {"norm1": norm, "norm2": norm} | ({"norm3": norm} if cross else {})
        return _within(parts)

    def _layer_macs(self, x: TensorType, *memory: TensorType) -> int:
        """Of a layer that attends to itself, and to the memory if there is one."""
        length, features = x.shape
        total = 2 * length * features * self.dim_feedforward
        for others in (length, *(each.shape[0] for each in memory)):
            total += 2 * (length + others) * features**2 + 2 * length * others * features
        return total


class _Layer(_Transformer):
    d_model: int | None = Field(None, description="features of the input")
    nhead: Heads
    dim_feedforward: Hidden = 2048
    dropout: Dropout = 0.1
    activation: Activation = "relu"
    layer_norm_eps: Epsilon = 1e-5
    batch_first: BatchFirst = True
    norm_first: NormFirst = False
    bias: Bias = True


class _Stack(_Layer):
    num_layers: Repeats = Field(description="layers, one after another; all start with the same weights", examples=[6])
    norm: bool = Field(False, description="whether a LayerNorm comes last")

    def parameters(self, *inputs: TensorType) -> Weights:
        features = inputs[0].shape[1]
        layer = self._layer_weights(features, cross=self.cross)
        parts = {f"layers.{i}": layer for i in range(int(self.num_layers))}
        return _within(parts | ({"norm": _linear(features, bias=self.bias)} if self.norm else {}))

    def macs(self, *inputs: TensorType) -> int:
        return self.num_layers * self._layer_macs(*inputs)

    def weight_layers(self, input: int = 0) -> int:
        return (self.num_layers - 1) * super().weight_layers() + super().weight_layers(input)

    def construction(self, *inputs: TensorType) -> str:
        _, given = self.arguments(*inputs)
        keywords = [f", {name}={{{name}}}" for name in given if name != "num_layers"]
        norm = ""
        if self.norm:
            shared = {"layer_norm_eps": "eps", "bias": "bias"}
            said = [f", {theirs}={{{ours}}}" for ours, theirs in shared.items() if ours in given]
            norm = f", norm=nn.LayerNorm({{d_model}}{''.join(said)})"
        rest = "" if self.cross else ", enable_nested_tensor=False"
        layer = f"{self.target}Layer({{d_model}}, {{nhead}}{''.join(keywords)})"
        return f"{self.target}({layer}, {{num_layers}}{norm}{rest})"


class TransformerEncoderLayer(_Layer):
    """Attention of a sequence to itself, then a feed-forward part, each with a residual connection and a norm.

    Output, in the shape of the input, `length x d_model`: `norm(x + attention(x))`, then `norm(x + feedforward(x))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
    """

    direct = "nhead"
    own = ("is_causal",)

    is_causal: Causal = False

    def call(self, x: TensorType) -> str | None:
        return f"{{module}}({{0}}, src_mask={_MASK}, is_causal=True)" if self.is_causal else None


class TransformerEncoder(_Stack):
    """A stack of TransformerEncoderLayers, whose arguments it takes.

    Output, in the shape of the input, `length x d_model`: what the last layer makes.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoder.html
    """

    own = ("norm", "is_causal")

    is_causal: Causal = False

    def call(self, x: TensorType) -> str | None:
        return f"{{module}}({{0}}, mask={_MASK}, is_causal=True)" if self.is_causal else None


class TransformerDecoderLayer(_Layer):
    """Attention of a sequence to itself, then to another (`from: [target, memory]`), then a feed-forward part.

    Output, in the shape of the first input, `length x d_model`; each part has a residual connection and a norm.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerDecoderLayer.html
    """

    arity = (2, 2)
    direct = "nhead"
    own = ("tgt_is_causal",)
    cross = True

    tgt_is_causal: Causal = False

    def call(self, x: TensorType, memory: TensorType) -> str | None:
        return f"{{module}}({{0}}, {{1}}, tgt_mask={_MASK}, tgt_is_causal=True)" if self.tgt_is_causal else None


class TransformerDecoder(_Stack):
    """A stack of TransformerDecoderLayers, whose arguments it takes, over `from: [target, memory]`.

    Output, in the shape of the first input, `length x d_model`: what the last layer makes.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerDecoder.html
    """

    arity = (2, 2)
    own = ("norm", "tgt_is_causal")
    cross = True

    tgt_is_causal: Causal = False

    def call(self, x: TensorType, memory: TensorType) -> str | None:
        return f"{{module}}({{0}}, {{1}}, tgt_mask={_MASK}, tgt_is_causal=True)" if self.tgt_is_causal else None


class Transformer(_Transformer):
    """An encoder of one sequence and a decoder of another, which attends to it: `from: [source, target]`.

    Output, in the shape of the second input, `length x d_model`. A norm comes last in both.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Transformer.html
    """

    arity = (2, 2)
    direct = "nhead"
    own = ("tgt_is_causal",)

    d_model: int | None = Field(None, description="features of the inputs")
    nhead: Heads = 8
    num_encoder_layers: Repeats = Field(6, description="layers of the encoder")
    num_decoder_layers: Repeats = Field(6, description="layers of the decoder")
    dim_feedforward: Hidden = 2048
    dropout: Dropout = 0.1
    activation: Activation = "relu"
    layer_norm_eps: Epsilon = 1e-5
    batch_first: BatchFirst = True
    norm_first: NormFirst = False
    bias: Bias = True
    tgt_is_causal: Causal = False

    def output(self, *inputs: TensorType) -> TensorType:
        super().output(*inputs)
        return inputs[1]

    def parameters(self, *inputs: TensorType) -> Weights:
        features = inputs[0].shape[1]
        stacks = {"encoder": self.num_encoder_layers, "decoder": self.num_decoder_layers}
        found: Weights = {}
        for stack, count in stacks.items():
            layer = self._layer_weights(features, cross=stack == "decoder")
            parts = {f"layers.{i}": layer for i in range(int(count))} | {"norm": _linear(features, bias=self.bias)}
            found |= _within({stack: _within(parts)})
        return found

    def macs(self, *inputs: TensorType) -> int:
        source, target = inputs
        encoder, decoder = self._layer_macs(source), self._layer_macs(target, source)
        return self.num_encoder_layers * encoder + self.num_decoder_layers * decoder

    def weight_layers(self, input: int = 0) -> int:
        """The source passes the encoder, and enters the decoder as its memory."""
        decoder = 6 * self.num_decoder_layers
        return decoder if input else 4 * self.num_encoder_layers + decoder - 2

    def call(self, source: TensorType, target: TensorType) -> str | None:
        mask = _MASK.replace("{0}", "{1}")
        return f"{{module}}({{0}}, {{1}}, tgt_mask={mask}, tgt_is_causal=True)" if self.tgt_is_causal else None


def _linear(*weight: int, bias: bool) -> Weights:
    return {"weight": weight} | ({"bias": weight[:1]} if bias else {})


def _attention(query: int, key: int, value: int, *, bias: bool, bias_kv: bool = False) -> Weights:
    """What a MultiheadAttention learns: the projections of the three in one where all have the same features."""
    if query == key == value:
        weights: Weights = {"in_proj_weight": (3 * query, query)}
    else:
        sizes = {"q": query, "k": key, "v": value}
        weights = {f"{name}_proj_weight": (query, size) for name, size in sizes.items()}
    if bias:
        weights["in_proj_bias"] = (3 * query,)
    if bias_kv:
        weights |= {"bias_k": (1, 1, query), "bias_v": (1, 1, query)}
    return weights | _within({"out_proj": _linear(query, query, bias=bias)})


def _within(parts: dict[str, Weights]) -> Weights:
    """The weights of children, by their full names."""
    return {f"{part}.{name}": shape for part, weights in parts.items() for name, shape in weights.items()}
