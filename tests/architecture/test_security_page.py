"""The page about security says what the program does: every figure, door and line."""

import re
from pathlib import Path

import pytest

from service import security_log
from service.auth import password_rules
from service.observability import ALLOWED
from service.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
GUIDE = (ROOT / "docs" / "deploy.md").read_text("utf-8")


def part(heading, page=PAGE):
    """Return what stands under a heading."""
    found = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL
    )
    assert found, heading
    return found[1]


def test_the_page_tells_each_limit_as_it_is_set():
    told = dict(re.findall(r"\| `DAT_([A-Z_]+)` \| (\d+) \|", PAGE))
    assert len(told) > 20
    for name, figure in told.items():
        field = Settings.model_fields[name.lower()]
        assert float(field.default) == float(figure), name
    for heading in ("Sessions", "Guessing", "Limits", "Files", "What costs much"):
        assert "| `DAT_" in part(heading)
    limits = {
        name
        for name in Settings.model_fields
        if name.endswith(("_of_client", "_of_person", "_of_hour", "_tries_a_day"))
    }
    forgotten = limits - {name.lower() for name in told}
    assert forgotten == {
        "follow_tries_of_client"
    }  # the same as of DAT_MISSES_OF_CLIENT


def test_the_page_tells_the_words_that_no_password_may_be():
    told = part("Passwords")
    for word in password_rules._OF_HERE:
        assert f"`{word}`" in told
    assert f"up to {password_rules.LONGEST}" in told


def test_the_page_names_every_door_that_begins_a_session():
    """Whoever calls what begins a session is named, and nobody else is."""
    begins = {"begin_session", "use_account", "add_session"}
    callers = set()
    for path in sorted((ROOT / "service").rglob("*.py")):
        if "faults" in path.parts or "bench" in path.parts:
            continue
        inside = ""
        for line in path.read_text("utf-8").splitlines():
            if named := re.match(r"def (\w+)", line):
                inside = named[1]
            for called in re.findall(r"(?<!def )\b(\w+)\(", line):
                if called in begins:
                    callers.add(inside)
    within = {"_staff": "finish_elsewhere", "_citizen": "finish_elsewhere"}
    within |= {"_on": "give_code", "_anew": "change_password"}
    within |= {"use_account": "sign_in", "begin_session": "sign_in"}
    doors = {within.get(name, name) for name in callers}
    told = set(re.findall(r"`(\w+)`", part("Ways in")))
    assert doors <= told
    assert {"give_password", "enrol"} | doors == told - {"DAT_SECOND_FACTOR"} - {
        "DAT_IDENTITY__ACR_OF_STAFF"
    }


def test_the_page_lists_every_event_and_field_of_the_log():
    told = part("Log")
    for event in security_log.Event:
        assert f"`{event}`" in told
    fields = told.partition("Fields: ")[2].partition("\n")[0]
    assert set(re.findall(r"`(\w+)`", fields)) == ALLOWED


def test_keys_are_as_long_as_the_page_says():
    from service.auth import second_factor  # noqa: PLC0415
    from service.secrecy import key_ring  # noqa: PLC0415

    told = part("Keys")
    assert "AES-256" in told
    assert key_ring._KEY * 8 == 256
    assert f"TOTP, {second_factor._KEY_BITS} bits" in told


def test_the_page_says_how_soon_a_flaw_is_mended():
    days = [
        int(day) for day in re.findall(r"\| (\d+) days \|", part("Parts of others"))
    ]
    assert days == sorted(days)
    assert len(days) >= 3


@pytest.mark.parametrize(
    "told",
    [
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "ssl_ciphers ECDHE",
        "ssl_prefer_server_ciphers",
        "max-age=31536000; includeSubDomains",
        "sslmode=verify-full",
        "proxy_set_header X-Forwarded-For $remote_addr;",
    ],
)
def test_the_guide_sets_up_https_as_the_standard_asks(told):
    assert told in GUIDE
    assert "TLSv1.1" not in GUIDE
