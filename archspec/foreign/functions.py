"""torch's functions and methods: the kind that each is here, and the arguments after its tensor, in torch's order."""

from __future__ import annotations

_POOL = "kernel_size stride padding"
_DIMS = ("1d", "2d", "3d")

FUNCTIONS: dict[str, str] = {
    "relu": "ReLU inplace",
    "relu_": "ReLU",
    "relu6": "ReLU6 inplace",
    "elu": "ELU alpha inplace",
    "celu": "CELU alpha inplace",
    "selu": "SELU inplace",
    "gelu": "GELU approximate",
    "silu": "SiLU inplace",
    "swish": "SiLU",
    "mish": "Mish inplace",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "softplus": "Softplus beta threshold",
    "softsign": "Softsign",
    "logsigmoid": "LogSigmoid",
    "tanhshrink": "Tanhshrink",
    "hardshrink": "Hardshrink lambd",
    "softshrink": "Softshrink lambd",
    "hardtanh": "Hardtanh min_val max_val inplace",
    "hardswish": "Hardswish inplace",
    "hardsigmoid": "Hardsigmoid inplace",
    "leaky_relu": "LeakyReLU negative_slope inplace",
    "rrelu": "RReLU lower upper _training inplace",
    "threshold": "Threshold threshold value inplace",
    "prelu": "PReLU _weight",
    "glu": "GLU dim",
    "softmax": "Softmax dim __stacklevel _dtype",
    "softmin": "Softmin dim __stacklevel _dtype",
    "log_softmax": "LogSoftmax dim __stacklevel _dtype",
    "dropout": "Dropout p _training inplace",
    "alpha_dropout": "AlphaDropout p _training inplace",
    "feature_alpha_dropout": "FeatureAlphaDropout p _training inplace",
    **{f"dropout{n}": f"Dropout{n} p _training inplace" for n in _DIMS},
    **{f"max_pool{n}": f"MaxPool{n} {_POOL} dilation ceil_mode return_indices" for n in _DIMS},
    "avg_pool1d": f"AvgPool1d {_POOL} ceil_mode count_include_pad",
    **{f"avg_pool{n}": f"AvgPool{n} {_POOL} ceil_mode count_include_pad divisor_override" for n in _DIMS[1:]},
    **{f"adaptive_avg_pool{n}": f"AdaptiveAvgPool{n} output_size" for n in _DIMS},
    **{f"adaptive_max_pool{n}": f"AdaptiveMaxPool{n} output_size return_indices" for n in _DIMS},
    **{f"lp_pool{n}": f"LPPool{n} norm_type kernel_size stride ceil_mode" for n in _DIMS},
    **{f"conv{n}": f"Conv{n} _weight _bias stride padding dilation groups" for n in _DIMS},
    **{f"conv_transpose{n}": f"ConvTranspose{n} _w _b stride padding output_padding groups dilation" for n in _DIMS},
    "linear": "Linear _weight _bias",
    "embedding": "Embedding _weight padding_idx max_norm norm_type scale_grad_by_freq sparse",
    "batch_norm": "BatchNorm2d _running_mean _running_var _weight _bias _training momentum eps",
    "instance_norm": "InstanceNorm2d _running_mean _running_var _weight _bias _use_input_stats momentum eps",
    "layer_norm": "LayerNorm normalized_shape _weight _bias eps",
    "group_norm": "GroupNorm num_groups _weight _bias eps",
    "rms_norm": "RMSNorm normalized_shape _weight eps",
    "local_response_norm": "LocalResponseNorm size alpha beta k",
    "interpolate": "Upsample size scale_factor mode align_corners recompute_scale_factor _antialias",
    "upsample": "Upsample size scale_factor mode align_corners",
    "upsample_nearest": "UpsamplingNearest2d size scale_factor",
    "upsample_bilinear": "UpsamplingBilinear2d size scale_factor",
    "pixel_shuffle": "PixelShuffle upscale_factor",
    "pixel_unshuffle": "PixelUnshuffle downscale_factor",
    "channel_shuffle": "ChannelShuffle groups",
    "unfold": "Unfold kernel_size dilation padding stride",
    "fold": "Fold output_size kernel_size dilation padding stride",
    "mean": "Mean dim keepdim _dtype",
    "unflatten": "Unflatten dim unflattened_size",
    "stochastic_depth": "StochasticDepth p mode _training",
    "squeeze_excitation": "SqueezeExcitation squeeze_channels",
}
"""An argument after `_` is one that a spec does not say."""

PADS = {"constant": "ConstantPad2d", "reflect": "ReflectionPad2d", "replicate": "ReplicationPad2d"}
PADS |= {"circular": "CircularPad2d"}
"""What F.pad is, by its mode."""

NOTHING = frozenset({"contiguous", "clone", "detach", "to", "float", "cuda", "cpu", "double", "half", "type_as"})
"""What changes no value, and is left out."""

_LOSS = "a loss is no part of the network: it belongs to what trains it"
_MATMUL = "attention is MultiheadAttention, and a product with learnable weights is Linear"
REASONS = {
    **dict.fromkeys(("matmul", "bmm", "einsum", "mm", "baddbmm", "scaled_dot_product_attention"), _MATMUL),
    **dict.fromkeys(
        (
            *("cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "kl_div"),
            *("binary_cross_entropy", "binary_cross_entropy_with_logits", "triplet_margin_loss", "CrossEntropyLoss"),
            *("MSELoss", "BCELoss", "BCEWithLogitsLoss", "L1Loss", "NLLLoss", "SmoothL1Loss", "HuberLoss", "KLDivLoss"),
        ),
        _LOSS,
    ),
    "stack": "concat joins along a dimension that is there; an Unflatten before it makes one",
    **dict.fromkeys(
        ("from_pretrained", "create_model", "get_model", "hub"),
        "a spec lists the layers of a network; `extends: base.yaml` starts from another spec",
    ),
    "DataParallel": "name the network in it: a spec does not say where it runs",
}
"""What there is to say of functions that are no node."""
