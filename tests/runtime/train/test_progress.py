"""What a person and what a script sees."""

from __future__ import annotations

import json
import math

import pytest

from archspec.runtime.train import progress

FACTS = {
    "name": "Net",
    "parameters": 44878,
    "input": "1x28x28",
    "data": "mnist",
    "train_examples": 60000,
    "test_examples": 10000,
    "optimizer": "sgd",
    "lr": 1.0,
    "batch_size": 256,
    "epochs": 10,
    "device": "2 threads of the cpu",
    "out": "runs/Net-1",
    "resumed": False,
}
ROW = {
    "epoch": 1,
    "train_loss": 0.72536,
    "train_acc": 0.7394,
    "test_loss": 0.66223,
    "test_acc": 0.7441,
    "seconds": 6.192,
    "samples_per_second": 10148.7,
}
DONE = {"epochs": 1, "best_epoch": 1, "best_test_acc": 0.7441, "weights": "runs/Net-1/model.safetensors"}
LINES = """\
Net, 44,878 parameters, input 1x28x28
mnist, 60,000 images to train on, 10,000 to test on
sgd, learning rate 1, batches of 256, 10 epochs, on 2 threads of the cpu
into runs/Net-1

epoch  train loss  train acc  test loss  test acc  seconds  samples/s
    1      0.7254     0.7394     0.6622    0.7441      6.2     10,149

best test accuracy 0.7441, in epoch 1
the weights of the last epoch: runs/Net-1/model.safetensors
"""


def tell(shown: progress.Progress) -> None:
    shown.start(FACTS)
    shown.step(1, 100, 235)
    shown.epoch(ROW)
    shown.done(DONE)


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    tell(progress.Lines())
    assert capsys.readouterr() == (LINES, "")


def test_run_that_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    progress.Lines().start({**FACTS, "resumed": True})
    assert "\ngoing on in runs/Net-1\n" in capsys.readouterr().out


def test_bar_is_on_standard_error_and_gone_after_the_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    tell(progress.Bar())
    out, err = capsys.readouterr()
    assert out == LINES
    assert err == f"\r    1  {'█' * 10}{'·' * 14}  100 of 235\r\033[K"


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    tell(progress.Json())
    out, err = capsys.readouterr()
    events = [json.loads(line) for line in out.splitlines()]
    assert events == [{"event": "start", **FACTS}, {"event": "epoch", **ROW}, {"event": "done", **DONE}]
    assert err == ""


def test_json_has_no_nan(capsys: pytest.CaptureFixture[str]) -> None:
    progress.Json().epoch({**ROW, "train_loss": math.nan, "test_loss": math.inf})
    event = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert (event["train_loss"], event["test_loss"]) == (None, None)


def test_silent(capsys: pytest.CaptureFixture[str]) -> None:
    tell(progress.Silent())
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("loss", "shown"), [(0.0, "0.0000"), (999.9, "999.9000"), (5.73e29, "5.73e+29"), (math.nan, "nan")]
)
def test_losses_keep_the_columns(capsys: pytest.CaptureFixture[str], loss: float, shown: str) -> None:
    progress.Lines().epoch({**ROW, "train_loss": loss})
    line = capsys.readouterr().out
    assert line.split()[1] == shown
    assert len(line) == len(LINES.splitlines()[6]) + 1
