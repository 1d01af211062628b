"""Words of the pages on which the administrator reads the forms."""

from __future__ import annotations

BROUGHT = "người dân nộp"
HANDED_OUT = "trả kết quả"
ONE_PERSON = "người này"
# What Dắt knows of the case itself, and nobody is asked for.
OF_THE_CASE = {
    "case.appointment": "giờ hẹn",
    "case.code": "mã hồ sơ",
    "case.counter": "nơi tiếp nhận",
    "case.days": "số ngày giải quyết",
    "case.days_unit": "loại ngày giải quyết",
    "case.handling": "cơ quan giải quyết",
    "case.handovers": "các lần giao nhận",
    "case.legal_basis": "căn cứ của việc vừa làm",
    "case.office": "cơ quan đang giữ hồ sơ",
    "case.officer": "cán bộ vừa làm việc",
    "case.papers": "giấy tờ của hồ sơ",
    "case.partners": "cơ quan phối hợp",
    "case.phrase": "lời ghi việc xin làm",
    "case.place": "nơi lập giấy",
    "case.procedure_title": "tên thủ tục",
    "case.promised": "ngày hẹn trả",
    "case.received_at": "lúc tiếp nhận",
    "case.results": "các giấy tờ kết quả",
    "case.stage": "bước chuẩn bị hay bước đạt việc muốn làm",
    "commune_office.name": "tên UBND xã, phường",
    "exemption.reason": "lý do được miễn",
    "goal": "việc muốn làm",
    "land.purpose_name": "loại đất, bằng lời",
    "land_office.name": "tên văn phòng đăng ký đất đai",
    "move.label": "việc vừa làm",
    "notary_office.name": "tên tổ chức công chứng",
    "notice.kind": "loại thông báo",
    "party[{party}].share": "phần của người này",
    "purpose.target_name": "loại đất xin chuyển sang, bằng lời",
    "slip.case_code": "mã hồ sơ của phiếu chuyển",
    "slip.date": "ngày lập phiếu chuyển",
    "tax_office.name": "tên cơ quan thuế",
}


def issued_when(words: str) -> str:
    """Say with which act of an office the paper is made."""
    return f"cơ quan lập khi: {words}"


def issued_at(state: str) -> str:
    """Say at which step of the case the paper is made."""
    return f"cơ quan lập ở bước: {state}"


def asked(question: str) -> str:
    """Name a fact by the question that asks for it, whoever is asked about."""
    return question.replace("{name}", ONE_PERSON)
