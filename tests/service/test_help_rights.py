"""Who may do what for whom: rules that hold for every consent and every instant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.auth.actors import Actor
from service.auth.policies import (
    Action,
    CaseTarget,
    Installation,
    MatterTarget,
    TeamTarget,
    authorize,
)
from service.errors import (
    AskResidentError,
    HelpEndedError,
    NotAllowedError,
    SignInRequiredError,
)
from service.persistence.rows import ConsentRow
from service.usecases.helpers.helping import terms

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
HELPER = Actor("helper", "Lan", "66", account_id="lan")
# What no consent ever names: these the resident does himself.
OWN = (
    Action.CONSENT,
    Action.CHOOSE,
    Action.PAY,
    Action.FINISH,
    Action.RIGHTS,
    Action.KEEP_PERSON,
)
EVERYTHING = ConsentRow(
    "66", "all", "m", "lan", terms().actions_of(terms().scopes), "citizen",
    NOW - timedelta(minutes=1), NOW + timedelta(minutes=1), None,
)  # fmt: skip
LENDABLE = {Action(name) for scope in terms().scopes.values() for name in scope.actions}

moments = st.integers(-20_000, 20_000).map(lambda m: NOW + timedelta(minutes=m))


@st.composite
def consents(draw):
    given_at, ends_at = sorted((draw(moments), draw(moments)))
    parts = draw(st.sets(st.sampled_from(sorted(terms().scopes)), min_size=1))
    return ConsentRow(
        "66",
        draw(st.uuids()).hex,
        "m",
        draw(st.sampled_from(["lan", "minh"])),
        terms().actions_of(parts),
        "citizen",
        given_at,
        ends_at,
        draw(st.none() | moments),
    )


def allowed(actor, action, target):
    try:
        authorize(actor, action, target)
    except (NotAllowedError, SignInRequiredError):
        return False
    return True


def running(row):
    return (
        row.account_id == "lan"
        and row.ended_at is None
        and row.given_at <= NOW < row.ends_at
    )


@given(st.lists(consents(), max_size=5), st.sampled_from(sorted(Action)))
def test_a_helper_may_only_what_a_running_consent_names(rows, action):
    matter = MatterTarget("66", "m", rows, NOW)
    lent = {name for row in rows if running(row) for name in row.scope}

    may = allowed(HELPER, action, matter)

    if action in LENDABLE:
        assert may == (action in lent)
    elif may:
        assert action in {Action.READ_CASE, Action.MOVE_CASE}
        assert {Action.READ_CASE: "read", Action.MOVE_CASE: "submit"}[action] in lent


@pytest.mark.parametrize("action", OWN)
@given(st.lists(consents(), max_size=5), st.booleans())
@example(rows=[EVERYTHING], on_case=False)
@example(rows=[EVERYTHING], on_case=True)
def test_no_consent_lets_a_helper_decide_for_the_resident(action, rows, on_case):
    matter = MatterTarget("66", "m", rows, NOW)
    target = CaseTarget(matter, {"tax-66"}) if on_case else matter
    helped = any(map(running, rows))

    with pytest.raises(AskResidentError if helped else HelpEndedError):
        authorize(HELPER, action, target, about="x")


@given(st.lists(consents(), max_size=5), st.sampled_from(sorted(Action)))
def test_once_all_consents_have_ended_nothing_is_allowed(rows, action):
    ended = [
        ConsentRow(
            row.tenant_id, row.id, row.matter_id, row.account_id, row.scope,
            row.given_by, row.given_at, row.ends_at, row.ended_at or NOW,
        )
        for row in rows
    ]  # fmt: skip
    matter = MatterTarget("66", "m", ended, NOW)

    for target in (matter, CaseTarget(matter, {"tax-66"})):
        with pytest.raises(HelpEndedError):
            authorize(HELPER, action, target)


@given(st.lists(consents(), max_size=3), st.sampled_from(sorted(Action)))
def test_a_consent_gives_nothing_to_anybody_else(rows, action):
    matter = MatterTarget("66", "m", rows, NOW)
    other_citizen = Actor("citizen", "citizen", "66", matter_id="another")
    elsewhere = Actor("helper", "Lan", "68", account_id="lan")
    administrator = Actor("administrator", "An", "66", account_id="lan")

    for actor in (other_citizen, elsewhere, administrator):
        assert not allowed(actor, action, matter)


@given(st.sampled_from(sorted(Action)), st.booleans())
def test_only_the_lead_sees_the_page_of_his_team_and_nothing_else(action, leads):
    target = TeamTarget("66", leads=leads)

    assert allowed(HELPER, action, target) == (leads and action == Action.LEAD)
    administrator = Actor("administrator", "An", "66", account_id="an")
    assert not allowed(administrator, action, target)
    assert not allowed(HELPER, Action.ADMINISTER, Installation("66"))
