"""Made-up matters for the tests of the papers. No real person, code or parcel."""

TYPICAL = {
    "goal": "give",
    "province": "66",
    "property.kind": "land_and_house",
    "party[sau].role": "transferor",
    "party[sau].share": "1",
    "party[sau].full_name": "Nguyễn Thị Sáu",
    "party[sau].birth_date": "1949-03-02",
    "party[sau].person_id": "066149000123",
    "party[sau].id_issue_date": "2021-05-12",
    "party[sau].id_issuer": "Cục Cảnh sát QLHC về TTXH",
    "party[sau].address": "Buôn Kŏ Tam, phường Tân An, tỉnh Đắk Lắk",
    "party[sau].phone": "0905000123",
    "party[hoa].role": "receiver",
    "party[hoa].share": "1/2",
    "party[hoa].full_name": "Lê Thị Hoa",
    "party[hoa].birth_date": "1978-11-20",
    "party[hoa].person_id": "066178000456",
    "party[hoa].address": "Số 12 đường Mai Hắc Đế, phường Tân An, tỉnh Đắk Lắk",
    "party[hoa].phone": "0905000456",
    "party[hoa].email": "hoa@vidu.vn",
    "party[ykrang].role": "receiver",
    "party[ykrang].share": "1/2",
    "party[ykrang].full_name": "Y Krăng Niê Kdăm",
    "party[ykrang].birth_date": "1975-01-09",
    "party[ykrang].person_id": "066075000789",
    "party[ykrang].address": "Số 12 đường Mai Hắc Đế, phường Tân An, tỉnh Đắk Lắk",
    "party[tam].role": "submitter",
    "party[tam].full_name": "Trần Văn Tám",
    "party[tam].phone": "0905000999",
    "party[tam].person_id": "066090000111",
    "land.parcel_no": "125",
    "land.map_sheet_no": "37",
    "land.address": "Buôn Kŏ Tam, phường Tân An, tỉnh Đắk Lắk",
    "land.area_m2": "512.4",
    "land.purpose": "ODT",
    "land.term": "Lâu dài",
    "land.origin": "Đất nhận chuyển nhượng",
    "land.position": "1",
    "certificate.serial_no": "AA 01695788",
    "certificate.book_no": "CN 00125",
    "certificate.issue_date": "2024-09-10",
    "certificate.issuer": "Chi nhánh Văn phòng Đăng ký đất đai",
    "certificate.in_hand": True,
    "contract.number": "1234/2026/HĐTC",
    "contract.date": "2026-11-10",
    "contract.notary": "Văn phòng công chứng Ban Mê",
    "contract.place": "Phường Tân An, tỉnh Đắk Lắk",
    "contract.land_value": 1_000_000_000,
    "contract.house_value": 250_000_000,
    "land_office.name": "Chi nhánh Văn phòng Đăng ký đất đai khu vực Tân An",
    "case.code": "H15.50.05-261124-0975",
    "case.received_at": "2026-11-24T01:30:00+00:00",
    "case.appointment": "2026-12-04T17:00:00+07:00",
    "case.procedure_title": "Đăng ký biến động do tặng cho quyền sử dụng đất",
    "case.days": 8,
    "case.days_unit": "làm việc",
    "case.office": "Trung tâm Phục vụ hành chính công phường Tân An",
    "case.counter": "Quầy số 3",
    "case.officer": "H'Linh Êban",
    "case.papers": [
        {"name": "Giấy chứng nhận đã cấp", "original": 1},
        {"name": "Hợp đồng tặng cho quyền sử dụng đất", "original": 1},
        {"name": "Giấy khai sinh chứng minh quan hệ mẹ con", "certified": 1},
    ],
}

PROVENANCE = {
    "party[sau].full_name": "quét căn cước",
    "party[hoa].phone": "chị Hoa trả lời 24/11/2026",
    "land.area_m2": "Giấy chứng nhận",
}

_LONG_NAME = "Nguyễn Phúc Tôn Nữ Thị Hoàng Ánh Tuyết Mai " * 3
_LONG_PLACE = "tổ dân phố số 12 khu vực đường liên xã cạnh trường học cũ " * 4


def _overlong() -> dict[str, object]:
    facts: dict[str, object] = dict(TYPICAL)
    for key in ("party[sau].full_name", "party[hoa].full_name", "party[tam].full_name"):
        facts[key] = f"{_LONG_NAME}{facts[key]}"
    for key in ("party[sau].address", "party[hoa].address", "land.address"):
        facts[key] = f"{_LONG_PLACE.strip()}, phường Tân An, tỉnh Đắk Lắk"
    for number in range(3, 15):
        party = f"party[heir-{number}]"
        facts[f"{party}.role"] = "receiver"
        facts[f"{party}.full_name"] = f"H'Nguôt Êban Ênuôl ê̆ ô̆ ơ̆ ư̆ ƀ số {number}"
        facts[f"{party}.person_id"] = f"0661780{number:05d}"
        facts[f"{party}.address"] = f"Buôn Ƀuôr số {number}, xã Ea Ƀar, tỉnh Đắk Lắk"
        facts[f"{party}.email"] = f"mot.hop.thu.rat.dai.{number}@tenmienratdai.vidu.vn"
    facts["case.papers"] = [
        {"name": f"Giấy tờ thứ {number} {_LONG_PLACE.strip()}", "original": 1}
        for number in range(1, 30)
    ]
    facts["land.origin"] = _LONG_PLACE.strip()
    facts["refusal.reason"] = _LONG_PLACE.strip() * 8
    facts["supplement.reason"] = _LONG_PLACE.strip() * 8
    return facts


OVERLONG = _overlong()
