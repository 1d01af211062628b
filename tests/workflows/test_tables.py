"""The calendar and the places as the loader reads them from the data."""

from datetime import date

from workflows.loader import load_calendar, load_territory


def test_the_calendar_of_the_data_knows_culture_day():
    assert load_calendar().why_off(date(2026, 11, 24)) == "Ngày Văn hóa Việt Nam"


def test_the_places_of_the_data_know_dak_lak():
    territory = load_territory()

    assert territory.resolve("66", "Phường Buôn Ma Thuột") == "24133"
    assert territory.branch_of("66", "24133") is not None
    assert territory.find("15", "02680").note is not None
