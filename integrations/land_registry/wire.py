"""What is asked of the land register over HTTP: our own exchange format v1."""

from __future__ import annotations

from integrations.http import Call
from integrations.messages import (
    Acknowledgement,
    Dossier,
    LandAsked,
    LandFound,
    Record,
)

# A question about land goes in a signed body, not in an address that is logged.
LOOK_UP = Call("/parcels", LandAsked, LandFound, "look_up")
REGISTER = Call("/dossiers", Dossier, Acknowledgement, "register")
RECORD = Call("/records", Record, Acknowledgement, "record")
CALLS = (LOOK_UP, REGISTER, RECORD)
