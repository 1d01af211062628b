"""What is asked of the simulated provider of texts in our own signed format.

Zalo and SMS have wires of their own (``zalo``, ``sms``); these two stand beside them in
a trial only.
"""

from __future__ import annotations

from integrations.http import Call
from integrations.messages import (
    Acknowledgement,
    KeptTexts,
    Message,
    TextMessage,
)


class KeptAsked(Message):
    """The question what the provider was told."""


MAIL = Call("/email", TextMessage, Acknowledgement, "send", secret=True)
KEPT = Call("/kept", KeptAsked, KeptTexts, "kept_texts")
CALLS = (MAIL, KEPT)
