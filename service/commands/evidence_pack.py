"""The files of an evidence pack: for people and for machines, summed up and signed."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from forms import pdf
from forms.register_sheet import RegisterSheet, register_sheet
from service.commands import evidence_words as say
from service.errors import InputError
from service.persistence.audit import canonical
from service.secrecy.key_ring import Ring, UnsealableError
from service.secrecy.signing import name_of, signed_by
from service.usecases.custody.processing import as_json, impact_file, register
from service.usecases.desk import Desk
from service.usecases.operation.evidence import Answer, answers
from service.usecases.operation.evidence_facts import all_facts

ROOT = Path(__file__).parents[2]
FORM = "dat-evidence-1"
# What an archive says of every file: the same bytes make the same archive.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNSUMMED = frozenset({say.SUMS, say.SIGNATURE})


@dataclass(frozen=True, slots=True)
class Pack:
    """What was gathered: the answers, and each file by its name."""

    answers: tuple[Answer, ...]
    files: Mapping[str, bytes]


def gathered(desk: Desk, *, prove: bool = False, root: Path = ROOT) -> Pack:
    """Gather what an assessor asks for; ``root`` is where the program lies."""
    facts = all_facts(desk, root, prove=prove)
    found = answers(facts, desk.now())
    files: dict[str, bytes] = {}
    for name, told in facts.items():
        files[f"{name}.json"] = _json(told)
        files[f"{name}.txt"] = say.as_text(name, told).encode()
    for head in facts["audit"]["heads"]:
        name = f"heads/dat-audit-head-{desk.settings.province}-{head['day']}.json"
        files[name] = f"{head['words']}\n".encode()
    files |= _sheet(desk, "register", register(desk.settings, desk.today()))
    files |= _sheet(desk, "impact", impact_file(desk.settings, desk.today()))
    files |= _parts(root)
    files |= _index(desk, found, sorted(files))
    return Pack(found, files)


def signed(files: Mapping[str, bytes], ring: Ring) -> Mapping[str, bytes]:
    """Return the files with the list of their sums, signed where there is a key."""
    sums = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)
    ).encode()
    summed = {**files, say.SUMS: sums}
    try:
        signer = ring.signer()
    except (UnsealableError, OSError):
        return summed
    told = {
        "form": FORM,
        "sums": hashlib.sha256(sums).hexdigest(),
        "public_key": signer.public,
    }
    told["signature"] = signer.sign(canonical(told).encode())
    return {**summed, say.SIGNATURE: _json(told)}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of the files, in the order of their names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _TIME), files[name],
                             zipfile.ZIP_DEFLATED)  # fmt: skip
    return held.getvalue()


def check(path: Path, key: str | None) -> tuple[str, ...]:
    """Return what is wrong with a pack, in sentences; nothing when it is as signed.

    ``key`` is the public key that must have signed it, else any will do. Raises
    InputError for what is no pack.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
            sums = files[say.SUMS]
            told = json.loads(files[say.SIGNATURE]) if say.SIGNATURE in files else None
            return (*_changed(files, sums), *_unsigned(sums, told, key))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise InputError(say.NOT_A_PACK.format(file=path)) from error


def _changed(files: Mapping[str, bytes], sums: bytes) -> Iterator[str]:
    lines = (line.split("  ", 1) for line in sums.decode().splitlines())
    known = {name: told for told, name in lines}
    for name in sorted({*known, *files} - _UNSUMMED):
        if name not in files:
            yield say.missing(name)
        elif name not in known:
            yield say.added(name)
        elif hashlib.sha256(files[name]).hexdigest() != known[name]:
            yield say.changed(name)


def _unsigned(
    sums: bytes, told: Mapping[str, Any] | None, key: str | None
) -> Iterator[str]:
    if told is None:
        yield say.UNSIGNED
        return
    plain = {name: value for name, value in told.items() if name != "signature"}
    public = str({FORM: told["public_key"]}[told["form"]])
    right = signed_by(public, canonical(plain).encode(), str(told["signature"]))
    if not right or told["sums"] != hashlib.sha256(sums).hexdigest():
        yield say.OTHER_SUMS
    if key is not None and key != public:
        yield say.other_key(name_of(public), name_of(key))


def _index(
    desk: Desk, found: tuple[Answer, ...], files: list[str]
) -> Mapping[str, bytes]:
    proofs = {each.id: _proofs(each, files) for each in found}
    counted: Counter[str] = Counter(each.status for each in found)
    shown = [
        {"id": each.id, "asked": each.asked, "mark": each.mark,
         "lines": say.lines(each), "files": proofs[each.id]}
        for each in found
    ]  # fmt: skip
    page = pdf.laid_out(
        "evidence.html.jinja",
        title=say.TITLE,
        lead=say.LEAD,
        counts=say.how_many(len(files), counted),
        answers=shown,
        proof=say.PROOF,
        no_proof=say.NO_PROOF,
        all_files=say.FILES,
        files=files,
        marks=say.MARKS,
        printed=say.printed(desk.today()),
    )
    told = {
        "form": FORM,
        "day": desk.today().isoformat(),
        "lead": say.LEAD,
        "counts": dict(sorted(counted.items())),
        "requirements": [asdict(each) | {"files": proofs[each.id]} for each in found],
    }
    return {"index.html": page.encode(), "index.json": _json(told)}


def _proofs(answer: Answer, files: list[str]) -> list[str]:
    return [name for name in files if name.partition(".")[0] in answer.shown_in]


def _sheet(desk: Desk, name: str, sheet: RegisterSheet) -> Mapping[str, bytes]:
    return {
        f"{name}.json": _json(as_json(sheet)),
        f"{name}.pdf": desk.press.print(register_sheet(sheet)),
    }


def _parts(root: Path) -> Mapping[str, bytes]:
    """Return the list of parts of others and their licences, made as for a release."""
    maker = root / ".ci" / "sbom"
    if not maker.exists() or not (root / "requirements.lock").exists():
        return {"parts.txt": f"{say.NO_PARTS}\n".encode()}
    return {
        "parts.cdx.json": _said_by(maker),
        "licences.txt": _said_by(maker, "--licences"),
    }


def _said_by(*words: Path | str) -> bytes:
    told = subprocess.run(  # noqa: S603  our own program
        [sys.executable, *words], capture_output=True, check=True
    )
    return told.stdout


def _json(told: object) -> bytes:
    return f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode()
