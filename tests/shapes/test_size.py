"""A size is the integer that it is the value of, and remembers how it was made and what was relied on."""

import copy
import math
import pickle

import pytest

from archspec.shapes.size import Recorder, Size, expression_of


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def height(recorder: Recorder) -> Size:
    return Size(224, "H", recorder)


def relied_on(recorder: Recorder) -> list[str]:
    return [f"{'' if c.holds else 'not '}{c.difference} {c.relation} 0" for c in recorder.comparisons]


def test_is_an_integer(height: Size) -> None:
    assert height == 224
    assert hash(height) == hash(224)
    assert {224: "found"}[height] == "found"
    assert f"{height} {height!r} {height:>5}" == "224 224   224"


def test_is_pickled_as_the_integer_and_copied_as_itself(height: Size) -> None:
    assert type(pickle.loads(pickle.dumps(height))) is int
    assert copy.deepcopy([height])[0] is height


@pytest.mark.parametrize(
    ("made", "text", "value"),
    [
        (lambda h: (h + 2 * 3 - 7) // 2 + 1, "(H + 1) // 2", 112),
        (lambda h: -(-h // 2), "(H + 1) // 2", 112),
        (lambda h: 3 + h, "H + 3", 227),
        (lambda h: 500 - h, "500 - H", 276),
        (lambda h: divmod(h, 100)[1], "H - 100 * (H // 100)", 24),
        (lambda h: math.prod((64, h, h)), "64 * H * H", 64 * 224 * 224),
        (lambda h: sum([h, h, 1]), "2 * H + 1", 449),
        (lambda h: h**2, "H * H", 224**2),
        (lambda h: min(h, 2 * h), "H", 224),
        (lambda h: max([7, h]), "H", 224),
        (lambda h: abs(h - 300), "300 - H", 76),
        (lambda h: round(h), "H", 224),
        (math.floor, "H", 224),
        (math.trunc, "H", 224),
        (lambda h: h.scaled(0.7), "int(H * 0.7)", 156),
        (lambda h: h if h else 1, "H", 224),
    ],
)
def test_arithmetic(height: Size, made: object, text: str, value: int) -> None:
    size = made(height)  # type: ignore[operator]
    assert size == value
    assert str(expression_of(size)) == text


def test_is_a_plain_number_where_nothing_varies(height: Size) -> None:
    assert type(height - height) is int
    assert type((2 * height) % 2) is int


@pytest.mark.parametrize(
    ("compare", "outcome", "noted"),
    [
        (lambda h: h < 1, False, "not H - 1 < 0"),
        (lambda h: h > 1, True, "1 - H < 0"),
        (lambda h: h <= 224, True, "not 224 - H < 0"),
        (lambda h: h >= 300, False, "H - 300 < 0"),
        (lambda h: h < 300, True, "H - 300 < 0"),
        (lambda h: h == 224, True, "H - 224 == 0"),
        (lambda h: h != 7, True, "not H - 7 == 0"),
        (lambda h: h in (1, 2), False, "not H - 1 == 0, not H - 2 == 0"),
        (lambda h: (3, h) == (3, 112), False, "not H - 112 == 0"),
        (lambda h: bool(h % 32), False, "H - 32 * (H // 32) == 0"),
        (lambda h: h < 225, True, "H - 225 < 0"),
    ],
)
def test_comparisons_are_noted(recorder: Recorder, height: Size, compare: object, outcome: bool, noted: str) -> None:
    assert compare(height) is outcome  # type: ignore[operator]
    assert ", ".join(relied_on(recorder)) == noted


def test_what_is_so_for_every_value_is_not_noted(recorder: Recorder, height: Size) -> None:
    assert height // 2 * 2 == 2 * (height // 2)
    assert height < height + 1
    assert not relied_on(recorder)


@pytest.mark.parametrize(
    "lose", [lambda h: h * 0.5, lambda h: h / 2, lambda h: float(h), int, lambda h: h**0.5, lambda h: h < 0.5]
)
def test_a_size_that_becomes_a_plain_number_is_noted_with_its_value(
    recorder: Recorder, height: Size, lose: object
) -> None:
    assert not isinstance(lose(height), Size)  # type: ignore[operator]
    assert relied_on(recorder) == ["H - 224 == 0"]


def test_an_expression_that_grows_too_large_is_lost_and_noted(recorder: Recorder, height: Size) -> None:
    size = 3 * height
    for _ in range(1_000):
        size = (3 * size + 1) // 5
        size = size + 100
    assert type(size) is int
    (comparison,) = recorder.comparisons
    assert comparison.at({"H": 224})


def test_the_place_of_the_first_comparison_is_kept(recorder: Recorder, height: Size) -> None:
    for place in ("conv1", "conv2"):
        recorder.place = place
        assert height > 2
    assert list(recorder.comparisons.values()) == ["conv1"]


def test_comparisons_tell_for_which_values_they_come_out_the_same(recorder: Recorder, height: Size) -> None:
    assert not height % 32
    (comparison,) = recorder.comparisons
    assert [n for n in range(1, 100) if comparison.at({"H": n})] == [32, 64, 96]


def test_a_size_without_a_recorder_notes_nothing() -> None:
    channels = Size(64, "channels")
    assert channels > 3
    assert str(expression_of(2 * channels)) == "2 * channels"
