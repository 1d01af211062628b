"""What was worked out lately is not worked out again; what was long ago is let go."""

from service.usecases.lately import MOST, Lately


def test_a_value_is_worked_out_once_for_each_key():
    kept, asked = Lately(), []

    def work_out(key):
        asked.append(key)
        return key * 2

    answers = [kept.get(key, lambda key=key: work_out(key)) for key in (1, 2, 1, 2)]
    assert answers == [2, 4, 2, 4]
    assert asked == [1, 2]


def test_what_was_asked_longest_ago_is_let_go_first():
    kept = Lately()
    for key in range(MOST):
        kept.get(key, lambda key=key: key)
    kept.get(0, lambda: "anew")
    kept.get("one more", lambda: "")
    assert kept.get(0, lambda: "anew") == 0
    assert kept.get(1, lambda: "anew") == "anew"
