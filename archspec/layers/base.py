"""What a layer kind is: its arguments, its shape rule, its costs, and the torch class it becomes."""

from collections.abc import Mapping
from functools import cache
from itertools import takewhile
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from archspec.graph import TensorType
from archspec.layers.arguments import BOUNDS, Argument, PerAxis, alternatives, plain, written
from archspec.receptive_field import WHOLE, Window, Windows
from archspec.shapes import format_shape


class LayerError(Exception):
    """A layer cannot take what it gets. The message is ours, with both values, never torch's.

    `argument` is the argument to blame (None: the node itself); `correct` is the value that certainly mends it.
    """

    def __init__(
        self,
        message: str,
        *,
        rule: str = "layer-arguments",
        argument: str | None = None,
        correct: object = None,
        help: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule
        self.argument = argument
        self.correct = correct
        self.help = help


Natural = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Repeats = Annotated[int, Field(ge=1, le=10_000)]
"""How many layers a layer holds."""
Sizes = Annotated[Positive | tuple[Positive, ...], PerAxis()]
"""One size for all spatial dimensions, or one for each."""

FLOATS = ("float32", "float64", "float16", "bfloat16")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8")
_SORTS = {"float": FLOATS, "integer": INTEGERS}
_AXES = {1: "length", 2: "height x width", 3: "depth x height x width"}


class Layer(BaseModel):
    """A layer kind. Fields are torch's arguments, in torch's order, with torch's defaults.

    A field listed in `inferred` follows from the input; it may be left out, and is checked when written.
    Shapes never hold the batch; arguments that torch counts with the batch (`dim`) keep torch's count.
    An argument called like something here (`dims`, `output`) is a field with a `_` behind it, and an alias without.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True, protected_namespaces=())

    family: ClassVar[str] = "Other"
    """The heading under which `archspec layers` lists the kind."""
    target: ClassVar[str]
    """The class that it becomes, as source says it: `nn.Conv2d` (what a kind gets by itself), `ops.StochasticDepth`."""
    source: ClassVar[str] = ""
    """The class `target`, where no package has it: a definition that stands once in the source of a network."""
    bare: ClassVar[bool] = False
    """Whether the node is a learnable tensor and no module. Its one parameter is called as the node is: `parameters`
    has it under ''."""
    inferred: ClassVar[tuple[str, ...]] = ()
    """Arguments that follow from the input."""
    size_rule: ClassVar[str] = "inferred-size"
    """The rule that a wrong inferred argument breaks."""
    size_noun: ClassVar[str] = "channels"
    """What an inferred argument counts."""
    positional: ClassVar[tuple[str, ...]] = ()
    """Arguments that source writes without a keyword, as people do: `nn.Conv2d(3, 64, kernel_size=3)`."""
    always: ClassVar[tuple[str, ...]] = ()
    """Arguments that source says in any case, since the default is not torch's: `batch_first=True`."""
    own: ClassVar[tuple[str, ...]] = ()
    """Arguments that are none of the constructor's: they show in `construction` or in `call`."""
    direct: ClassVar[str | None] = None
    """The argument that `Kind: value` sets."""
    arity: ClassVar[tuple[int, int]] = (1, 1)
    """The fewest and the most tensors that it takes."""
    dims: ClassVar[int] = 0
    """Spatial dimensions, of a kind that has a fixed number of them."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "target" not in cls.__dict__:
            cls.target = f"nn.{cls.__name__}"

    # What elaborate and code generation ask of every kind.

    @classmethod
    @cache
    def fields(cls) -> dict[str, Argument]:
        """The arguments by name, in torch's order. Builds no validator, so asking is cheap."""
        fields = {field.alias or name: field for name, field in cls.model_fields.items()}
        return {
            name: Argument.of(name, field, dims=cls.dims, inferred=name in cls.inferred)
            for name, field in fields.items()
        }

    @classmethod
    def complaints(cls, error: ValidationError, arguments: Mapping[str, Any]) -> list[LayerError]:
        """What `model_validate(arguments)` raised as one LayerError for each wrong argument, in our own sentences."""
        by_argument: dict[str, list[Any]] = {}
        for detail in error.errors(include_url=False):
            by_argument.setdefault(str(detail["loc"][0]), []).append(detail)
        return [cls._complaint(name, details, arguments.get(name)) for name, details in by_argument.items()]

    def check(self, *inputs: Any, **_: Any) -> list[LayerError]:
        """The inferred arguments that were written, and wrong."""
        return [
            LayerError(
                f"{self.kind} gets {written(size)} {self.size_noun}, not {written(declared)}",
                rule=self.size_rule,
                argument=name,
                correct=size,
                help=f"write {written(size)}, or leave {name} out and it is inferred",
            )
            for name, size in self.sizes(*inputs).items()
            if (declared := self._values()[name]) is not None and declared != size
        ]

    def arguments(self, *inputs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The call that makes the module, as plain data: positional values, and keywords unlike torch's defaults."""
        values = self._values() | self.sizes(*inputs)
        given = {
            name: values[name]
            for name, field in self.fields().items()
            if field.required or field.inferred or name in self.always or values[name] != field.default
            if name not in self.own
        }
        leading = list(takewhile(given.__contains__, self.positional))
        return tuple(given.pop(name) for name in leading), given

    def construction(self, *inputs: Any) -> str | None:
        """How source makes it where that is not `target(arguments)`: a template with all of `arguments` by name.

        As `nn.Parameter(torch.ones({num_channels}, 1, 1))`.
        """
        return None

    def call(self, *inputs: Any) -> str | None:
        """How `forward` calls it where that is not `module(x)`: a template with `module`, and the inputs by number.

        As `{module}({0}, {0}, {0}, need_weights=False)[0]`.
        """
        return None

    # What a kind says of itself.

    def sizes(self, *inputs: Any, **_: Any) -> dict[str, Any]:
        """The values of the inferred arguments for these inputs."""
        return {}

    def fixed_sizes(self, *inputs: Any, **_: Any) -> dict[str, Any]:
        """Those of the inferred arguments that a module made for these inputs keeps to when it is called again."""
        return self.sizes(*inputs)

    def output(self, *inputs: Any, **_: Any) -> TensorType:
        """The type of the output. Raises LayerError where torch, in training mode with a batch of two, would raise."""
        raise NotImplementedError

    def parameters(self, *inputs: Any, **_: Any) -> dict[str, tuple[int, ...]]:
        """Names, as in the state_dict, and shapes of the learnable parameters."""
        return {}

    def buffers(self, *inputs: Any, **_: Any) -> dict[str, tuple[int, ...]]:
        """Names and shapes of the persistent buffers; `()` is a scalar."""
        return {}

    def macs(self, *inputs: Any, **_: Any) -> int:
        """Multiply-accumulates of matrix products and convolutions for one example."""
        return 0

    def weight_layers(self, input: int = 0) -> int:
        """How many convolutions and linear layers stand in it, on the longest path from this one of its inputs."""
        return 0

    def windows(self, *inputs: Any, **_: Any) -> Windows:
        """What an element of the output sees, along each of its dimensions; `()`: its own place; None: everything."""
        return ()

    # What the rules of several families share.

    def _values(self) -> dict[str, Any]:
        """The arguments as they are written, by name."""
        return {field.alias or name: getattr(self, name) for name, field in type(self).model_fields.items()}

    @property
    def kind(self) -> str:
        return type(self).__name__

    def per_axis(self, value: int | tuple[int, ...]) -> tuple[int, ...]:
        """A size argument spelled out, one value for each spatial dimension."""
        return value if isinstance(value, tuple) else (value,) * self.dims

    def spatial(self, x: TensorType) -> tuple[int, ...]:
        """The spatial sizes of `x`, which must be channels and `dims` spatial dimensions."""
        if len(x.shape) != 1 + self.dims:
            raise LayerError(
                f"{self.kind} takes channels x {_AXES[self.dims]}, not {format_shape(x.shape)}", rule="input-rank"
            )
        return x.shape[1:]

    def dimension(self, x: TensorType, argument: str, dim: int) -> int:
        """The index in `x.shape` of a dimension that torch counts with the batch, from either end."""
        rank = 1 + len(x.shape)
        if not -rank <= dim < rank:
            raise LayerError(
                f"{argument} {dim} is no dimension of {format_shape(x.shape)}: with the batch it has {rank}",
                rule="argument-value",
                argument=argument,
                help=f"{argument} counts from 1 to {rank - 1}, or from the end: -1 to {1 - rank}" if rank > 1 else None,
            )
        if dim in (0, -rank):
            raise LayerError(
                f"{argument} {dim} is the batch dimension, which {self.kind} must leave alone",
                rule="batch-dimension",
                argument=argument,
                help="dimension 1 is the first after the batch" if rank > 1 else None,
            )
        return dim % rank - 1

    def require_dtype(self, x: TensorType, *dtypes: str) -> None:
        """Refuse an input that has none of these dtypes."""
        if x.dtype not in dtypes:
            sorts = {dtype: sort for sort, group in _SORTS.items() if {*group} <= {*dtypes} for dtype in group}
            wanted = alternatives(dict.fromkeys(sorts.get(dtype, dtype) for dtype in dtypes))
            wanted = f"a {wanted} tensor" if sorts else wanted
            raise LayerError(f"{self.kind} takes {wanted}, not {x.dtype}", rule="dtype")

    def sees_all_along(self, x: TensorType, dim: int) -> Windows:
        """The windows of a kind that works along one dimension of `x`, given by its index."""
        return tuple(WHOLE if other == dim else Window() for other in range(len(x.shape)))

    def refuse_empty(self, x: TensorType, y: TensorType, help: str | None = None) -> TensorType:
        """`y`, the output for `x`, unless it has no elements or less."""
        if any(size < 1 for size in y.shape):
            raise LayerError(
                f"{self.kind} makes an output of {format_shape(y.shape)} from {format_shape(x.shape)}",
                rule="output-size",
                help=help,
            )
        return y

    # How arguments are read.

    @field_validator("*", mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        """Whole floats as integers, lists as tuples; refuses a list that does not fit the axes, and a null to infer."""
        argument = cls.fields()[(info.field_name or "").removesuffix("_")]
        value = plain(value)
        wrong_length = isinstance(value, tuple) and argument.length not in (None, len(value))
        if wrong_length or (value is None and argument.inferred):
            _, sentence = argument.refusal(value)
            raise PydanticCustomError("argument-type", "{sentence}", {"sentence": sentence})
        return value

    @classmethod
    def _complaint(cls, name: str, details: list[Any], value: Any) -> LayerError:
        """What is wrong with an argument; of the several ways that it could be right, one it nearly is."""
        for detail in details:
            if detail["type"] == "extra_forbidden":
                return LayerError(f"{cls.__name__} has no argument {name}", argument=name)
            if detail["type"] == "missing" and len(detail["loc"]) == 1:
                return LayerError(f"{cls.__name__} needs {name}")
            if detail["type"] == "value_error":
                return LayerError(str(detail["ctx"]["error"]), argument=name)
            if "-" in detail["type"]:  # a rule of ours: pydantic's own names have underscores
                return LayerError(detail["msg"], rule=detail["type"], argument=name)
        for detail in details:
            for bound, words in BOUNDS.items():
                if bound in detail.get("ctx", {}):
                    message = f"{name} must be {words} {detail['ctx'][bound]}, not {written(detail['input'])}"
                    return LayerError(message, rule="argument-value", argument=name)
        rule, sentence = cls.fields()[name].refusal(value)
        return LayerError(sentence, rule=rule, argument=name)
