"""Settings by environment with the prefix ``DAT_``; production refuses demo secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from integrations.identity.provider import Provider, is_safe
from integrations.messaging.accounts import Accounts
from integrations.objects.store import ObjectPlace
from integrations.portal.wire import PortalAccount

_MIN_SECRET = 32
# TCVN 14423:2026, level 3: passwords of administrators, and accounts nobody uses.
_PASSWORD_DAYS = 60
_IDLE_DAYS = 45
# A random secret has many characters and no word of an example.
_LEAST_DIFFERENT = 10
_EXAMPLES = ("change", "example", "secret", "password", "matkhau", "mat-khau", "vidu")
_STRONG = f"random and at least {_MIN_SECRET} characters, not an example"


def _is_weak(secret: str) -> bool:
    """Return whether a secret is short, of few characters, or taken from an example."""
    plain = secret.casefold()
    return (
        len(secret) < _MIN_SECRET
        or len(set(secret)) < _LEAST_DIFFERENT
        or any(word in plain for word in _EXAMPLES)
    )


class Settings(BaseSettings):
    """What an installation chooses; every name may be set as ``DAT_<NAME>``.

    A name inside a group stands behind two underscores: ``DAT_IDENTITY__ISSUER``.
    """

    model_config = SettingsConfigDict(
        env_prefix="DAT_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    environment: Literal["demo", "production"] = "demo"
    data_dir: Path = Path(".dat")
    packages_dir: Path | None = Field(
        default=None, description="own packages of the law; packages in data_dir"
    )
    database_url: str = ""
    database_admin_url: str = Field(
        default="",
        description="the server itself, when DAT_DATABASE_URL is that of a pooler",
    )
    replica_url: str = Field(
        default="", description="a streaming replica that look-ups by code are read of"
    )
    replica_seconds: float = Field(
        default=5, gt=0, description="older than this no look-up is read of the replica"
    )
    objects: ObjectPlace = Field(
        default=ObjectPlace(), description="where papers lie; absent: in the database"
    )
    secret_key: SecretStr | None = Field(
        default=None, description="absent in the demo: made and kept in data_dir"
    )
    key_file: Path | None = Field(
        default=None,
        description="keys that seal personal data; in the demo made in data_dir",
    )
    offices_mode: Literal["manual", "auto"] = "manual"
    office_secrets: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="office name -> its key; two while it is changed: new, space, old",
    )
    gateways: dict[str, str] = Field(
        default_factory=dict, description="office name -> address of its live system"
    )
    payment_page_hosts: frozenset[str] = Field(
        default=frozenset(),
        description="hosts, besides that of the payment gateway, where people pay",
    )
    identity: Provider = Field(
        default=Provider(), description="where people sign in by their identity"
    )
    messaging: Accounts = Field(
        default=Accounts(), description="agreements by which texts are sent"
    )
    portal: PortalAccount = Field(
        default=PortalAccount(), description="the account at the national portal"
    )
    seal_file: Path | None = Field(
        default=None, description="PKCS#12 key that seals the papers of the offices"
    )
    seal_password: SecretStr = SecretStr("")
    seal_roots: Path | None = Field(
        default=None, description="certificates trusted to vouch for seals, PEM or DER"
    )
    province: str = "66"
    keeper: str = Field(
        default="", description="who keeps the data and answers for them, in consents"
    )
    base_url: str = "http://127.0.0.1:8000"
    secure_cookies: bool = False
    clerk_idle_minutes: int = 15
    citizen_idle_minutes: int = 60
    visit_minutes: int = Field(
        default=30, ge=1, description="how long a reason opens another office's dossier"
    )
    session_hours: int = 10
    lease_minutes: int = Field(
        default=30, ge=1, description="so long a case that a clerk takes up is held"
    )
    offline_late_hours: int = Field(
        default=24, ge=0, description="how late an answer noted offline may arrive"
    )
    sign_in_tries: int = 10
    sign_in_window_seconds: int = 300
    sign_ins_of_client: int = Field(
        default=100, ge=1, description="sign-ins of one address in five minutes"
    )
    opens_of_client: int = Field(
        default=150, ge=1, description="matters opened from one address in five minutes"
    )
    prints_of_person: int = Field(
        default=240, ge=1, description="papers printed for one in five minutes"
    )
    uploads_of_person: int = Field(
        default=120, ge=1, description="times one sends files in five minutes"
    )
    searches_of_person: int = Field(
        default=600, ge=1, description="times a clerk looks for a case in five minutes"
    )
    misses_of_client: int = Field(
        default=150, ge=1, description="wrong codes looked up from one address"
    )
    code_tries_a_day: int = Field(
        default=100, ge=1, description="codes of the second factor of one account"
    )
    second_factor: Literal["everybody", "administrators", "nobody"] | None = Field(
        default=None,
        description="staff who need one: everybody; in the demo nobody needs it",
    )
    password_days: int | None = Field(
        default=None,
        ge=0,
        description="so long an administrator keeps a password: 60 outside the demo",
    )
    password_history: int = Field(
        default=10, ge=0, description="last passwords an administrator takes not again"
    )
    idle_account_days: int | None = Field(
        default=None,
        ge=0,
        description="unused so long an account is locked: 45 outside the demo",
    )
    access_review_days: int = Field(
        default=182, ge=1, description="in so many days each account is looked over"
    )
    number_tries_a_day: int = Field(
        default=100, description="tries a day with the number under one code"
    )
    follow_minutes: int = Field(
        default=30, description="how long following stays open after the second factor"
    )
    follow_digits_a_day: int = Field(
        default=5, description="tries a day with the last digits of an id or a phone"
    )
    follow_tries_of_client: int = Field(
        default=60, description="tries of one address within the window of a sign-in"
    )
    practice_rooms_of_client: int = Field(
        default=60, ge=1, description="rooms to practise in of one address in an hour"
    )
    predict_from_cases: int = Field(
        default=20, ge=2, description="finished cases that a predicted day needs"
    )
    outbox_horizon_hours: int = 168
    office_failures: int = Field(
        default=5, ge=1, description="calls in a row without an answer until a rest"
    )
    office_rest_seconds: int = Field(
        default=300, ge=1, description="the longest rest before an office is tried"
    )
    callbacks_of_client: int = Field(
        default=3000, ge=1, description="messages of one address in five minutes"
    )
    forged_of_hour: int = Field(
        default=20,
        ge=1,
        description="messages nobody signed kept of an office in an hour",
    )
    quarantine_of_hour: int = Field(
        default=100, ge=1, description="unusable messages of an office kept in an hour"
    )
    compare_hour: int = Field(
        default=2, ge=0, le=23, description="when the books of offices are compared"
    )
    compare_days: int = Field(
        default=14, ge=1, description="how far back the book of an office is compared"
    )
    worker_seconds: float = 1.0
    least_free_megabytes: int = Field(
        default=200, ge=0, description="with less room on the disk it is not ready"
    )
    undo_seconds: int = 60
    helped_a_day: int | None = Field(
        default=None, ge=1, description="residents a day of one helper; else the data"
    )
    paper_workers: int = Field(default=2, ge=1, description="processes that print")
    paper_seconds: float = Field(
        default=20, gt=0, description="after so long a paper is given up"
    )
    paper_megabytes: int = Field(
        default=400, ge=128, description="what a printing process may hold in memory"
    )
    photo_megabytes: int = Field(
        default=12,
        ge=1,
        description="the largest photo or PDF of a paper that is taken",
    )
    photo_pages: int = Field(
        default=10, ge=1, description="pages of one PDF of a paper that are taken"
    )
    photos_of_matter: int = Field(
        default=60, ge=1, description="photographed pages that one matter may keep"
    )
    photo_days: int = Field(
        default=30, ge=1, description="after so many days checks and photos are deleted"
    )
    identity_days: int = Field(
        default=365,
        ge=1,
        description="after so many days without a sign-in elsewhere one is forgotten",
    )
    photo_workers: int = Field(default=1, ge=1, description="processes that decode")
    photo_seconds: float = Field(
        default=20, gt=0, description="after so long a photo is given up"
    )
    backup_hour: int | None = Field(
        default=None,
        ge=-1,
        le=23,
        description="hour in Vietnam of the daily backup; -1: none; absent: 1 o'clock,"
        " none in the demo",
    )
    backup_dir: Path | None = Field(
        default=None, description="where backups lie; backups in data_dir"
    )
    backup_copy_dir: Path | None = Field(
        default=None, description="a second place for each backup, on another disk"
    )
    backup_keep_days: int = Field(
        default=30, ge=1, description="after so many days a backup is removed"
    )
    backup_proved: bool = Field(
        default=True, description="each daily backup is restored beside, as a trial"
    )
    audit_head_hour: int | None = Field(
        default=None,
        ge=-1,
        le=23,
        description="hour in Vietnam of the daily audit head; -1: none; absent: 2"
        " o'clock, none in the demo",
    )
    audit_head_dir: Path | None = Field(
        default=None, description="a folder elsewhere that each audit head goes to"
    )
    audit_head_to: str = Field(
        default="", description="e-mail of an inspector who gets each audit head"
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="opens /metrics; absent: from this machine only"
    )
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="where dat worker opens /metrics, /livez and /readyz; absent: none",
    )
    metrics_host: str = Field(
        default="127.0.0.1", description="the address of that port"
    )
    telemetry_address: str = Field(
        default="", description="collector of traces (OTLP over HTTP); empty: none"
    )
    drain_seconds: float = Field(
        default=0, ge=0, description="told to stop, so long it still takes requests"
    )
    stop_seconds: int = Field(
        default=20, ge=1, description="told to stop, so long requests may still take"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_keep_days: int | None = Field(
        default=None,
        ge=1,
        description="so long whoever collects the log keeps it; it is checked only",
    )
    system_level: int = Field(
        default=3,
        ge=1,
        le=5,
        description="level of the information system, by which the log is kept",
    )

    @property
    def url(self) -> str:
        """Return the database address; SQLite in the data directory by default."""
        return self.database_url or f"sqlite:///{self.data_dir / 'dat.sqlite'}"

    @property
    def backups(self) -> Path:
        """Return the folder of the backups."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def backs_up_at(self) -> int | None:
        """Return the hour of the daily backup, None when there is none."""
        return self._daily(self.backup_hour, 1)

    @property
    def heads_at(self) -> int | None:
        """Return the hour of the daily audit head, None when there is none."""
        return self._daily(self.audit_head_hour, 2)

    def _daily(self, told: int | None, ordinary: int) -> int | None:
        """Return the hour that was told; else the ordinary, and none in the demo."""
        if told is None:
            return None if self.environment == "demo" else ordinary
        return told if told >= 0 else None

    @property
    def logged(self) -> str:
        """Return from which level on lines are logged; a demo tells only of trouble."""
        if self.environment == "demo" and "log_level" not in self.model_fields_set:
            return "WARNING"
        return self.log_level

    @property
    def own_packages(self) -> Path:
        """Return the folder of packages that this installation added itself."""
        return self.packages_dir or self.data_dir / "packages"

    @property
    def ring_path(self) -> Path:
        """Return where the ring of keys lies, outside the database."""
        return self.key_file or self.data_dir / "keys.json"

    @property
    def second_factor_of(self) -> Literal["everybody", "administrators", "nobody"]:
        """Return who needs a second factor: outside the demo everybody, unless told."""
        demo = self.environment == "demo"
        return self.second_factor or ("nobody" if demo else "everybody")

    def needs_second(self, kind: str) -> bool:
        """Return whether an account of a kind signs in with a second factor only."""
        told = self.second_factor_of
        few = told == "administrators" and kind == "administrator"
        return told == "everybody" or few

    def days_of_password(self, kind: str) -> int | None:
        """Return how long an account of a kind keeps a password, None for ever."""
        if kind != "administrator":
            return None
        return self._outside_demo(self.password_days, _PASSWORD_DAYS)

    @property
    def lock_after_days(self) -> int | None:
        """Return after how many days without use an account is locked, None never."""
        return self._outside_demo(self.idle_account_days, _IDLE_DAYS)

    def _outside_demo(self, told: int | None, ordinary: int) -> int | None:
        """Return what was told; else the ordinary, and nothing in the demo; 0: none."""
        if told is None:
            return None if self.environment == "demo" else ordinary
        return told or None

    def served_at(self, address: str) -> Self:
        """Return these with the address that printed codes lead to, unless it is set.

        A trial on another port would else print codes that open nothing.
        """
        if "base_url" in self.model_fields_set:
            return self
        return self.model_copy(update={"base_url": address})

    @model_validator(mode="after")
    def _refuse_demo_secrets(self) -> Self:
        """Tell everything at once that an installation must not start with."""
        if self.environment == "demo":
            return self
        if wrong := [f"outside the demo {each}" for each in self._unfit()]:
            raise ValueError("\n".join(wrong))
        return self

    def _unfit(self) -> Iterator[str]:
        secret = self.secret_key.get_secret_value() if self.secret_key else ""
        if _is_weak(secret):
            yield f"DAT_SECRET_KEY must be {_STRONG}: openssl rand -hex 32"
        for office, told in self.office_secrets.items():
            keys = told.get_secret_value().split()
            if not keys or any(map(_is_weak, keys)):
                yield f"DAT_OFFICE_SECRETS of {office} must be {_STRONG}"
        if self.second_factor == "nobody":
            yield (
                "DAT_SECOND_FACTOR must be everybody, or"
                " administrators where nobody else signs in from the Internet"
            )
        if self.log_level == "DEBUG":
            yield (
                "DAT_LOG_LEVEL must not be DEBUG: what is noted for"
                " finding faults may tell of people"
            )
        for office, address in self.gateways.items():
            if not address.startswith("https://"):
                yield f"DAT_GATEWAYS must name {office} by https"
        if not self.base_url.startswith("https://") or not self.secure_cookies:
            yield "DAT_BASE_URL must be https and DAT_SECURE_COOKIES must be true"

    @model_validator(mode="after")
    def _refuse_open_lines(self) -> Self:
        """Refuse to send what people told us through a line that others can read."""
        if self.environment == "demo":
            return self
        if self.objects.address and not is_safe(self.objects.address):
            raise ValueError(
                "outside the demo DAT_OBJECTS__ADDRESS must be https outside loopback"
            )
        texts = self.messaging
        for address in (
            texts.zalo.address,
            texts.zalo.token_address,
            texts.sms.address,
        ):
            if address and not is_safe(address):
                raise ValueError(
                    "outside the demo DAT_MESSAGING must name providers by https"
                    " outside loopback"
                )
        return self
