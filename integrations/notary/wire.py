"""What is asked of a notary office over HTTP: our own exchange format v1."""

from __future__ import annotations

from integrations.http import Call
from integrations.messages import Acknowledgement, Appointment, LandAsked, Warnings

BOOK = Call("/appointments", Appointment, Acknowledgement, "book")
# A question about land goes in a signed body, not in an address that is logged.
WARNINGS = Call("/warnings", LandAsked, Warnings, "warnings")
CALLS = (BOOK, WARNINGS)
