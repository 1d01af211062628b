"""The made-up situation that is planned and printed: parents give land to a child."""

from __future__ import annotations

from typing import Any

SAMPLE: dict[str, Any] = {
    "province": "66",
    "commune": "24133",
    "on": "2026-11-25",
    "goal": "give",
    "parties": [
        {"id": "father", "role": "transferor", "share": "1/2"},
        {"id": "mother", "role": "transferor", "share": "1/2"},
        {"id": "hoa", "role": "receiver", "share": "1"},
    ],
    "relationships": [
        {"between": ["father", "hoa"], "kind": "birth_parent_child"},
        {"between": ["mother", "hoa"], "kind": "birth_parent_child"},
    ],
    "answers": {
        "property.kind": "land_and_house",
        "land.area_m2": "200",
        "land.table_price": 5000000,
        "land.price_coefficient": "1",
        "house.value": 0,
        "certificate.in_hand": True,
        "mortgage.registered": False,
        "transfer.whole": True,
    },
}
