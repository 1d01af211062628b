"""What is told to who runs the service is what the program has."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from service.cli import COMMANDS
from service.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
DEPLOY = DOCS / "deploy"
GUIDE, RUNBOOK = DOCS / "deploy.md", DOCS / "runbook.md"
PAGES = [GUIDE, RUNBOOK, *sorted(DEPLOY.iterdir())]
NAMES = {f"DAT_{name.upper()}" for name in Settings.model_fields}


def instructions(text):
    """Return the instructions of a Containerfile, each with its whole line."""
    plain = "\n".join(line for line in text.splitlines() if line[:1] != "#")
    return [line.split(maxsplit=1) for line in plain.replace("\\\n", " ").splitlines()]


@pytest.fixture(scope="module")
def container():
    told = instructions((DEPLOY / "Containerfile").read_text())
    return [each for each in told if each]


def test_the_guide_explains_the_settings_that_there_are():
    explained = set(
        re.findall(r"^\| `(DAT_[A-Z_]+?)(?:__…)?` \|", GUIDE.read_text(), re.MULTILINE)
    )
    assert explained <= NAMES
    assert len(explained) > 50


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_setting_or_a_command_that_there_is_not(page):
    text = page.read_text()
    named = set(re.findall(r"\bDAT_[A-Z_]+[A-Z]", text))
    assert {name.partition("__")[0] for name in named} <= NAMES
    said = re.compile(r"(?:`|^| --rm |/)dat ([a-z][a-z-]+)", re.MULTILINE)
    commands = set(said.findall(text))
    assert commands <= set(COMMANDS)
    for broken in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (page.parent / broken).exists(), broken


def test_the_container_is_built_in_stages_and_runs_as_nobody_special(container):
    words = [word for word, _ in container]
    assert words.count("FROM") == 2
    last = words[len(words) - words[::-1].index("FROM") - 1 :]
    assert "USER" in last
    assert dict(container)["USER"] == "dat"
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "HEALTHCHECK" in last
    bases = [told.split()[0] for word, told in container if word == "FROM"]
    # The name alone: where images come from is chosen by who builds.
    assert bases == ["python:3.13-slim"] * 2
    assert "/livez" in dict(container)["HEALTHCHECK"]


def test_what_the_container_copies_is_there_and_all_that_the_program_needs(container):
    root = DOCS.parent
    copied = {
        name
        for word, told in container
        if word == "COPY" and "--from" not in told
        for name in told.split()[:-1]
    }
    assert [name for name in copied if not (root / name).exists()] == []
    assert copied >= {"alembic", "forms", "integrations", "service", "workflows"}


def test_the_container_has_what_papers_and_backups_need(container):
    told = " ".join(text for word, text in container if word == "RUN")
    for package in ("fonts-croscore", "libpango-1.0-0", "postgresql-client"):
        assert package in told


def test_the_two_services_are_hardened_and_keep_what_they_write():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert set(told["services"]) == {"database", "dat"}
    service = told["services"]["dat"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["depends_on"]["database"]["condition"] == "service_healthy"
    kept = {each.partition(":")[2] for each in service["volumes"]}
    told_of = service["environment"].values()
    places = {Path(value).parts[1] for value in told_of if value.startswith("/")}
    assert {f"/{name}" for name in places} | {"/data"} == kept
    for volume in ("data", "database"):
        assert volume in told["volumes"]
    patience = int(service["stop_grace_period"].removesuffix("s"))
    fields = Settings.model_fields
    assert (
        patience > fields["drain_seconds"].default + 2 * fields["stop_seconds"].default
    )


def test_the_unit_is_one_that_systemd_understands(tmp_path):
    text = (DEPLOY / "dat.service").read_text()
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "User=dat"):
        assert f"\n{line}\n" in text
    patience = int(re.search(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)[1])
    assert patience > 2 * Settings.model_fields["stop_seconds"].default
    judge = shutil.which("systemd-analyze")
    if judge is None:
        # Where there is no systemd its rules are held by the shape of the file.
        assert re.fullmatch(r"(#.*|\[\w+\]|\w+=.*|)", text.splitlines()[1])
        return
    # Only the program itself is not where the unit looks for it.
    unit = tmp_path / "dat.service"
    unit.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text))
    judged = subprocess.run(
        [judge, "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert str(unit) not in judged.stderr
    assert "dat.service" not in judged.stderr
