"""A certificate authority of the tests' own, and keys that seal papers under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=365 * 20)
PASSWORD = "mật khẩu của con dấu"
OFFICE = "Chi nhánh đăng ký đất đai Ea Kao (mẫu)"


def _name(text):
    # A common name has at most 64 bytes.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """Signs certificates; two of them do not know each other."""

    folder: Path
    name: str = "Gốc tin cậy (mẫu)"

    def __post_init__(self):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._own = self._signed(_name(self.name), self._key, ca=True, length=YEARS)
        self.roots = self.folder / f"{self.name}.pem"
        self.roots.write_bytes(self._own.public_bytes(Encoding.PEM))

    def key(self, owner=OFFICE, *, length=YEARS) -> Path:
        """Write a PKCS#12 file of a new key, and return where it is."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(_name(owner), key, ca=False, length=length)
        lock = BestAvailableEncryption(PASSWORD.encode())
        file = self.folder / f"{owner}.p12"
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"seal", key, certificate, [self._own], lock
            )
        )
        return file

    def _signed(self, subject, key, *, ca, length):
        uses = x509.KeyUsage(
            digital_signature=not ca,
            content_commitment=not ca,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=ca,
            crl_sign=ca,
            encipher_only=False,
            decipher_only=False,
        )
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_name(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(SINCE)
            .not_valid_after(SINCE + length)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), True)
            .add_extension(uses, True)
            .sign(self._key, hashes.SHA256())
        )
