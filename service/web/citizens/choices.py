"""Reads which of the words that differ a person chose on a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.usecases.papers.read_form import Dispute
from service.web.dependencies import Posted
from service.web.sentences import CHOOSE_A_WORD

_NUMBER = re.compile(r"[0-9]{1,9}")


def chosen_word(posted: Posted) -> tuple[str, int | None]:
    """Return the fact that differs, and the number of the word that was chosen."""
    number = posted.text("dung")
    return posted.text("muc"), int(number) if _NUMBER.fullmatch(number) else None


def no_word_chosen(disputes: Sequence[Dispute], undecided: str) -> dict[str, str]:
    """Return what is wrong when a choice was sent without a choice."""
    return {
        f"chon-{place}": CHOOSE_A_WORD
        for place, dispute in enumerate(disputes, start=1)
        if dispute.key == undecided
    }
