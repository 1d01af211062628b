"""What if the family did it otherwise: another plan beside the plan of a matter.

Nothing is stored: the other situation lives as long as the page that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.auth.actors import Actor
from service.usecases.desk import Desk
from service.usecases.matter.read_matter import MatterView, matter_view
from workflows.comparison import Differences, differences
from workflows.definition import Variant
from workflows.errors import BadInputError, NoPackageInForceError
from workflows.guidance import Asked
from workflows.journey.model import Plan
from workflows.journey.planner import plan
from workflows.otherwise import Offer, newly_asked, offered, told_otherwise


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What may be done otherwise, and the plan for what was chosen, if it can be made.

    ``problems`` says why there is no other plan.
    """

    matter: MatterView
    offers: tuple[Offer, ...]
    chosen: Mapping[str, Variant]
    other: Plan | None
    found: Differences | None
    asked: tuple[Asked, ...]
    problems: tuple[str, ...]


def what_if(desk: Desk, actor: Actor, code: str, picked: Mapping[str, str]) -> WhatIf:
    """Return the plan of a matter beside the one for the variants that were picked.

    ``picked`` names a variant by its comparison; what is not offered is passed over.
    """
    matter = matter_view(desk, actor, code)
    offers = offered(matter.situation, matter.edition)
    chosen = {
        offer.id: variant
        for offer in offers
        for key, variant in offer.others
        if picked.get(offer.id) == key
    }
    if not chosen:
        return WhatIf(matter, offers, chosen, None, None, (), ())
    changes = {
        key: value for variant in chosen.values() for key, value in variant.sets.items()
    }
    try:
        other = told_otherwise(matter.situation, changes, desk.law, desk.territory)
        edition = desk.law.edition(other.province, other.on, other.commune)
    except BadInputError as refusal:
        said = tuple(problem.text for problem in refusal.problems)
        return WhatIf(matter, offers, chosen, None, None, (), said)
    except NoPackageInForceError as refusal:
        return WhatIf(matter, offers, chosen, None, None, (), (str(refusal),))
    calendar = desk.calendar.in_place(other.province, other.commune)
    made = plan(other, edition, calendar, branches=desk.territory)
    return WhatIf(
        matter,
        offers,
        chosen,
        made,
        differences(matter.plan, made),
        newly_asked(matter.situation, matter.edition, other, edition),
        (),
    )
