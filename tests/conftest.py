"""What every test stands on."""

import os

import pytest
from hypothesis import settings

from tests import fast
from tests import golden as goldens

# The tests run in parallel: one thread each. Read when torch is first imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    fast.WHOLE = "not slow" not in config.getoption("markexpr")


@pytest.fixture(scope="session")
def golden() -> goldens.Golden:
    """Holds a file to what there is now: `golden(path, now)`."""
    return goldens.hold


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """An update runs what writes golden files, and nothing else."""
    kept = [test for test in items if (goldens.writes(test) if goldens.UPDATE else not goldens.only_writes(test))]
    chosen = set(kept)
    config.hook.pytest_deselected(items=[test for test in items if test not in chosen])
    items[:] = kept
