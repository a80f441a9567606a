"""Settings for all tests."""

import os
import signal
import threading

import pytest
from hypothesis import settings

# Tensors are small here and tests run side by side: threads of torch's own would only wait for each other. It is read
# when torch is imported, and inherited by the processes that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A job in the background ignores interrupts, and so would the processes that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A push must not fail on an example that nobody has seen. At one's desk, let hypothesis look for new ones.
settings.register_profile("ci", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the surroundings say of the terminal is up to each test; runs side by side say how wide theirs is."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ARCHSPEC_DEBUG"):
        monkeypatch.delenv(name, raising=False)
