"""Finds the edition of a form that holds for a place on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TypeAlias

from forms.definition import FormEdition
from forms.errors import NoEditionInForceError, UnknownFormError
from forms.loader import Alias, load_aliases, load_editions

Rows: TypeAlias = list[dict[str, object]]


class Catalog:
    """The editions of all forms, and the older ids that lead to them."""

    def __init__(
        self, editions: Iterable[FormEdition], aliases: Mapping[str, Alias]
    ) -> None:
        self._editions: dict[str, list[FormEdition]] = {}
        for edition in editions:
            self._editions.setdefault(edition.id, []).append(edition)
        self._named = {
            edition.edition: edition
            for each in self._editions.values()
            for edition in each
        }
        self._aliases = {
            name: alias for name, alias in aliases.items() if alias.to in self._editions
        }

    @classmethod
    @cache
    def load(cls) -> Catalog:
        """Read the editions that ship with Dắt, once."""
        return cls(load_editions(), load_aliases())

    def has(self, form: str) -> bool:
        """Return whether Dắt prints this form; a paper of another office is not one."""
        return form in self._editions or form in self._aliases

    def edition(self, form: str, chain: Sequence[str], day: date) -> FormEdition:
        """Return the edition of the most specific package of the chain on the day.

        ``chain`` holds package ids, most specific first. A form of a national office
        holds everywhere, whatever the chain, and so does a variant that is asked for by
        its own id. An edition may be asked for by its own id too; it is taken only when
        it is the one that holds. Raises ``UnknownFormError`` listing the ids, or
        ``NoEditionInForceError`` naming the editions of the place and their days.
        """
        named = self._named.get(form)
        known = self._known(form if named is None else named.id)
        found = _held(known, chain, day)
        if found is None or (named is not None and named is not found):
            here = [each for each in known if _is_of(each, chain)]
            raise NoEditionInForceError(form, day, here, found)
        return found

    def _known(self, form: str) -> Sequence[FormEdition]:
        alias = self._aliases.get(form)
        known = self._editions.get(form if alias is None else alias.to)
        if known is None:
            raise UnknownFormError(form, self.ids())
        return known

    def editions(self) -> Iterator[FormEdition]:
        """Yield every edition, by form and in the order of the files."""
        for form in sorted(self._editions):
            yield from self._editions[form]

    def aliases(self, form: str) -> Mapping[str, Alias]:
        """Return the older ids that lead to the form, each with the reason."""
        known = sorted(self._aliases.items())
        return {name: alias for name, alias in known if alias.to == form}

    def replaced(self, form: str) -> Alias | None:
        """Return why an older id leads to another form, None for an id in use."""
        return self._aliases.get(form)

    def ids(self) -> tuple[str, ...]:
        """Return the form ids and their aliases, sorted."""
        return tuple(sorted([*self._editions, *self._aliases]))

    def list(self) -> Rows:
        """Return the rows of ``dat form --list``, one for each edition."""
        return [
            {
                "form": edition.id,
                "edition": edition.edition,
                "package": edition.package,
                "number": edition.number,
                "title": edition.name,
                "instrument": edition.instrument,
                "from": edition.from_day.isoformat(),
                "to": edition.to_day.isoformat() if edition.to_day else None,
                "status": edition.status.value,
                "notice": edition.notice,
                "missing": list(edition.missing),
                "aliases": list(self.aliases(edition.id)),
            }
            for edition in self.editions()
        ]


def _is_of(edition: FormEdition, chain: Sequence[str]) -> bool:
    return edition.everywhere or edition.package in chain


def _held(
    known: Iterable[FormEdition], chain: Sequence[str], day: date
) -> FormEdition | None:
    """Return the edition of the most specific package that holds on the day."""
    held = [edition for edition in known if edition.in_force(day)]
    for package in chain:
        for edition in held:
            if edition.package == package:
                return edition
    return next((edition for edition in held if edition.everywhere), None)
