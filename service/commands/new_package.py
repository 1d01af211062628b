"""A new package of the law written out: its head, and a list of what a person fills."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from service.errors import InputError
from workflows.definition import PackageHead
from workflows.packages import Edition, Law

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the administrator asked for, as typed; None where he left it open.

    ``replaces`` is a package that was thought to hold until this one was learned of, on
    the day ``known_since``.
    """

    parent: str
    territory: str
    instrument: str
    package_id: str | None
    title: str | None
    begins: date | None
    replaces: str | None = None
    known_since: date | None = None


def write_package(
    law: Law, wanted: Wanted, place: str, folder: Path, today: date
) -> Path:
    """Write the package into a new folder below ``folder`` and return that folder.

    ``place`` is the name of the province. Raises InputError for a parent, an id or a
    day that cannot be, and never writes over anything.
    """
    parent = law.packages.get(wanted.parent)
    if parent is None:
        names = ", ".join(sorted(law.packages))
        raise InputError(f"--from: không có gói {wanted.parent!r}; hiện có: {names}.")
    if parent.kind == "shared":
        raise InputError(
            f"--from: {wanted.parent!r} là phần dùng chung, không phải gói thủ tục."
        )
    if wanted.replaces is not None and wanted.replaces not in law.packages:
        raise InputError(f"--replaces: không có gói {wanted.replaces!r}.")
    begins = _begins(law, wanted, today)
    name = wanted.package_id or f"vn-{wanted.territory}-{begins.year}"
    if not _ID.fullmatch(name):
        raise InputError(
            f"--id: {name!r} chỉ được gồm chữ thường không dấu, số và dấu gạch nối."
        )
    target = folder / name
    if target.exists():
        raise InputError(f"{target} đã có; lệnh này không ghi đè.")
    edition = law.package_edition(parent.package, _day_of(parent, begins))
    known = wanted.instrument in edition.instruments
    instrument = wanted.instrument if known else _slug(wanted.instrument)
    title = wanted.title or f"Thủ tục đất đai {place}"
    parents = [head.package for head in law.line_above(parent.package)]
    head = _head(name, title, wanted, instrument, begins, edition, parents)
    files = {"package.yaml": head}
    if not known:
        files["instruments.yaml"] = _instrument(instrument, wanted, begins)
    target.mkdir(parents=True)
    for file, text in files.items():
        (target / file).write_text(text, "utf-8")
    return target


def _begins(law: Law, wanted: Wanted, today: date) -> date:
    """Return the first day: as asked, or when the province's own package has ended."""
    replaced = {wanted.package_id, wanted.replaces}
    own = [
        head
        for head in law.packages.values()
        if head.territory.province == wanted.territory
        and not head.territory.communes
        and head.package not in replaced
    ]
    last = max((head.in_force.to or date.max for head in own), default=None)
    begins = wanted.begins
    if begins is None:
        if last == date.max:
            begins = today
        else:
            begins = today if last is None else max(today, last + _ONE_DAY)
    meeting = [
        head for head in own if head.in_force.to is None or head.in_force.to >= begins
    ]
    if meeting:
        head = meeting[0]
        until = (
            f"đến hết {head.in_force.to}" if head.in_force.to else "chưa có ngày hết"
        )
        raise InputError(
            f"--in-force-from: ngày {begins} tỉnh {wanted.territory} đang có gói "
            f"{head.package} ({until}). Hai gói không được cùng có hiệu lực: chọn ngày "
            f"khác; --id {head.package} để gói mới đứng vào chỗ gói đó; hoặc "
            f"--replaces {head.package} nếu văn bản có từ trước mà nay mới tìm thấy."
        )
    return begins


def _day_of(parent: PackageHead, begins: date) -> date:
    """Return a day on which the parent holds, the new package's own if it may be."""
    last = parent.in_force.to
    day = max(begins, parent.in_force.from_)
    return day if last is None or day <= last else last


def _slug(text: str) -> str:
    """Make an id of the name of an instrument: ``Quyết định 12/2027`` as ASCII."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-") or "text"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _instrument(name: str, wanted: Wanted, begins: date) -> str:
    return f"""\
# Văn bản của gói này. VIỆC CẦN LÀM: ghi đủ số, ngày ban hành (issued: YYYY-MM-DD),
# ngày có hiệu lực; đọc văn bản rồi mới đổi status thành verified; thay văn bản nào
# thì ghi replaces.
instruments:
  {name}:
    title: {_quoted(wanted.instrument)}
    kind: provincial_decision
    status: unverified
    from: {begins}
    to: null
    territory: {_quoted(wanted.territory)}
