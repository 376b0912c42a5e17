"""Specs of many files."""

from __future__ import annotations

from pathlib import Path


def diamond(folder: Path, levels: int) -> Path:
    """Two files a level, of which each imports both of the level below: 2^levels ways lead to the last."""
    for level in range(levels + 1):
        for side in "ab":
            imports = f"import: [a{level - 1}.yaml, b{level - 1}.yaml]\n" if level else ""
            text = f"{imports}blocks: {{{side.upper()}{level}: {{body: [ReLU]}}}}\n"
            (folder / f"{side}{level}.yaml").write_text(text)
    return _spec(folder, [f"a{levels}", f"b{levels}"], f"A{levels}")


def tiny(folder: Path, count: int) -> Path:
    """Many files of one block."""
    for i in range(count):
        (folder / f"f{i}.yaml").write_text(f"blocks: {{B{i}: {{body: [ReLU]}}}}\n")
    return _spec(folder, [f"f{i}" for i in range(count)], "B1")


def large(folder: Path, count: int, size: int) -> Path:
    """Files of much text each."""
    for i in range(count):
        (folder / f"f{i}.yaml").write_text(f"blocks: {{B{i}: {{body: [ReLU]}}}}\n" + "#" * size + "\n")
    return _spec(folder, [f"f{i}" for i in range(count)], "B1")


def dense(folder: Path, count: int) -> Path:
    """Files of which each imports all before it."""
    for i in range(count):
        imports = f"import: [{', '.join(f'f{j}.yaml' for j in range(i))}]\n" if i else ""
        (folder / f"f{i}.yaml").write_text(f"{imports}blocks: {{B{i}: {{body: [ReLU]}}}}\n")
    return _spec(folder, [f"f{count - 1}"], f"B{count - 1}")


def variants(folder: Path, count: int) -> Path:
    """Files that extend one another in a row, and a base of many params."""
    params = ", ".join(f"p{i}: 8" for i in range(1_000))
    (folder / "f0.yaml").write_text(f"input: 8\nparams: {{{params}}}\nmodel: [Linear: p0]\n")
    for i in range(1, count):
        (folder / f"f{i}.yaml").write_text(f"extends: f{i - 1}.yaml\nparams: {{p{i % 1000}: 9}}\n")
    return folder / f"f{count - 1}.yaml"


def _spec(folder: Path, imports: list[str], kind: str) -> Path:
    path = folder / "spec.yaml"
    path.write_text(f"input: 3x8x8\nimport: [{', '.join(f'{name}.yaml' for name in imports)}]\nmodel: [{kind}]\n")
    return path


FOLDERS = {
    "a diamond of 25 levels": lambda folder: diamond(folder, 25),
    "20,000 tiny files": lambda folder: tiny(folder, 20_000),
    "40 files of 15 MiB": lambda folder: large(folder, 40, 15 * 2**20),
    "150 files that import all before them": lambda folder: dense(folder, 150),
    "190 files in a row": lambda folder: variants(folder, 190),
}
