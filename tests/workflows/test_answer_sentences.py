"""Every question with everything that can be wrong: each time a plain sentence."""

import re
from datetime import date

import pytest

from tests.workflows.matters import the_law
from workflows.answers import expected_by, parse
from workflows.errors import NoPackageInForceError, Problem
from workflows.shapes import kind_of

ON = date(2026, 11, 25)
# Words of the program and of English that no reader of a page should meet.
STRANGE = re.compile(
    r"\b(true|false|none|null|nan|error|invalid|must|value|type|key|party|json|str|int|"
    r"the|and|not|of|is)\b|[_\[\]{}]",
    re.IGNORECASE,
)
LETTERS_OF_OURS = re.compile("[ăâđêôơưáàảãạấầẩẫậếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựý]")
WRONG = {
    "yes_no": {"no answer": "", "something else": "có lẽ"},
    "choice": {"no answer": "", "something else": "khác"},
    "money": {
        "no answer": "",
        "words": "nhiều lắm",
        "a part of a đồng": "5,5",
        "less than nothing": "-5",
        "too much": "9" * 16,
    },
    "integer": {"no answer": "", "words": "vài", "less than nothing": "-1"},
    "decimal": {"no answer": "", "words": "rộng", "too fine": "1,1234567"},
    "date": {
        "no answer": "",
        "words": "năm ngoái",
        "no such day": "30/2/2026",
        "no year": "2/9",
        "a year only": "1958",
    },
    "person_id": {"no answer": "", "too short": "12345", "letters": "06618300012a"},
    "phone": {"no answer": "", "too short": "0905", "letters": "không có"},
    "text": {
        "no answer": "",
        "not drawn": "nhà 😀",
        "turned round": "an\u202e",
        "too long": "a" * 10_001,
    },
}


def questions():
    """Return every question of every package, on the day, by key and wording."""
    found = {}
    for head in the_law().packages.values():
        try:
            edition = the_law().package_edition(head.package, ON)
        except NoPackageInForceError:
            continue
        for key, question in edition.questions.items():
            found[key, question.type, question.validation] = question
    return found


def mistakes():
    for (key, kind, limits), question in questions().items():
        for name, typed in WRONG.get(kind, {}).items():
            yield pytest.param(key, question, typed, id=f"{key}: {name}")
        if limits.pattern or kind_of(key):
            yield pytest.param(key, question, "<?!>", id=f"{key}: not its shape")
        if limits.max == "on":
            yield pytest.param(key, question, "1/1/2031", id=f"{key}: later than today")
        elif limits.max:
            most = f"{int(float(limits.max)) + 1}"
            yield pytest.param(key, question, most, id=f"{key}: too much")


@pytest.mark.parametrize(("key", "question", "typed"), list(mistakes()))
def test_what_is_wrong_is_told_in_plain_words(key, question, typed):
    outcome = parse(key, typed, expected_by(key, question), ON)

    assert isinstance(outcome, Problem), outcome
    told = outcome.text.replace(typed, "") if typed else outcome.text
    assert key not in told
    assert not STRANGE.search(told), told
    assert LETTERS_OF_OURS.search(told)
    assert len(told.split()) >= 5
    assert told.rstrip()[-1] in ".”"


def test_every_kind_of_question_is_among_them():
    kinds = {kind for _, kind, _ in questions()}

    # People, kinship and communes are told apart by their own pages.
    assert kinds - {"parties", "relationship", "commune"} <= WRONG.keys()
    assert len(questions()) > 60
