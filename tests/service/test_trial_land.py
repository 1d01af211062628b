"""In a trial the simulated offices know made-up land, and the pages say which."""

from dataclasses import replace

from integrations.trial_land import trial_land
from service.usecases.land.ask_warnings import ask_warnings, asked_warnings
from service.usecases.land.land_lookup import LandReading, ask_register, land_to_try
from service.usecases.matter.answer_question import record_facts
from tests.factories import a_matter
from tests.visitor import Visitor

SERIAL = "certificate.serial_no"


def test_every_number_that_a_page_names_is_known_to_both_offices(desk):
    opened, citizen = a_matter(desk)
    warned = {}
    for number in (trial_land().clear, trial_land().blocked):
        record_facts(desk, citizen, opened.code, {SERIAL: number}, "citizen")
        reading = ask_register(desk, citizen, opened.code)
        assert isinstance(reading, LandReading)
        assert "refused" not in {each.state for each in reading.fields}
        ask_warnings(desk, citizen, opened.code)
        answer = asked_warnings(desk, citizen, opened.code).answer
        warned[number] = len(answer.warnings)
    assert warned == {trial_land().clear: 0, trial_land().blocked: 1}


def test_the_question_about_the_certificate_and_the_two_pages_name_a_number(desk):
    opened, _ = a_matter(desk)
    page = Visitor(desk).reopens(opened.code, opened.pin)
    here = f"/ho-so/{opened.code}"
    for path in (f"/cau-hoi/{SERIAL}", "/du-lieu-dat-dai", "/ngan-chan"):
        assert trial_land().clear in page.opens(here + path).text
    assert trial_land().clear not in page.opens(f"{here}/cau-hoi/land.parcel_no").text


def test_no_page_of_the_real_service_names_one(desk):
    real = desk.settings.model_copy(update={"environment": "production"})
    assert land_to_try(replace(desk, settings=real)) is None
