"""The tables, as SQLAlchemy Core; ``tenant_id`` is the province and in every key.

Parties and relationships of a matter have no table of their own: they are facts
(``parties``, ``relationships``, ``party[<id>].full_name``), so that they too are
superseded and never overwritten. All of them are known as soon as one is.
"""

from service.persistence.tables import (
    cases,
    custody,
    desks,
    exchange,
    figures,
    helping,
    identity,
    law,
    matters,
    messages,
    objects,
    operation,
    people,
    queues,
    rights,
    staff,
)

__all__ = [
    "cases",
    "custody",
    "desks",
    "exchange",
    "figures",
    "helping",
    "identity",
    "law",
    "matters",
    "messages",
    "objects",
    "operation",
    "people",
    "queues",
    "rights",
    "staff",
]
