"""Runs lenet5.onnx without PyTorch's help, and compares it with the module that it came from."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch

import archspec

SPEC = Path(__file__).parents[2] / "specs" / "lenet5.yaml"

session = onnxruntime.InferenceSession("lenet5.onnx")
(given,) = session.get_inputs()
print(f"{given.name} is {given.shape} of {given.type}")

images = np.random.default_rng(0).normal(size=(7, 1, 32, 32)).astype(np.float32)  # any number of images
(scores,) = session.run(None, {given.name: images})
print(f"7 images give {scores.shape}")

net = archspec.build(SPEC, weights="lenet5.safetensors").eval()
with torch.no_grad():
    expected = net(torch.from_numpy(images)).numpy()
print(f"as PyTorch computes them: {np.allclose(scores, expected, atol=1e-5)}")
