"""The words of other programs, and what they are called here."""

from __future__ import annotations

KINDS = {
    **dict.fromkeys(("dense", "fc", "fullyconnected", "innerproduct", "affine", "gemm", "densebatch"), "Linear"),
    "nondynamicallyquantizablelinear": "Linear",
    **dict.fromkeys(("concatenate", "cat", "merge", "depthconcat", "parallel"), "concat"),
    **dict.fromkeys(
        ("globalaveragepooling", "globalavgpool", "globalaveragepool", "globalpooling", "gap"), "AdaptiveAvgPool2d: 1"
    ),
    **dict.fromkeys(("globalmaxpooling", "globalmaxpool"), "AdaptiveMaxPool2d: 1"),
    **dict.fromkeys(("averagepooling", "averagepool", "meanpooling", "avgpooling"), "AvgPool2d"),
    **dict.fromkeys(("maxpooling", "pooling"), "MaxPool2d"),
    **dict.fromkeys(("convolution", "convolutional"), "Conv2d"),
    **dict.fromkeys(("deconvolution", "deconv", "transposeconv", "upconv"), "ConvTranspose2d"),
    **dict.fromkeys(("batchnormalization", "spatialbatchnorm", "bn"), "BatchNorm2d"),
    "layernormalization": "LayerNorm",
    "groupnormalization": "GroupNorm",
    "instancenormalization": "InstanceNorm2d",
    "lrn": "LocalResponseNorm",
    "zeropadding": "ZeroPad2d",
    **dict.fromkeys(("upsampling", "resize", "interpolate"), "Upsample"),
    **dict.fromkeys(("skip", "shortcut", "skipconnection"), "residual"),
    "swish": "SiLU",
    "sum": "add",
    "eltwise": "add",
    "mul": "multiply",
    "simplernn": "RNN",
    "view": "Reshape",
    "squeeze": "Flatten",
    "unsqueeze": "Unflatten",
    "transpose": "Permute",
    "seq": "sequential",
    "spatialdropout": "Dropout2d",
    "depthtospace": "PixelShuffle",
    "positionembedding": "Parameter",
    **dict.fromkeys(("convbnrelu", "convbnact", "convbnactivation", "conv2dnormactivation"), "ConvNormActivation"),
    **dict.fromkeys(("resblock", "residualblock", "resnetblock"), "BasicBlock"),
    **dict.fromkeys(("mbconv", "invertedresidualblock"), "InvertedResidual"),
    **dict.fromkeys(("seblock", "selayer", "semodule", "squeezeexcite"), "SqueezeExcitation"),
    **dict.fromkeys(("selfattention", "multiheadselfattention", "attention"), "MultiheadAttention"),
    **dict.fromkeys(("inceptionblock", "inceptionmodule"), "Inception"),
    "firemodule": "Fire",
}
"""Kinds of other frameworks, without 1D, 2D, 3D, in small letters."""

INSTEAD = {
    **dict.fromkeys(
        ("activation", "act", "act_type", "nonlinearity", "activations"),
        "an activation is a node of its own: write ReLU, or another, as the next node",
    ),
    **dict.fromkeys(
        ("input", "inputlayer", "input_layer", "placeholder"),
        "what enters stands at the top of the document: `input: 3x224x224`",
    ),
    **dict.fromkeys(
        ("input_shape", "batch_input_shape", "batch_shape", "input_length"),
        "what enters stands at the top of the document, without the batch: `input: 3x224x224`",
    ),
    **dict.fromkeys(
        (
            *("kernel_initializer", "bias_initializer", "initializer", "weight_filler", "bias_filler", "init"),
            *("weight_init", "recurrent_initializer", "embeddings_initializer", "w_init", "kernel_init", "init_cfg"),
        ),
        "leave it out: a spec says how the layers are connected, and weights begin as torch has it; "
        "a recipe may say `train: {init: kaiming_normal}`",
    ),
    **dict.fromkeys(
        ("kernel_regularizer", "bias_regularizer", "activity_regularizer", "regularizer", "l2", "weight_decay"),
        "leave it out: weight decay belongs to training, `train: {weight_decay: 1e-4}`",
    ),
    **dict.fromkeys(("data_format", "layout"), "leave it out: channels come first, as in torch"),
    **dict.fromkeys(
        ("trainable", "requires_grad", "frozen_stages", "norm_eval"),
        "leave it out: what is trained is for the training to say",
    ),
    **dict.fromkeys(("loss", "criterion", "loss_decode", "loss_cls"), "leave it out: a loss belongs to training"),
    **dict.fromkeys(("device", "dtype"), "leave it out: `archspec.build(spec, device=...)` says where the weights are"),
    **dict.fromkeys(("num_repeats", "repeats", "number", "n_times"), "`repeat: 3` stands beside the kind"),
    "return_sequences": "leave it out: an LSTM, GRU or RNN gives every step; `output: last` gives the last one only",
    "return_state": "leave it out: `output: hidden` gives the last state of an LSTM, GRU or RNN",
    "lambda": "a spec holds no code: Flatten, Reshape, Permute, Select and Slice move the elements",
    "keep_prob": "write `p`, the share that is dropped: 1 - keep_prob",
    "no_bias": "write `bias: false`",
    "batch_size": "leave it out: shapes are written without the batch",
}
"""What is no kind of its own here, nor an argument, and what to do instead."""

