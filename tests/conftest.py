"""What every test stands on."""

import os

from hypothesis import settings

# The tests run in parallel: one thread each. Read when torch is first imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