"""


def _head(
    name: str,
    title: str,
    wanted: Wanted,
    instrument: str,
    begins: date,
    edition: Edition,
    parents: Collection[str],
) -> str:
    todo = "\n".join(_todo(edition, parents, instrument))
    return f"""\
# Gói mới, kế thừa {wanted.parent}.
# Chưa ai đối chiếu với văn bản: mọi trang đều hiện "chưa xác minh". Sửa xong thì chạy:
#   dat packs check
#   dat packs diff {wanted.parent} {name}
package: {name}
{_learned(wanted)}title: {_quoted(title)}
kind: province
territory: {{province: {_quoted(wanted.territory)}}}
in_force: {{from: {begins}, to: null}}
status: unverified
notice: >-
  Gói này mới lập, chưa được đối chiếu với văn bản của tỉnh; số ngày, số mẫu, phí
  có thể khác.
instrument: {instrument}
extends: {wanted.parent}
overrides: []
# VIỆC CẦN LÀM (bỏ dấu # và điền; mỗi chỗ thay phải có lý do và căn cứ đã đọc):
{todo}
"""


def _learned(wanted: Wanted) -> str:
    if wanted.replaces is None:
        return ""
    return f"known_since: {wanted.known_since}\nreplaces: {wanted.replaces}\n"


def _todo(edition: Edition, parents: Collection[str], instrument: str) -> list[str]:
    """Return the comments: one line for each thing that only a person can find out."""
    source = f'{{instrument: {instrument}, at: "Đ…", mark: V}}'
    lines = ["#", "# 1. Số ngày (mỗi dòng là một thời hạn của gói gốc):"]
    named = edition.raw("parameters")
    procedures = [
        raw for raw in edition.raw("procedures").values() if raw["package"] in parents
    ]
    days = sorted(
        key
        for key in {str(name) for raw in procedures for name in _figures(raw)}
        if key in named and _is_days(named[key])
    )
    lines += [f"#    - {key}: {named[key].get('title') or key}" for key in days]
    if days:
        lines += [
            "#    Ví dụ:",
            f"#  - of: parameter/{days[0]}",
            "#    at: values",
            "#    replace:",
            "#      - since: YYYY-MM-DD",
            "#        value: {n: …, unit: working_day}",
            f"#        source: {source}",
            "#        status: verified",
            '#    why: "Quyết định của tỉnh có quy định riêng"',
            f"#    source: {source}",
        ]
    lines += ["#", "# 2. Số mẫu đơn của tỉnh (papers_in[form=…].edition):"]
    forms = _forms(procedures)
    lines += [f"#    - {form}: gói gốc ghi {number}" for form, number in forms.items()]
    lines += ["#", "# 3. Phí, lệ phí do HĐND tỉnh quy định:"]
    fees = sorted(
        {
            str(fee["amount"]["param"])
            for raw in procedures
            for fee in raw.get("fees", ())
        }
    )
    lines += [f"#    - parameter/{fee}" for fee in fees]
    lines += [
        "#",
        "# 4. Ủy quyền: việc nào giao cho Chủ tịch UBND xã, ai nhận hồ sơ",
        "#    (competence.<vai>.office, competence.<vai>.source của từng thủ tục).",
        "#",
        "# 5. Danh sách xã: xã nào được cộng thêm ngày (communes của số liệu);",
        "#    xã còn theo văn bản của tỉnh cũ: lập gói riêng có territory.communes.",
        "#",
        "# 6. Điều khoản chuyển tiếp: hồ sơ đang làm dở theo gói nào (mục migrations).",
    ]
    return lines


def _is_days(raw: dict[str, object]) -> bool:
    values = raw.get("values")
    return isinstance(values, list) and any(
        isinstance(each.get("value"), dict) and "unit" in each["value"]
        for each in values
    )


def _figures(raw: object) -> Iterator[object]:
    """Yield the figures that a definition names, wherever it does."""
    if isinstance(raw, dict):
        if "param" in raw:
            yield raw["param"]
        for part in raw.values():
            yield from _figures(part)
    elif isinstance(raw, list):
        for part in raw:
            yield from _figures(part)


def _forms(procedures: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {
        str(paper.get("form") or paper.get("paper")): str(paper["edition"]["number"])
        for raw in procedures
        for paper in raw.get("papers_in", ())
        if "edition" in paper
    }
