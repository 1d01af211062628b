"""Seals a PDF with the certificate of an office, and says what seals a PDF carries.

A seal is a PAdES B-B signature without a stamp on the page, appended to the file: every
byte of the paper stays as it was, and PDF/A and PDF/UA still hold. The same paper
sealed twice is never the same bytes, so the sum of a paper is taken before its seal.
Nothing is asked over a network: the time of a seal is what the sealer wrote, and
whether a certificate was revoked is not known here.

pyHanko, which does the work, is an extra of an installation: this module is imported
where a seal is made or read, and importing it without the extra raises
``SealingNotInstalledError``.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from forms import sentences
from forms.errors import SealError, SealingNotInstalledError

try:
    from asn1crypto.x509 import Certificate
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import BasePdfFileWriter
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.sign.signers.pdf_signer import PdfSigningSession
    from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext
except ModuleNotFoundError as error:
    raise SealingNotInstalledError from error

# What pyHanko finds is told by ``Seal``, not in the log.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

# In PDF/A a widget may not be hidden, in PDF/UA one on the page must be tagged.
_OFF_THE_PAGE = InvisSigSettings(box_out_of_bounds=True)
# What may stand behind a seal without changing the paper: nothing, or further seals.
_NO_CHANGE = frozenset(
    {
        ModificationLevel.NONE,
        ModificationLevel.LTA_UPDATES,
        ModificationLevel.FORM_FILLING,
    }
)
_USES = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal in a PDF, as far as the file itself and the trusted roots can tell.

    ``intact`` says that what it covers is as it was sealed, ``whole`` that it covers
    the file to its last byte. ``changed_after`` says that the paper was altered by
    something appended later; a further seal is no such change. ``trusted`` says that
    one of the roots vouches for the certificate. ``at`` is what the sealer wrote.
    """

    signer: str
    at: datetime | None
    intact: bool
    trusted: bool
    whole: bool
    changed_after: bool


class _Sealer(PdfSigner):
    """Writes the instant that it was given instead of that of the machine."""

    at: datetime

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002  pyHanko's own
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


@dataclass(frozen=True, slots=True)
class SealKey:
    """The key and the certificate of an office, ready to seal."""

    signer: SimpleSigner
    certificate: Certificate

    @classmethod
    def load(cls, file: Path, password: str) -> SealKey:
        """Read a PKCS#12 file; raises ``SealError`` in one plain sentence."""
        try:
            content = file.read_bytes()
        except OSError as error:
            raise SealError(sentences.cannot_read(file, error)) from error
        try:
            signer = SimpleSigner.load_pkcs12_data(content, (), password.encode())
        except ValueError as error:
            raise SealError(sentences.key_not_opened(file)) from error
        return cls(signer, signer.signing_cert)

    @property
    def owner(self) -> str:
        """Return the name in the certificate."""
        return _name(self.certificate)

    def seal(self, pdf: bytes, at: datetime) -> bytes:
        """Return the PDF with one more seal, which says that it was made at ``at``.

        Raises ``SealError`` when the certificate does not hold at that instant, or the
        file is not a PDF that can be sealed.
        """
        holds = self.certificate
        if not holds.not_valid_before <= at <= holds.not_valid_after:
            raise SealError(
                sentences.certificate_not_valid(
                    self.owner, holds.not_valid_before, holds.not_valid_after
                )
            )
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            field = f"Seal{len(writer.prev.embedded_signatures) + 1}"
        except Exception as error:  # a broken file breaks the reader anywhere
            raise SealError(sentences.SEALS_UNREADABLE) from error
        sealer = _Sealer(
            PdfSignatureMetadata(
                field_name=field,
                name=self.owner,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
            ),
            self.signer,
            new_field_spec=SigFieldSpec(field, invis_sig_settings=_OFF_THE_PAGE),
        )
        sealer.at = at
        target = io.BytesIO()
        try:
            sealer.sign_pdf(writer, output=target)
        except SigningError as error:
            raise SealError(sentences.TAKES_NO_SEAL) from error
        return target.getvalue()


def load_roots(file: Path) -> tuple[Certificate, ...]:
    """Read the certificates that are trusted to vouch for others, PEM or DER.

    Raises ``SealError`` when the file has none.
    """
    try:
        roots = tuple(load_certs_from_pemder([file]))  # type: ignore[no-untyped-call]
    except OSError as error:
        raise SealError(sentences.cannot_read(file, error)) from error
    except ValueError as error:
        raise SealError(sentences.no_certificates(file)) from error
    if not roots:
        raise SealError(sentences.no_certificates(file))
    return roots


def check_seals(
    pdf: bytes, roots: Sequence[Certificate], at: datetime
) -> tuple[Seal, ...]:
    """Return the seals of a PDF in the order they were put, none when it has none.

    Trust is judged as of ``at``. Raises ``SealError`` when the file, or a seal in it,
    cannot be read.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        return tuple(
            _checked(found, roots, at) for found in reader.embedded_regular_signatures
        )
    except Exception as error:  # a broken file breaks the reader anywhere
        raise SealError(sentences.SEALS_UNREADABLE) from error


def untouched(seals: Sequence[Seal]) -> bool:
    """Return whether seals are there, all hold, and the last one covers the file."""
    return any(seal.whole for seal in seals) and all(
        seal.intact and not seal.changed_after for seal in seals
    )


def _checked(
    found: EmbeddedPdfSignature, roots: Sequence[Certificate], at: datetime
) -> Seal:
    context = ValidationContext(
        trust_roots=list(roots), moment=at, allow_fetching=False
    )
    status = validate_pdf_signature(found, context, key_usage_settings=_USES)
    return Seal(
        signer=_name(status.signing_cert),
        at=found.self_reported_timestamp,
        intact=status.intact and status.valid,
        trusted=status.trusted,
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        changed_after=status.modification_level not in _NO_CHANGE,
    )


def _name(certificate: Certificate) -> str:
    """Return the name of who holds a certificate: the common name, else all of it."""
    names = certificate.subject.native
    return str(names.get("common_name") or certificate.subject.human_friendly)
