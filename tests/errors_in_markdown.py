"""Reads tests/errors/*.md: broken specs, each beside what `archspec check` says of it.

A file is called after the rule that its specs break. A section, under a `##` title, is a case:

- `yaml` blocks are the files of the case; the word behind `yaml` is the file's name, `spec.yaml` if there is none.
  A `bytes` block is a file, too, with \\xNN in it for a byte;
- a `sh` block is the command; `archspec check spec.yaml`, or whichever file stands first, if there is none;
- the `text` block is what the command prints;
- `yaml fixed` blocks are what `--fix` makes of the files that it changes.

`make docs` writes the last two anew, for a person to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "errors"
DEFAULT_FILE = "spec.yaml"

_BLOCK = re.compile(r"^```(\w+)(?: ([^\n]*))?\n(.*?)^```$\n?", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(slots=True)
class Case:
    """A section of a file of errors."""

    rule: str
    title: str
    words: str
    """What stands between the title and the blocks."""
    files: dict[str, bytes] = field(default_factory=dict)
    command: str = ""
    text: str = ""
    fixed: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule}: {self.title}"

    def arguments(self) -> list[str]:
        """The words of the command behind `archspec`."""
        return self.command.split()[1:] if self.command else ["check", next(iter(self.files))]

    def write(self, folder: Path) -> None:
        """Make the files of the case."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.md"))


def cases() -> list[Case]:
    return [case for path in files() for case in read(path)]


def read(path: Path) -> Iterator[Case]:
    """The cases of a file."""
    _, *sections = _SECTION.split(path.read_text())
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        case = Case(path.stem, title, _BLOCK.sub("", body).strip())
        for language, name, content in _BLOCK.findall(body):
            _add(case, language, name, content)
        yield case


def _add(case: Case, language: str, name: str, content: str) -> None:
    match language:
        case "yaml" if name.startswith("fixed"):
            case.fixed[name.removeprefix("fixed").strip() or DEFAULT_FILE] = content
        case "yaml":
            case.files[name or DEFAULT_FILE] = content.encode()
        case "bytes":
            case.files[name or DEFAULT_FILE] = content.encode("ascii").decode("unicode_escape").encode("latin-1")
        case "sh":
            case.command = content.strip()
        case "text":
            case.text = content
        case _:
            raise ValueError(f"{case}: a block of {language}")


def update(path: Path, new: list[Case]) -> None:
    """Write what the commands print, and what the fixes make, into a file; all else stays."""
    head, *sections = _SECTION.split(path.read_text())
    pieces = [head]
    for title, body, case in zip(sections[::2], sections[1::2], new, strict=True):
        kept = [
            f"```{language}{f' {name}' if name else ''}\n{content}```\n"
            for language, name, content in _BLOCK.findall(body)
            if language != "text" and not name.startswith("fixed")
        ]
        made = [f"```text\n{case.text}```\n"]
        for name, content in case.fixed.items():
            made.append(f"```yaml fixed{'' if name == DEFAULT_FILE else f' {name}'}\n{content}```\n")
        words = f"{case.words}\n\n" if case.words else ""
        pieces.append(f"## {title}\n\n{words}" + "\n".join(kept + made) + "\n")
    path.write_text("".join(pieces).rstrip() + "\n")
