"""What the check of a step's papers may say before and after anybody looked."""

from service.usecases.papers.check_papers import step_check
from tests.factories import a_matter

LOST = {
    "province": "66",
    "commune": "24133",
    "on": "2026-11-25",
    "goal": "replace_lost_certificate",
    "parties": [{"id": "tam", "role": "applicant"}],
}


def test_a_step_of_which_no_paper_was_looked_at_is_not_said_to_be_in_order(desk):
    opened, citizen = a_matter(desk, LOST)
    check = step_check(desk, citizen, opened.code, "reissue_lost_certificate")

    assert not any(paper.needed for paper in check.papers)
    assert check.outcome == "unchecked"
