"""Situations of made-up people under the law that the program carries."""

import copy
import json
from datetime import date
from functools import cache
from pathlib import Path

from hypothesis import settings

from workflows.factgraph import FactGraph
from workflows.liabilities import Estimate, estimate
from workflows.loader import load_law, load_territory
from workflows.packages import Edition, Law
from workflows.rules.money import MoneyLine
from workflows.situation import Situation, read
from workflows.territory import Territory

SITUATIONS = Path(__file__).parents[1] / "situations"
TODAY = date(2026, 11, 23)
UNHURRIED = settings(deadline=None, max_examples=50)


@cache
def the_law() -> Law:
    return load_law()


@cache
def the_places() -> Territory:
    return load_territory()


def edition_of(situation: Situation) -> Edition:
    return the_law().edition(situation.province, situation.on, situation.commune)


def sample(name: str) -> dict:
    """The sample situation of this file name, to change at will."""
    return json.loads((SITUATIONS / f"{name}.json").read_text("utf-8"))


def a_matter(
    goal="give",
    givers=("father",),
    takers=("hoa",),
    kin=None,
    shares=None,
    on="2026-11-23",
    **answers,
) -> dict:
    """200 m² at 5 million đồng; ``kin`` is the kinship, of all or of each giver.

    An answer is given with ``__`` for the dot; None leaves it out.
    """
    shares = shares or {}
    parties = [
        {"id": name, "role": role} | ({"share": shares[name]} if name in shares else {})
        for role, names in (("transferor", givers), ("receiver", takers))
        for name in names
    ]
    kin = "birth_parent_child" if kin is None else kin
    relationships = [
        {
            "between": [giver, taker],
            "kind": kin if isinstance(kin, str) else kin[giver],
        }
        for giver in givers
        for taker in takers
    ]
    given = {
        "property.kind": "land_and_house",
        "land.area_m2": "200",
        "land.table_price": 5_000_000,
        "land.price_coefficient": "1",
        "house.value": 0,
        "transfer.whole": True,
        "certificate.in_hand": True,
        "mortgage.registered": False,
    } | {key.replace("__", "."): value for key, value in answers.items()}
    return {
        "province": "66",
        "commune": "24133",
        "on": on,
        "goal": goal,
        "parties": parties,
        "relationships": relationships,
        "answers": {k: v for k, v in given.items() if v is not None},
    }


def told(raw: dict) -> Situation:
    return read(copy.deepcopy(raw), the_law(), the_places())


def costs(raw: dict) -> Estimate:
    situation = told(raw)
    return estimate(situation, edition_of(situation))


def lines(raw: dict, kind: str) -> tuple[MoneyLine, ...]:
    return tuple(line for line in costs(raw).lines if line.kind == kind)


def line(raw: dict, kind: str, payer: str | None = None) -> MoneyLine:
    (found,) = (x for x in lines(raw, kind) if payer in {None, x.payer})
    return found


def graph_of(raw: dict) -> FactGraph:
    situation = told(raw)
    return FactGraph(situation.facts(), edition_of(situation), situation.on)
