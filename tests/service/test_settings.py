"""What an installation is told by its environment, and what follows when it is not."""

import pytest

from service.settings import Settings

HERE = "http://127.0.0.1:8731"


@pytest.mark.parametrize(
    ("told", "printed"),
    [(None, HERE), ("http://10.0.0.5:8000", "http://10.0.0.5:8000")],
)
def test_printed_codes_lead_to_where_the_pages_are_served_unless_told(
    monkeypatch, told, printed
):
    if told:
        monkeypatch.setenv("DAT_BASE_URL", told)

    assert Settings().served_at(HERE).base_url == printed
