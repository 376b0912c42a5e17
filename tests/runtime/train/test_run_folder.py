"""The folder of a run: a free name, and a config.yaml that is read back with suspicion."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from archspec.runtime.train import run_folder
from archspec.runtime.train.errors import TrainError
from archspec.runtime.train.options import resolve
from archspec.runtime.train.run_folder import Config, SpecOfRun
from tests.runtime.train.conftest import Run

CONFIG = Config(
    spec=SpecOfRun(file="net.yaml", digest="abc", input=["1x8x8"], set=["classes=10"]),
    options=resolve({"data": "mnist", "lr": 1e-5, "threads": 2}, None),
    versions=run_folder.versions(),
)


def test_next_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_folder.next_folder("Net") == Path("runs/Net-1")
    (tmp_path / "runs" / "Net-1").mkdir(parents=True)
    assert run_folder.next_folder("Net") == Path("runs/Net-2")
    assert not (tmp_path / "runs" / "Net-2").exists()


@pytest.mark.parametrize(
    ("name", "folder"), [("U-Net (padded)", "U-Net_padded_-1"), ("../../etc", "_.._etc-1"), ("/", "_-1"), ("网", "_-1")]
)
def test_name_of_a_network_leads_nowhere_else(name: str, folder: str) -> None:
    path = run_folder.next_folder(name)
    assert path == Path("runs") / folder.lstrip(".")
    assert ".." not in path.parts


def test_config_is_read_as_it_was_written(tmp_path: Path) -> None:
    run_folder.begin(tmp_path / "a" / "b", CONFIG, "model: []")
    assert run_folder.begun(tmp_path / "a" / "b") == CONFIG
    assert (tmp_path / "a" / "b" / "spec.yaml").read_text() == "model: []"
    written = yaml.safe_load((tmp_path / "a" / "b" / "config.yaml").read_text())
    assert (written["options"]["seed"], written["options"]["threads"]) == (0, 2)
    assert written["versions"].keys() == {"archspec", "python", "torch", "torchvision", "lightning"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "config.yaml is not as archspec train writes it (see its beginning)"),
        ("spec: 3", "config.yaml is not as archspec train writes it (see spec)"),
        (yaml.safe_dump({**CONFIG.model_dump(), "extra": 1}), "is not as archspec train writes it (see extra)"),
        (yaml.safe_dump(CONFIG.model_dump()).replace("lr: 1.0e-05", "lr: -1"), "(see options.lr)"),
        ("a: [", "config.yaml is no YAML"),
        ("!!python/object/apply:os.abort []", "config.yaml is no YAML"),
        ("[" * 5000, "config.yaml is no YAML"),
    ],
    ids=["empty", "another form", "another key", "a wrong value", "no YAML", "a tag", "too deep"],
)
def test_config_that_is_none(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "config.yaml").write_text(content)
    with pytest.raises(TrainError) as caught:
        run_folder.begun(tmp_path)
    assert message in str(caught.value)


def test_no_run_to_go_on_with(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r"there is no run in .* to go on with, for it has no config\.yaml"):
        run_folder.begun(tmp_path)


class TestUnused:
    def test_new_or_empty(self, tmp_path: Path) -> None:
        run_folder.check_unused(tmp_path)
        run_folder.check_unused(tmp_path / "new")

    def test_a_run(self, tmp_path: Path) -> None:
        run_folder.begin(tmp_path, CONFIG, "")
        with pytest.raises(TrainError, match="is not empty: --resume goes on with its run, another --out begins one"):
            run_folder.check_unused(tmp_path)

    def test_something_else(self, tmp_path: Path) -> None:
        (tmp_path / "photo.jpg").touch()
        with pytest.raises(TrainError, match="is not empty: name another folder with --out"):
            run_folder.check_unused(tmp_path)

    def test_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(TrainError, match="file is no folder: name another folder with --out"):
            run_folder.check_unused(tmp_path / "file")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TrainError, match=r"file.* cannot be written: Not a directory; name another folder with --out"):
        run_folder.begin(tmp_path / "file" / "run", CONFIG, "")


TEMPORARY = ".archspec-0123456789abcdef.tmp"


def test_what_a_killed_run_left_half_written_is_taken_away(tmp_path: Path) -> None:
    checkpoints = tmp_path / run_folder.CHECKPOINTS
    checkpoints.mkdir()
    for place in (tmp_path, checkpoints):
        (place / TEMPORARY).write_bytes(b"half a checkpoint")
    (checkpoints / "last.ckpt").write_bytes(b"whole")
    (tmp_path / run_folder.CONFIG).write_text("x")
    run_folder.tidied(tmp_path)
    assert [path.name for path in checkpoints.iterdir()] == ["last.ckpt"]
    assert {path.name for path in tmp_path.iterdir()} == {run_folder.CONFIG, run_folder.CHECKPOINTS}


def test_a_run_that_was_killed_before_it_began_leaves_its_folder_to_the_next(tmp_path: Path) -> None:
    (tmp_path / run_folder.CHECKPOINTS).mkdir()
    (tmp_path / TEMPORARY).write_bytes(b"half a config")
    run_folder.tidied(tmp_path)
    run_folder.check_unused(tmp_path)


def test_a_run_tidies_when_it_starts_and_when_it_goes_on(tiny: Path, idx: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (folder / run_folder.CHECKPOINTS).mkdir(parents=True)
    for options in (["--epochs", 1], ["--resume"]):
        (folder / run_folder.CHECKPOINTS / TEMPORARY).write_bytes(b"half")
        assert Run(tiny, idx, folder, *options).result.exit_code == 0
        assert {path.name for path in (folder / run_folder.CHECKPOINTS).iterdir()} == {"last.ckpt", "best.ckpt"}
