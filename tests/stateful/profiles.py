"""How long the machines run: shortly and always the same, or for a night.

``DAT_STATEFUL=nightly`` draws anew each time, many more and longer matters, and makes
what fails short; Hypothesis prints how the failing one is played again.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_SHORT = settings(
    max_examples=2,
    stateful_step_count=16,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
_NIGHTLY = settings(
    _SHORT,
    max_examples=60,
    stateful_step_count=60,
    derandomize=False,
    phases=[Phase.generate, Phase.shrink],
)
PROFILES = {"short": _SHORT, "nightly": _NIGHTLY}


def profile() -> settings:
    """Return how long the machines run this time."""
    return PROFILES[os.environ.get("DAT_STATEFUL", "short")]
