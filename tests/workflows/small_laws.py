"""The small valid body of law in ``small_law/``, written out whole or with a change.

One shared package, a national one for land with a template and a fragment, two for tax
of which the second replaces the first, and a province that overrides three things.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "small_law"
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
    for path in sorted(FOLDER.rglob("*.yaml"))
}


def write(root: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write the packages below ``root``; a change adds, replaces or drops a file."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = root / "packages" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return root


def with_change(name: str, old: str, new: str) -> dict[str, str | None]:
    """Return one file with one passage exchanged; the passage must be there once."""
    assert FILES[name].count(old) == 1, f"{old!r} must stand once in {name}"
    return {name: FILES[name].replace(old, new)}
