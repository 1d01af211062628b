"""The one place where adapters, clock, chance, secrets and the store are chosen."""

from __future__ import annotations

import gc
import hashlib
import hmac
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from forms.catalog import Catalog
from forms.darkroom import Darkroom
from forms.practice import PracticePrinter
from forms.press import Press
from forms.stand_in import StandInPrinter
from integrations.http import Exchange, Line, forget
from integrations.identity import gateway as identity_gateway
from integrations.identity.provider import Provider
from integrations.land_registry import gateway as registry_gateway
from integrations.land_registry.sandbox import LandRegistrySandbox
from integrations.messaging import gateway as messaging_gateway
from integrations.messaging.accounts import Accounts
from integrations.messaging.sandbox import MessengerSandbox
from integrations.messaging.tokens import MemoryTokens, TokenStore
from integrations.notary import gateway as notary_gateway
from integrations.notary.sandbox import NotarySandbox
from integrations.objects.store import ObjectPlace, ObjectStore
from integrations.payment import gateway as payment_gateway
from integrations.payment.sandbox import PaymentSandbox
from integrations.portal import gateway as portal_gateway
from integrations.portal.sandbox import PortalSandbox
from integrations.portal.trial import trial_account
from integrations.ports import Messenger, NationalPortal, Ports
from integrations.tax import gateway as tax_gateway
from integrations.tax.sandbox import TaxSandbox
from integrations.twin import Twin
from service.auth.codes import Ids
from service.auth.office_keys import office_key
from service.auth.passwords import Passwords
from service.errors import InputError
from service.installed_law import installed_law
from service.metrics import PAPERS
from service.observability import request_id
from service.persistence.database import Beside, Database, connect, upgrade
from service.persistence.stored_tokens import StoredTokens
from service.secrecy.key_ring import (
    FileRing,
    Ring,
    made_of,
    make_ring,
    others_may_read,
)
from service.settings import Settings
from service.usecases.administration.office_days import NoticeShelf
from service.usecases.desk import Clock, Desk, let_pass
from service.usecases.outside.exchange_log import writes_down
from service.usecases.papers.shelf import Shelf
from service.usecases.practising.practice_rooms import practice_number
from workflows.calendar import Notices
from workflows.loader import load_calendar, load_territory
from workflows.packages import Law

_YEARS_OF_MINUTES = 10 * 366 * 24 * 60
_NO_LIMIT = 10_000
_SECRET_FILE = "secret.key"  # noqa: S105  the name of a file


@dataclass(frozen=True, slots=True)
class Chance:
    """Names and waiting times nobody can guess, from the operating system."""

    def new_id(self) -> str:
        """Return 128 random bits in hexadecimal."""
        return secrets.token_hex(16)

    def token(self) -> str:
        """Return 256 random bits for a cookie."""
        return secrets.token_urlsafe(32)

    def bits(self, count: int) -> int:
        """Return a random number of so many bits."""
        return secrets.randbits(count)

    def fraction(self) -> float:
        """Return a chance between 0 and 1."""
        return secrets.randbits(53) / 2**53


class SeededChance:
    """The same names for the same seed; for rehearsals and tests only."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  nothing secret comes of it

    def new_id(self) -> str:
        """Return 128 bits of the seed in hexadecimal."""
        return f"{self._random.getrandbits(128):032x}"

    def token(self) -> str:
        """Return 256 bits of the seed."""
        return f"{self._random.getrandbits(256):064x}"

    def bits(self, count: int) -> int:
        """Return a number of so many bits."""
        return self._random.getrandbits(count)

    def fraction(self) -> float:
        """Return a chance between 0 and 1."""
        return self._random.random()


def system_clock() -> datetime:
    """Return the instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the one clock of the service


def build_desk(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    law: Law | None = None,
    press: Press | None = None,
    passing: Callable[[str], None] | None = None,
) -> Desk:
    """Join everything a use case works with; the schema is not touched.

    In the demo a secret is made and kept in the data directory, readable by the owner
    alone. Outside the demo the settings refuse to be without one. The press starts
    with the first paper; whoever runs the desk closes it at the end.
    """
    now, secret = clock or system_clock, installation_secret(settings)
    database = open_database(settings, installation_ring(settings, now))
    written = writes_down(database, settings.province)
    return Desk(
        database=database,
        law=law or installed_law(settings.data_dir / "cache", settings.own_packages),
        territory=load_territory(),
        calendar=load_calendar(),
        catalog=Catalog.load(),
        clock=now,
        ids=ids or Chance(),
        ports=build_ports(settings, now, secret, written, StoredTokens(database)),
        settings=settings,
        passwords=Passwords(),
        secret=secret,
        press=press or build_press(settings),
        darkroom=build_darkroom(settings),
        passing=passing or let_pass,
        seal=build_seal(settings, now),
    )


