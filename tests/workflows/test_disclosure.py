"""Small sums are not told, nor can they be reckoned: held against linear algebra."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from workflows.disclosure import SIDES, may_show

LEAST = 5


def sums(cells):
    found = {}
    for names, n in cells.items():
        for row in zip(SIDES, names, strict=True):
            found[row] = found.get(row, 0) + n
    return found


def vector(cells, row):
    place = SIDES.index(row[0])
    return [Fraction(names[place] == row[1]) for names in cells]


def spanned(basis, target):
    """Return whether the target is a combination of the others, by elimination."""
    rows = [list(each) for each in basis]
    left = list(target)
    for place in range(len(left)):
        pivot = next((each for each in rows if each[place]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        for each in (*rows, left):
            factor = each[place] / pivot[place]
            for n, value in enumerate(pivot):
                each[n] -= factor * value
    return not any(left)


CELLS = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("pqrstu")),
    st.integers(0, 14),
    max_size=12,
)


@given(CELLS, st.booleans())
def test_no_small_sum_is_a_combination_of_what_is_shown(cells, whole):
    shown = may_show(cells, LEAST, whole=whole)
    known = [vector(cells, row) for row in sorted(shown.rows)]
    if shown.whole:
        known.append([Fraction(1)] * len(cells))
    for row, n in sums(cells).items():
        if 0 < n < LEAST:
            assert row not in shown.rows
        if row not in shown.rows and known and shown.rows:
            assert not spanned(known, vector(cells, row))


@given(CELLS)
def test_what_is_hidden_is_not_small_together_while_something_is_shown(cells):
    shown = may_show(cells, LEAST)
    for side in SIDES:
        rows = {row: n for row, n in sums(cells).items() if row[0] == side}
        away = sum(n for row, n in rows.items() if row not in shown.rows)
        if shown.whole and any(row in shown.rows for row in rows):
            assert not 0 < away < LEAST


def test_with_large_numbers_everything_is_shown():
    cells = {("land", "gift"): 20, ("land", "sale"): 30, ("tax", "assess"): 12}
    shown = may_show(cells, LEAST)
    assert shown.whole
    assert len(shown.rows) == 5


def test_a_small_office_takes_others_with_it():
    cells = {("land", "gift"): 20, ("notary", "deed"): 25, ("tax", "assess"): 3}
    shown = may_show(cells, LEAST)
    assert not shown.has("office", "tax")
    assert not shown.has("procedure", "assess")
    hidden = {row for row in sums(cells) if row not in shown.rows}
    assert {side for side, name in hidden if name not in {"tax", "assess"}} == set(
        SIDES
    )


def test_a_small_whole_is_not_shown_either():
    shown = may_show({("land", "gift"): 2}, LEAST)
    assert not shown.whole
    assert shown.rows == frozenset()


def test_zero_tells_nothing():
    cells = {("land", "gift"): 0, ("land", "sale"): 20}
    assert may_show(cells, LEAST).has("procedure", "gift")
