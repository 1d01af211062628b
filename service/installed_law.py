"""The law of an installation: the program's packages and those that it added itself."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from workflows.loader import Sources, load_law, packages_folder
from workflows.packages import Law


def installed_law(cache_dir: Path, own: Path) -> Law:
    """Return the law; an own package with an error in it is left out whole.

    The program's packages were checked before they were shipped. Those of the folder
    ``own`` go through every rule here, once for each change of a file.
    """
    sources = Sources(packages_folder(None), own)
    refused = _refused(sources, cache_dir) if any(own.glob("*/*.yaml")) else {}
    return load_law(cache_dir=cache_dir, own=own, refused=refused)


def _refused(sources: Sources, cache_dir: Path) -> dict[str, tuple[str, ...]]:
    path = cache_dir / f"checked-{sources.stamp}.json"
    with contextlib.suppress(OSError, ValueError):
        kept = json.loads(path.read_text("utf-8"))
        return {name: tuple(lines) for name, lines in kept.items()}
    # Only an installation with packages of its own waits for these.
    from service.usecases.papers.printed_forms import printed_forms  # noqa: PLC0415
    from workflows import lint  # noqa: PLC0415

    own = sources.folders[-1]
    report = lint.check(forms=printed_forms(), own=own)
    found = {
        name: lines for name, lines in report.broken.items() if (own / name).is_dir()
    }
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return found


def told_faults(law: Law) -> str:
    """Return the packages that are out of service, each with what is wrong in it."""
    return "\n".join(
        f"Gói {name} có lỗi, không dùng:\n  " + "\n  ".join(lines)
        for name, lines in law.faults.items()
    )
