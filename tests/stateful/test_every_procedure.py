"""Whoever acts in whichever order, every procedure keeps what it promises."""

import shutil

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import emptied
from tests.stateful.covered import Covered, declared
from tests.stateful.law import edition, procedures
from tests.stateful.machine import machine_for
from tests.stateful.profiles import profile
from tests.stateful.world import people_in

# A long procedure with linked cases, a short one, and one with a public notice.
ON_POSTGRES = tuple(sorted(procedures()))[::20]


@pytest.fixture(scope="module")
def covered():
    return Covered()


@pytest.mark.timeout(0)
@pytest.mark.parametrize("procedure", procedures())
def test_a_procedure_holds_whoever_acts_in_whichever_order(procedure, opening, covered):
    machine = machine_for(procedure, opening, covered)
    run_state_machine_as_test(machine, settings=profile())


@pytest.mark.postgres
@pytest.mark.parametrize("procedure", ON_POSTGRES)
def test_it_holds_on_the_shared_database_too(procedure, postgres_url, tmp_path):
    def opening():
        database = emptied(postgres_url)
        people_in(database, tmp_path)
        return database, tmp_path

    short = settings(profile(), max_examples=2)
    run_state_machine_as_test(machine_for(procedure, opening), settings=short)
    shutil.rmtree(tmp_path)


def test_the_matters_before_went_through_many_arrows_of_the_law(covered, capsys):
    everything = set().union(*(declared(edition(), p) for p in edition().procedures))
    followed = covered.followed & everything
    with capsys.disabled():
        print(  # noqa: T201  how far they went
            f"\n{covered.matters} matters, {covered.acts} acts ({covered.refusals} "
            f"refused), {covered.moves} moves, {len(covered.ends)} ends, "
            f"{len(followed)} of {len(everything)} arrows"
        )
    assert len(followed) >= 2 * covered.matters
