"""What is asked of a tax office over HTTP: our own exchange format v1."""

from __future__ import annotations

from integrations.http import Call
from integrations.messages import Acknowledgement, TransferSlip

SEND_SLIP = Call("/transfer-slips", TransferSlip, Acknowledgement, "send_slip")
CALLS = (SEND_SLIP,)