def open_database(settings: Settings, ring: Ring, *, lasting: bool = True) -> Database:
    """Open the database of the settings, with the other ways to it that they name."""
    beside = Beside(
        settings.database_admin_url, settings.replica_url, settings.replica_seconds
    )
    database = connect(settings.url, ring, lasting=lasting, beside=beside)
    return replace(database, objects=build_objects(settings))


def own_database(settings: Settings) -> Database:
    """Open the database of the settings with their ring, and nothing else of a desk."""
    return open_database(settings, installation_ring(settings, system_clock))


def build_objects(settings: Settings) -> ObjectStore | None:
    """Return the store of papers that the settings name; None: the database itself.

    Raises InputError when the extra is not installed.
    """
    if not settings.objects.is_set:
        return None
    try:
        from integrations.objects.gateway import S3Store  # noqa: PLC0415  an extra
    except ImportError as error:
        raise InputError("DAT_OBJECTS: chưa cài phần thêm objects của Dắt.") from error
    return S3Store(settings.objects)


def settle() -> None:
    """Let the collector pass over all that there is now: the law stays for good.

    For a process that serves or works, once, when its desk is built. A full collection
    would else walk the whole law in the middle of somebody's request.
    """
    gc.collect()
    gc.freeze()


def build_press(settings: Settings) -> Press:
    """Return the printing processes that the settings describe; none runs yet."""
    return Press(
        workers=settings.paper_workers,
        seconds=settings.paper_seconds,
        megabytes=settings.paper_megabytes,
        took=PAPERS.observe,
    )


def build_darkroom(settings: Settings) -> Darkroom:
    """Return the decoding processes that the settings describe; none runs yet."""
    return Darkroom(
        workers=settings.photo_workers,
        seconds=settings.photo_seconds,
        megabytes=settings.paper_megabytes,
    )


def build_ports(
    settings: Settings,
    clock: Clock,
    secret: bytes,
    written: Callable[[Exchange], None] = forget,
    tokens: TokenStore | None = None,
) -> Ports:
    """Choose for each office the live gateway when it has an address, else the twin.

    Outside the demo there are no twins: an office without an address refuses calls.
    The secret is that of the installation, which the keys of the offices come from;
    ``written`` is told of every exchange with a live one; ``tokens`` is where what
    providers of texts gave us outlives the process.
    """
    demo = settings.environment == "demo"
    auto = settings.offices_mode == "auto"
    live = settings.gateways

    def twin(office: str) -> bool:
        return demo and office not in live

    def line(office: str) -> Line | None:
        if office not in live:
            return None
        key = office_key(settings, secret, office)
        return Line(
            office, live[office], key, clock, written=written, request=request_id
        )

    def unsigned(channel: str, address: str) -> Line:
        """Return the line to a provider who knows us by what the headers hold."""
        return Line(channel, address, b"", clock, written=written, request=request_id)

    def texts() -> Messenger:
        kept, there = tokens or MemoryTokens(), line("messaging")
        if demo and there is not None:
            return messaging_gateway.connect_trial(there, unsigned, kept)
        accounts = settings.messaging
        return messaging_gateway.connect(accounts, unsigned, clock, kept)

    def portal() -> NationalPortal:
        there, account = line("portal"), settings.portal
        if demo and there is not None:
            account = trial_account(there.secret)
        return portal_gateway.connect(there, account)

    return Ports(
        tax=TaxSandbox(Twin("tax", clock), auto=auto)
        if twin("tax")
        else tax_gateway.connect(line("tax")),
        notary=NotarySandbox(Twin("notary", clock))
        if twin("notary")
        else notary_gateway.connect(line("notary")),
        land_registry=LandRegistrySandbox(Twin("land_registry", clock), auto=auto)
        if twin("land_registry")
        else registry_gateway.connect(line("land_registry")),
        identity=identity_gateway.connect(_provider(settings, secret), clock),
        payment=PaymentSandbox(Twin("payment", clock), auto=auto)
        if twin("payment")
        else payment_gateway.connect(line("payment")),
        messenger=MessengerSandbox(Twin("messaging", clock))
        if twin("messaging") and not settings.messaging.any_set
        else texts(),
        portal=PortalSandbox(Twin("portal", clock)) if twin("portal") else portal(),
    )


def _provider(settings: Settings, secret: bytes) -> Provider:
    """Return the provider of the settings; that of the trial stands among gateways.

    Outside the demo nobody signs in at one that only has an address.
    """
    told, address = settings.identity, settings.gateways.get("identity", "")
    if told.issuer or not address or settings.environment != "demo":
        return told
    trial = {
        "issuer": address,
        "client_secret": office_key(settings, secret, "identity").hex(),
    }
    return Provider.model_validate(told.model_dump() | trial)


