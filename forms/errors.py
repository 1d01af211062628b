"""Why the forms room refuses.

::

    FormError
    ├── UnknownFormError          no such form id; ``allowed`` lists what there is
    ├── NoEditionInForceError     the form exists, but not for this place and day
    ├── EditionInvalidError       an edition file breaks the format
    ├── FontMissingError          the machine lacks the typeface of the papers
    ├── SealError                 a paper cannot be sealed, or its seals not be read
    │   └── SealingNotInstalledError  the extra that seals papers is not there
    └── PressError                the paper could not be printed; others can
        ├── PaperTooSlowError         it took longer than a paper may
        ├── PaperTooBigError          it needed more memory than a paper may
        └── PressStoppedError         its process ended, twice
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from forms import sentences

if TYPE_CHECKING:
    from forms.definition import FormEdition


class FormError(Exception):
    """Root of everything that this room refuses; the message is plain Vietnamese."""


class UnknownFormError(FormError):
    """A form id that no edition defines; ``allowed`` lists the ids there are."""

    def __init__(self, form: str, allowed: Iterable[str]) -> None:
        self.form = form
        self.allowed = tuple(sorted(allowed))
        super().__init__(sentences.unknown_form(form, self.allowed))


class NoEditionInForceError(FormError):
    """The form is known, but what was asked for does not hold here on the day.

    ``here`` are the editions of this place in the order of their days, ``instead`` is
    the one that holds on the day when another one was asked for by its id.
    """

    def __init__(
        self,
        form: str,
        day: date,
        here: Iterable[FormEdition],
        instead: FormEdition | None = None,
    ) -> None:
        self.form = form
        self.day = day
        self.here = tuple(sorted(here, key=lambda each: each.from_day))
        self.instead = instead
        super().__init__(
            sentences.no_edition(
                form,
                day,
                [_told(each) for each in self.here],
                None if instead is None else f"{instead.edition}, {_told(instead)}",
            )
        )


def _told(edition: FormEdition) -> str:
    return sentences.edition_told(
        edition.number or edition.name,
        edition.instrument,
        edition.from_day,
        edition.to_day,
    )


class EditionInvalidError(FormError):
    """An edition file breaks the format; the message names the file and the place."""


class FontMissingError(FormError):
    """The typeface of the papers is not installed, so the paper would look forged."""

    def __init__(self, wanted: str, found: Iterable[str]) -> None:
        self.wanted = wanted
        self.found = tuple(sorted(found))
        super().__init__(sentences.font_missing(wanted, self.found))

    def __reduce__(self) -> tuple[type[FontMissingError], tuple[str, tuple[str, ...]]]:
        """Come whole out of the process that renders."""
        return FontMissingError, (self.wanted, self.found)


class SealError(FormError):
    """A paper cannot be sealed, or its seals cannot be read; one plain sentence."""


class SealingNotInstalledError(SealError):
    """Sealing was asked for, but the extra ``seal`` is not installed."""

    def __init__(self) -> None:
        super().__init__(sentences.SEALING_NOT_INSTALLED)


class PressError(FormError):
    """A paper could not be printed. Nothing is lost, and other papers can be."""


class PaperTooSlowError(PressError):
    """A paper took longer than ``seconds``, and was given up."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(sentences.paper_too_slow(seconds))


class PaperTooBigError(PressError):
    """A paper needed more than ``megabytes`` of memory, and was given up."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        super().__init__(sentences.paper_too_big(megabytes))


class PressStoppedError(PressError):
    """The process that printed the paper ended in the middle, and once more."""

    def __init__(self) -> None:
        super().__init__(sentences.PRESS_STOPPED)