SAME = {
    **dict.fromkeys(("filters", "num_filter", "num_filters", "n_filters"), ("out_channels",)),
    **dict.fromkeys(("num_output", "num_outputs"), ("out_channels", "out_features")),
    **dict.fromkeys(("units", "num_hidden", "n_units", "num_units"), ("out_features", "hidden_size")),
    **dict.fromkeys(("nout", "n_out", "out_dim", "d_out", "dim_out"), ("out_features", "out_channels")),
    **dict.fromkeys(("nin", "n_in", "in_dim", "d_in", "dim_in", "input_units"), ("in_features", "in_channels")),
    **dict.fromkeys(("output_dim", "emb_dim", "embedding_size", "embed_size"), ("embedding_dim", "embed_dim")),
    "embed_dim": ("embedding_dim",),
    **dict.fromkeys(("vocab_size", "input_dim", "n_vocab", "num_tokens"), ("num_embeddings",)),
    **dict.fromkeys(("pool_size", "kernel_shape", "ksize", "kernel"), ("kernel_size",)),
    **dict.fromkeys(("strides", "subsample"), ("stride",)),
    **dict.fromkeys(("pads", "pad_width"), ("padding",)),
    **dict.fromkeys(("dilations", "dilation_rate", "atrous_rate"), ("dilation",)),
    **dict.fromkeys(("group", "num_group"), ("groups",)),
    **dict.fromkeys(("dropout_ratio", "drop_rate", "dropout_rate", "drop_prob", "rate"), ("p", "dropout")),
    **dict.fromkeys(("epsilon", "layer_norm_epsilon"), ("eps",)),
    **dict.fromkeys(("use_bias", "bias_term", "with_bias"), ("bias",)),
    **dict.fromkeys(("n_heads", "heads", "num_attention_heads", "n_head", "nheads"), ("num_heads", "nhead")),
    **dict.fromkeys(("local_size", "depth_radius"), ("size",)),
    **dict.fromkeys(("intermediate_size", "d_ff", "ffn_dim", "mlp_dim"), ("dim_feedforward",)),
    **dict.fromkeys(("interpolation", "interp"), ("mode",)),
    "axis": ("dim",),
    "block": ("upscale_factor",),
}
"""Arguments of other frameworks that mean just what these mean here, where the kind has them."""

LIKE = {
    **dict.fromkeys(("channels", "depth", "width", "planes", "out_planes"), ("out_channels",)),
    **dict.fromkeys(("out", "output", "c_out", "cout", "output_size"), ("out_channels", "out_features")),
    **dict.fromkeys(("neurons", "hidden", "size", "output_dim"), ("out_features",)),
    **dict.fromkeys(("size", "k", "ks"), ("kernel_size",)),
    **dict.fromkeys(("pad", "p"), ("padding",)),
    "s": ("stride",),
    "d": ("dilation",),
    "g": ("groups",),
    **dict.fromkeys(("alpha", "slope"), ("negative_slope",)),
    **dict.fromkeys(("factor", "scale", "scales"), ("scale_factor", "upscale_factor")),
    **dict.fromkeys(("in_planes", "inplanes", "c_in", "cin"), ("in_channels",)),
    "in": ("in_channels", "in_features"),
    **dict.fromkeys(("dropout_prob", "prob"), ("p", "dropout")),
}
"""Arguments of other frameworks, and what may be meant by them here."""

BY_HEIGHT = {
    **dict.fromkeys(("kernel_h", "kernel_w"), "kernel_size: [height, width]"),
    **dict.fromkeys(("stride_h", "stride_w"), "stride: [height, width]"),
    **dict.fromkeys(("pad_h", "pad_w"), "padding: [height, width]"),
}
"""Arguments that stand once an axis elsewhere."""