def build_seal(settings: Settings, clock: Clock) -> Callable[[bytes], bytes] | None:
    """Return what seals a PDF with the key of the settings, None when there is none.

    Raises ``SealError`` when the key cannot be opened, or the extra is not installed.
    """
    if settings.seal_file is None:
        return None
    from forms.sealing import SealKey  # noqa: PLC0415  an extra of the installation

    key = SealKey.load(settings.seal_file, settings.seal_password.get_secret_value())
    return lambda pdf: key.seal(pdf, clock())


def rehearsal_desk(
    folder: Path, clock: Clock, seed: int, *, press: Press, law: Law | None = None
) -> Desk:
    """Return a desk on a new SQLite file in the folder, with offices that answer.

    It seals nothing: a rehearsed paper is no paper of an office, and its sum must be
    the same on a second run. The press outlives the desk: it belongs to whoever
    rehearses.
    """
    settings = Settings(
        environment="demo",
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'rehearsal.sqlite'}",
        objects=ObjectPlace(),
        offices_mode="auto",
        seal_file=None,
    )
    desk = build_desk(
        settings, clock=clock, ids=SeededChance(seed), law=law, press=press
    )
    upgrade(desk.database)
    return desk


def practice_desk(home: Desk, folder: Path, clock: Clock) -> Desk:
    """Return the desk of a practice room, whose database lies in the folder.

    Whatever the installation is, its offices are twins and nothing leaves the machine;
    sessions outlive the days that the clock of the room runs ahead. The law, the forms
    and the printing are those of the installation.
    """
    settings = home.settings.model_copy(
        update={
            "environment": "demo",
            "data_dir": folder,
            "packages_dir": home.settings.own_packages,
            "database_url": "",
            "database_admin_url": "",
            "replica_url": "",
            "objects": ObjectPlace(),
            "offices_mode": "auto",
            "office_secrets": {},
            "gateways": {},
            "identity": Provider(),
            "messaging": Accounts(),
            "seal_file": None,
            "helped_a_day": _NO_LIMIT,
            "clerk_idle_minutes": _YEARS_OF_MINUTES,
            "citizen_idle_minutes": _YEARS_OF_MINUTES,
            "session_hours": _YEARS_OF_MINUTES,
        }
    )
    told = hmac.new(home.secret, folder.name.partition(".")[0].encode(), hashlib.sha256)
    desk = replace(
        home,
        database=connect(settings.url, made_of(told.digest())),
        clock=clock,
        ports=build_ports(settings, clock, told.digest()),
        settings=settings,
        secret=told.digest(),
        press=PracticePrinter(home.press, practice_number(told.digest())),
        editions={},
        papers=Shelf(),
        seal=None,
        practice=True,
        calendar=home.calendar.with_notices(Notices()),
        notices=NoticeShelf(),
        counted_with=0,
    )
    upgrade(desk.database)
    return desk


def month_desk(home: Desk, clock: Clock, seed: int) -> Desk:
    """Return the desk on which a made-up month is played, on the same database.

    Its offices answer by themselves, papers are one page, numbers of matters are
    hashed quickly, and the database does not wait for the disk: nothing of it is real.
    """
    settings = home.settings.model_copy(
        update={
            "offices_mode": "auto",
            "gateways": {},
            "identity": Provider(),
            "messaging": Accounts(),
            "seal_file": None,
        }
    )
    return replace(
        home,
        database=open_database(settings, home.ring, lasting=False),
        clock=clock,
        ids=SeededChance(seed),
        ports=build_ports(settings, clock, home.secret),
        settings=settings,
        passwords=Passwords(memory_kib=64, time_cost=1),
        press=StandInPrinter(home.press),
        papers=Shelf(),
        seal=None,
    )


def installation_secret(settings: Settings) -> bytes:
    """Return the secret of the settings; in the demo one that is kept in a file."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / _SECRET_FILE
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_hex(32).encode())
    return path.read_bytes()


def installation_ring(settings: Settings, clock: Clock) -> FileRing:
    """Return the keys that seal personal data; in the demo they are made when missing.

    Raises InputError outside the demo when no file of keys was named and made: keys
    made by themselves would lie where nobody keeps them.
    """
    path = settings.ring_path
    if settings.environment != "demo" and settings.key_file is None:
        raise InputError(
            "Chưa có vòng khóa che dữ liệu cá nhân: đặt DAT_KEY_FILE là một tệp ngoài"
            " cơ sở dữ liệu, rồi chạy dat keys new."
        )
    if not path.exists():
        if settings.environment != "demo":
            raise InputError(
                f"Không có tệp khóa {path} (DAT_KEY_FILE). Lần đầu cài đặt thì chạy dat"
                " keys new; nếu không, đưa tệp khóa từ bản cất giữ về."
            )
        make_ring(path, clock())
    if settings.environment != "demo" and others_may_read(path):
        raise InputError(
            f"Tệp khóa {path} (DAT_KEY_FILE) đang để người khác trên máy đọc hoặc sửa"
            f" được. Chạy: chmod 600 {path}, rồi chạy lại."
        )
    return FileRing(path)
