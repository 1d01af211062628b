"""Whatever is asked, nothing breaks: the description of the service is fuzzed."""

import os

from tests.access.asking import ask_everything

# `make fuzz` asks twenty thousand; every run of the suite asks some.
CASES = int(os.environ.get("DAT_FUZZ_CASES", "900"))


def test_no_answer_says_that_the_service_broke(made_world, kept):
    world, _ = made_world
    tally = ask_everything(
        world, kept, cases=CASES, start=int(os.environ.get("DAT_FUZZ_SEED", "1"))
    )
    print(dict(tally.answers))  # noqa: T201  what was answered is part of the answer
    assert tally.broken == []
    assert tally.cases >= CASES
    # Cases get in: not all are turned away at the door.
    assert tally.answers[200] + tally.answers[303] > tally.cases // 4
