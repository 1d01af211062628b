"""The life of a land case in python-statemachine."""

from __future__ import annotations

import json
from collections.abc import Mapping

from statemachine import State, StateChart
from statemachine.orderedset import OrderedSet

from service.bench.life_cycle import ModelCase


class _LandCase(StateChart[ModelCase]):
    """The chart as a class, the way of python-statemachine that restores correctly."""

    class open(State.Compound):  # noqa: A001, N801 - the class is a state
        """A case that runs."""

        draft = State(initial=True)
        submitted = State()
        checking = State()
        supplement = State(enter="tell")

        class processing(State.Parallel):  # noqa: N801 - as above
            """Tax and survey side by side."""

            class tax(State.Compound):  # noqa: N801 - as above
                """The wait for the tax office."""

                tax_pending = State(initial=True)
                tax_assessing = State()
                tax_notified = State(enter="tell")
                tax_paid = State(final=True)
                tax_send = tax_pending.to(tax_assessing)
                tax_query = tax_assessing.to.itself(on="tell")  # type: ignore[no-untyped-call]
                tax_reply = tax_assessing.to.itself(on="tell")  # type: ignore[no-untyped-call]
                tax_notice = tax_assessing.to(tax_notified)
                pay = tax_notified.to(tax_paid, cond="is_in_full") | (
                    tax_notified.to.itself(on="tell")  # type: ignore[no-untyped-call]
                )

            class extract(State.Compound):  # noqa: N801 - as above
                """The survey extract."""

                ext_pending = State(initial=True)
                ext_measuring = State()
                ext_done = State(final=True)
                extract_start = ext_pending.to(ext_measuring)
                extract_finish = ext_measuring.to(ext_done)

        registering = State()
        signing = State()
        ready = State(enter="tell")
        submit = draft.to(submitted)
        accept = submitted.to(checking)
        need_more = checking.to(supplement, cond="may_ask_first", on="ask") | (
            checking.to(supplement, on="tell")
        )
        resupply = supplement.to(checking)
        pass_check = checking.to(processing)
        done_state_processing = processing.to(registering)
        register_ok = registering.to(signing)
        sign_return = signing.to(registering)
        sign = signing.to(ready)

    closed = State(final=True)
    rejected = State(final=True)
    withdrawn = State(final=True)
    withdraw = open.to(withdrawn)
    refuse = open.submitted.to(rejected)
    expire = open.supplement.to(rejected)
    collect = open.ready.to(closed)


class PythonStateMachine:
    """python-statemachine: a machine over a model whose state was loaded."""

    name = "python-statemachine"

    def begin(self) -> str:
        """Return a new case."""
        case = ModelCase()
        _LandCase(case)
        return json.dumps({"state": list(case.state), "asked": False})

    def fire(self, stored: str, event: str, facts: Mapping[str, bool]) -> str:
        """Restore, fire, save."""
        raw = json.loads(stored)
        case = ModelCase(asked=raw["asked"], in_full=facts.get("in_full", False))
        case.state = _restored(raw["state"])
        _LandCase(case).send(event)
        state = case.state
        return json.dumps(
            {
                "state": [state] if isinstance(state, str) else list(state),
                "asked": case.asked,
            }
        )

    def leaves(self, stored: str) -> frozenset[str]:
        """Return the active leaves."""
        around = {"open", "processing", "tax", "extract"}
        return frozenset(json.loads(stored)["state"]) - around


def _restored(state: list[str]) -> str | OrderedSet[str]:
    return state[0] if len(state) == 1 else OrderedSet(state)
