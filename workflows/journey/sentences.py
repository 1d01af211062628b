"""What a plan says to people where the packages of the law do not say it."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.definition import Length

UNITS = {"working_day": "ngày làm việc", "day": "ngày"}
FAMILY = "Gia đình"
OTHER_OFFICE = "Nơi khác"

NOTES = (
    "Mỗi bước được nộp vào ngày làm việc ngay sau khi bước trước xong.",
    "Giấy tờ đủ ngay từ lần đầu, và tiền được nộp ngay trong ngày có thông báo.",
)
NUMBER_UNKNOWN = "số ngày chưa rõ"
ASK_ONE_STOP = "Hỏi quầy Một cửa nơi có đất."


def length_text(length: Length) -> str:
    """Write a length: ``8 ngày làm việc``, ``15 ngày``."""
    return f"{length.n} {UNITS[length.unit]}"


def difficult_area(added: Length) -> str:
    """Say that days are added in a difficult area, and that the area is not known."""
    return (
        "Chưa biết nơi có đất có thuộc vùng khó khăn không. Nếu có, hồ sơ được thêm "
        f"{length_text(added)}."
    )


def added_days_unknown(step: str) -> str:
    """Say that a step may take longer, by how much nobody has found."""
    return f"Bước “{step}” có thể lâu hơn, chưa rõ thêm bao nhiêu ngày."


def term_unknown(step: str) -> str:
    """Say that the term of a step is not known."""
    return f"Chưa có số ngày của bước “{step}”. Ngày xong sớm nhất chưa gồm bước này."


def wait_unknown(step: str, wait: str) -> str:
    """Say that the length of a wait inside a step is not known."""
    return f"Chưa rõ phải chờ bao lâu khi: {wait} (bước “{step}”)."


def office_unknown(step: str) -> str:
    """Say that the office of a step is not known."""
    return f"Chưa rõ nơi giải quyết bước “{step}”."


def no_way(label: str) -> str:
    """Say that no procedure is known that brings a condition about."""
    return (
        f"Phải có điều này mới làm tiếp được: {label}. Dắt chưa tính ngày cho việc này."
    )


def paper_takes_time(who: str, paper: str) -> str:
    """Say that nobody knows how long a person needs for a paper."""
    return f"Chưa rõ bao lâu thì có giấy: {paper} ({who}). Kế hoạch chưa tính ngày này."


def ask_person(who: str) -> str:
    """Say whom to ask for a paper."""
    return f"Hỏi {who}: bao giờ có giấy này?"


def already_so(label: str) -> str:
    """Say that what was wanted is so already."""
    return f"Theo câu trả lời, điều này đã có rồi: {label}."


def for_parcel(name: str, holders: Sequence[str]) -> str:
    """Say of a step whose parcel it is for."""
    return f"{name}: thửa của {' và '.join(holders)}"


def answered(question: str, *, yes: bool) -> str:
    """Write a question with the answer that was assumed for it."""
    return f"{question} {'Có' if yes else 'Không'}."


def one_of(names: Sequence[str]) -> str | None:
    """Write names of which one is meant; None for none."""
    return " hoặc ".join(names) or None