COMMON = {
    **dict.fromkeys(("if", "condition", "only_if", "enabled"), "when"),
    **dict.fromkeys(("foreach", "loop", "for_each"), "for"),
    **dict.fromkeys(("times", "count", "n_times", "num_repeats", "repeats", "number", "num_blocks", "n"), "repeat"),
    **dict.fromkeys(("inputs", "input", "bottom", "bottoms", "source", "inbound_nodes", "input_layers"), "from"),
    **dict.fromkeys(("id", "label", "alias", "layer_name", "top"), "name"),
    **dict.fromkeys(("output_shape", "out_shape", "assert_shape"), "shape"),
}
"""What stands beside a kind elsewhere, and what it is called here."""

VALUES = {
    **{
        ("same", word): f"write a number, and `padding_mode: {word}` beside it"
        for word in ("reflect", "replicate", "circular", "zeros")
    },
    **{("same", word): "write a number, or [height, width]" for word in ("full", "causal", "auto")},
    ("bicubic", "cubic"): "write bicubic",
    **{("nearest", word): "write nearest" for word in ("nn", "neighbor", "nearest_neighbor")},
}
"""Words that an argument has elsewhere, each beside one of those that it has here."""

KIND_KEYS = ("type", "class", "class_name", "kind", "layer", "module", "op", "_target_", "class_path", "layer_type")
"""Keys that hold the kind of a node elsewhere."""
ARGUMENTS_KEYS = ("args", "arguments", "params", "parameters", "config", "kwargs", "_args_", "init_args", "options")
"""Keys beside them that hold its arguments."""
NOTATIONS = {"_target_": "Hydra's notation", "class_path": "Lightning's notation", "class_name": "Keras' notation"}
"""Whose notation it is, where one of these keys holds the kind."""

LIKELY = {
    "conv": "Conv2d: {out_channels: ..., kernel_size: ...}",
    "downsample": "Conv2d: {out_channels: ..., kernel_size: 1}",
    "shortcut": "Conv2d: {out_channels: ..., kernel_size: 1}",
    "fc": "Linear: ...",
    "linear": "Linear: ...",
    "lin": "Linear: ...",
    "classifier": "Linear: ...",
    "head": "Linear: ...",
    "out": "Linear: ...",
    "dense": "Linear: ...",
    "bn": "BatchNorm2d",
    "batch": "BatchNorm2d",
    "norm": "LayerNorm",
    "ln": "LayerNorm",
    "pool": "MaxPool2d: ...",
    "maxpool": "MaxPool2d: ...",
    "avgpool": "AdaptiveAvgPool2d: 1",
    "drop": "Dropout: ...",
    "dropout": "Dropout: ...",
    "relu": "ReLU",
    "act": "ReLU",
    "flatten": "Flatten",
    "embed": "Embedding: {num_embeddings: ..., embedding_dim: ...}",
    "embedding": "Embedding: {num_embeddings: ..., embedding_dim: ...}",
    "lstm": "LSTM: ...",
    "gru": "GRU: ...",
    "attn": "MultiheadAttention: ...",
    "attention": "MultiheadAttention: ...",
    "softmax": "Softmax",
    "up": "Upsample: 2",
}
"""What a module is by the name that it has in the source of a network."""

KERAS = {
    "dense": "units activation use_bias",
    "conv": "filters kernel_size strides padding",
    "convtranspose": "filters kernel_size strides padding",
    "maxpooling": "pool_size strides padding",
    "averagepooling": "pool_size strides padding",
    "dropout": "rate",
    "embedding": "input_dim output_dim",
    "lstm": "units activation",
    "gru": "units activation",
    "simplernn": "units activation",
    "zeropadding": "padding",
    "upsampling": "scale_factor",
    "batchnormalization": "",
    "flatten": "",
}
"""The first arguments of a layer, without 1D, 2D, 3D, in Keras' order."""
UNLIKE = frozenset({"momentum", "dtype", "name"})
"""Arguments that mean something else there: a momentum of 0.99 is torch's 0.01."""
ACTIVATIONS = dict(
    pair.split()
    for pair in (
        *("relu ReLU", "relu6 ReLU6", "elu ELU", "selu SELU", "gelu GELU", "silu SiLU", "swish SiLU", "mish Mish"),
        *("sigmoid Sigmoid", "hard_sigmoid Hardsigmoid", "tanh Tanh", "softmax Softmax", "log_softmax LogSoftmax"),
        *("softplus Softplus", "softsign Softsign", "leaky_relu LeakyReLU"),
    )
)
"""The values of `activation`, and the kinds that they are."""
