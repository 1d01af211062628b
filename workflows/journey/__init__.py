"""The journey: which procedures a goal needs, in which order, until when, at what cost.

``plan`` chains backwards from what a citizen wants over the procedures in force, checks
the result forwards, and lays it on the calendar before anything has started.
"""

from workflows.journey.model import (
    Assumption,
    Caution,
    Duration,
    Form,
    ForParcel,
    Need,
    Office,
    Open,
    Paper,
    Period,
    Plan,
    Preparation,
    Step,
)
from workflows.journey.planner import plan

__all__ = [
    "Assumption",
    "Caution",
    "Duration",
    "ForParcel",
    "Form",
    "Need",
    "Office",
    "Open",
    "Paper",
    "Period",
    "Plan",
    "Preparation",
    "Step",
    "plan",
]
