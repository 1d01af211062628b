"""A dossier in the words of the national portal, for its synchronisation service.

The names of the fields are those of the service (``DongBoHoSoMC``,
``CapNhatTienDoHoSoMC``); what is not known is null, never made up. Instants are
``yyyyMMddHHmmss`` in Vietnam's time.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, JsonValue, PlainSerializer

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# A day as appointment lasts until its end (BLDS Điều 148 khoản 6).
_END_OF_DAY = time(23, 59, 59)


def stamp(at: datetime | date) -> str:
    """Return an instant, or the end of a day, as the service writes it."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, _END_OF_DAY, _VIETNAM)
    return at.astimezone(_VIETNAM).strftime("%Y%m%d%H%M%S")


Stamp = Annotated[datetime | date, PlainSerializer(stamp, return_type=str)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def to_json(self) -> dict[str, JsonValue]:
        """Return it under the names of the service."""
        return self.model_dump(mode="json", by_alias=True)


class SentPaper(_Record):
    """A paper of the dossier: its name, how many, and the type of the copy."""

    name: str = Field(alias="TenGiayTo")
    count: int = Field(default=1, alias="SoLuong")
    copy_type: str | None = Field(default=None, alias="LoaiGiayTo")


class SentSupplement(_Record):
    """A request to complete the dossier, and what became of it."""

    id: str = Field(alias="HoSoBoSungId")
    asked_by: str = Field(alias="NguoiYeuCauBoSung")
    content: str = Field(alias="NoiDungBoSung")
    asked_at: Stamp = Field(alias="NgayBoSung")
    taken_by: str | None = Field(default=None, alias="NguoiTiepNhanBoSung")
    taken_note: str | None = Field(default=None, alias="ThongTinTiepNhan")
    taken_at: Stamp | None = Field(default=None, alias="NgayTiepNhanBoSung")
    state: str | None = Field(default=None, alias="TrangThaiBoSung")
    papers: tuple[SentPaper, ...] = Field(default=(), alias="DanhSachGiayToBoSung")
    fees: tuple[JsonValue, ...] = Field(default=(), alias="DanhSachLePhiBoSung")
    promised_before: Stamp | None = Field(default=None, alias="NgayHenTraTruoc")
    promised_anew: Stamp | None = Field(default=None, alias="NgayHenTraMoi")


class SentResult(_Record):
    """A paper that the citizen gets."""

    name: str = Field(alias="TenGiayTo")
    component: str | None = Field(default=None, alias="MaThanhPhanHoSo")
    id: str = Field(alias="GiayToId")
    address: str | None = Field(default=None, alias="DuongDanTepTinKetQua")


class SentDossier(_Record):
    """The whole dossier as it stands after a move (``DongBoHoSoMC``)."""

    code: str = Field(alias="MaHoSo")
    procedure_code: str | None = Field(alias="MaTTHC")
    procedure_title: str = Field(alias="TenTTHC")
    field_code: str | None = Field(default=None, alias="MaLinhVuc")
    field_name: str | None = Field(default=None, alias="TenLinhVuc")
    owner: str = Field(alias="ChuHoSo")
    owner_kind: str | None = Field(default=None, alias="LoaiDoiTuong")
    owner_id: str | None = Field(default=None, alias="MaDoiTuong")
    more: str | None = Field(default=None, alias="ThongTinKhac")
    email: str | None = Field(default=None, alias="Email")
    fax: str | None = Field(default=None, alias="Fax")
    phone: str | None = Field(default=None, alias="SoDienThoai")
    summary: str = Field(alias="TrichYeuHoSo")
    received_at: Stamp | None = Field(alias="NgayTiepNhan")
    appointment: Stamp | None = Field(alias="NgayHenTra")
    status: str = Field(alias="TrangThaiHoSo")
    returned_at: Stamp | None = Field(alias="NgayTra")
    return_note: str | None = Field(default=None, alias="ThongTinTra")
    delivery: str | None = Field(default=None, alias="HinhThuc")
    ended_at: Stamp | None = Field(alias="NgayKetThucXuLy")
    office: str | None = Field(alias="DonViXuLy")
    note: str | None = Field(default=None, alias="GhiChu")
    files: tuple[JsonValue, ...] = Field(default=(), alias="TaiLieuNop")
    fees: tuple[JsonValue, ...] = Field(default=(), alias="DanhSachLePhi")
    papers: tuple[SentPaper, ...] = Field(alias="DanhSachTepDinhKemKhac")
    supplements: tuple[SentSupplement, ...] = Field(alias="DanhSachHoSoBoSung")
    results: tuple[SentResult, ...] = Field(alias="DanhSachGiayToKetQua")


class SentProgress(_Record):
    """One step of the work on a dossier (``CapNhatTienDoHoSoMC``)."""

    code: str = Field(alias="MaHoSo")
    by: str = Field(alias="NguoiXuLy")
    position: str | None = Field(default=None, alias="ChucDanh")
    at: Stamp = Field(alias="ThoiDiemXuLy")
    office: str | None = Field(alias="PhongBanXuLy")
    what: str = Field(alias="NoiDungXuLy")
    status: str = Field(alias="TrangThai")
    began_at: Stamp = Field(alias="NgayBatDau")
    due: Stamp | None = Field(alias="NgayKetThucTheoQuyDinh")
