"""What the administrator's pages say, in plain Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

# --- fields of every form -------------------------------------------------------------

DAY = "Chọn một ngày có trong lịch."
NEEDED = "Ô này còn trống."

# --- accounts and offices -------------------------------------------------------------

DISPLAY_NAME = "Cần họ tên, như in trên giấy tờ của cơ quan."
OFFICE = "Chọn một cơ quan trong danh sách."
DUTIES_NEEDED = "Chọn ít nhất một việc được làm."
OWN_ACCOUNT = "Không tự khóa tài khoản đang dùng. Nhờ một người quản trị khác."
RESET_WHY = "Cần ghi vì sao gỡ, như “mất điện thoại, đã gặp và xem thẻ cán bộ”."
RESET_OWN = "Không tự gỡ mã xác thực của mình. Nhờ một người quản trị khác."
RESET_NONE = "Tài khoản này không có mã xác thực, hoặc đề nghị gỡ không còn."
RESET_SAME = "Người đề nghị không tự xác nhận. Nhờ một người quản trị khác."
OFFICE_KIND = "Chọn loại cơ quan."
OFFICE_NAME = "Cần tên cơ quan, như in trên giấy hẹn."
OFFICE_KNOWN = "Đã có một cơ quan mang tên này."
NO_SEED = "Loại cơ quan này không lập theo xã, phường, hoặc chưa có danh sách xã."
ACCOUNT_KINDS: Mapping[str, str] = {
    "clerk": "Cán bộ",
    "helper": "Thành viên tổ công nghệ số",
    "administrator": "Quản trị",
}
DUTIES: Mapping[str, str] = {
    "receive": "Tiếp nhận tại quầy",
    "handle": "Giải quyết hồ sơ",
    "sign": "Ký kết quả",
    "lead": "Lãnh đạo: duyệt lần hai, phân công",
}

# --- what an installation lacks -------------------------------------------------------

DEMO_COMMAND = "Dữ liệu thử nghiệm chỉ nạp ở bản thử nghiệm (DAT_ENVIRONMENT=demo)."
NO_ADMINISTRATOR = "Chưa có tài khoản quản trị nào dùng được."
NO_KEEPER = "Chưa ghi cơ quan giữ dữ liệu (DAT_KEEPER), lời đồng ý in ra thiếu tên."
STORE_AWAY = "Kho giấy tờ (DAT_OBJECTS) không trả lời, hoặc không cho ghi và xóa."
NO_BACKUP = "Sao lưu hằng ngày đang tắt: đặt DAT_BACKUP_HOUR là giờ sao lưu, như 1."
NO_GOOD_BACKUP = "Chưa có bản sao lưu nào dùng được: chạy dat backup."
NO_SECOND_COPY = (
    "Chưa có nơi thứ hai cất bản sao lưu: đặt DAT_BACKUP_COPY_DIR là thư mục trên đĩa"
    " hoặc máy khác."
)
NO_METRICS_TOKEN = (
    "Chưa có khóa xem số đo vận hành: đặt DAT_METRICS_TOKEN (openssl rand -hex 32)."  # noqa: S105  a sentence
)
NO_IDLE_RULE = (
    "Tài khoản lâu không dùng không bị khóa: bỏ DAT_IDLE_ACCOUNT_DAYS=0, mặc định 45"
    " ngày."
)
CLOCK_NOT_KEPT = (
    "Đồng hồ máy này không được chỉnh theo máy chủ thời gian: bật chrony hoặc"
    " systemd-timesyncd. Lệch 5 phút thì tin của cơ quan khác bị từ chối."
)
EVERYBODY_BELIEVED = (
    "FORWARDED_ALLOW_IPS đang tin mọi nơi: ai cũng khai được địa chỉ của mình. Chỉ ghi"
    " địa chỉ máy chuyển tiếp (proxy)."
)
OPEN_DATABASE_LINE = (
    "Cơ sở dữ liệu ở máy khác mà đường nối chưa bắt buộc mã hóa: thêm"
    " sslmode=verify-full và sslrootcert vào DAT_DATABASE_URL."
)
NO_HEAD = "Chưa lập đầu chuỗi lịch sử hằng ngày (DAT_AUDIT_HEAD_HOUR đang tắt)."
NO_HEAD_OUTSIDE = (
    "Đầu chuỗi lịch sử chưa gửi ra ngoài (DAT_AUDIT_HEAD_DIR, DAT_AUDIT_HEAD_TO): ai"
    " giữ máy này sửa được lịch sử mà không ai biết."
)
NO_MAIL_FOR_HEAD = (
    "DAT_AUDIT_HEAD_TO đã đặt nhưng chưa có máy chủ thư (DAT_MESSAGING__EMAIL__HOST):"
    " đầu chuỗi lịch sử không gửi được."
)
NO_SEAL = "Chưa có khóa đóng dấu giấy tờ (DAT_SEAL_FILE): giấy in ra không có dấu."


# The systems outside that a real installation is connected with.
GATEWAYS: Mapping[str, str] = {
    "tax": "Hệ thống thuế",
    "notary": "Hệ thống công chứng",
    "land_registry": "Hệ thống đất đai",
    "portal": "Cổng dịch vụ công quốc gia",
    "identity": "Định danh điện tử",
    "payment": "Thanh toán điện tử",
}
NO_PORTAL_ACCOUNT = (
    "Cổng dịch vụ công quốc gia: chưa có tài khoản và mã đơn vị (DAT_PORTAL__USERNAME, "
    "DAT_PORTAL__PASSWORD, DAT_PORTAL__UNIT)."
)
NO_TEXTS = (
    "Gửi tin nhắn: chưa có đường nào (DAT_MESSAGING__ZALO__…, DAT_MESSAGING__SMS__…, "
    "DAT_MESSAGING__EMAIL__…). Người dân chỉ đọc tin khi mở trang."
)


def no_template(count: int) -> str:
    """Say how many messages no template of Zalo was approved for."""
    return (
        f"Zalo: còn {count} loại tin chưa có mẫu được duyệt "
        "(DAT_MESSAGING__ZALO__TEMPLATES). Các tin đó đi đường khác."
    )


EVERYBODY = "mọi người"
NO_NAME_GIVEN = "Cần tên đăng nhập, như: dat account open quantri."
NO_ACCOUNT = "Không có tài khoản nào mang tên đăng nhập này."


def signed_out(count: int) -> str:
    """Say that everybody is signed out."""
    return f"Đã kết thúc {count} phiên. Ai cũng phải đăng nhập lại."


def first_password(name: str, password: str) -> str:
    """Tell the first password of an account to who works on the machine."""
    return (
        f"Tài khoản: {name}\nMật khẩu lúc đầu, chỉ hiện lần này: {password}\n"
        "Đăng nhập rồi đổi ngay."
    )


def old_backup(days: int) -> str:
    """Say that the last good backup is old."""
    if days <= 1:
        return (
            "Bản sao lưu tốt gần nhất đã hơn một ngày: xem /quan-tri/sao-luu vì sao,"
            " rồi chạy dat backup."
        )
    return (
        f"Bản sao lưu tốt gần nhất đã {days} ngày: xem /quan-tri/sao-luu vì sao, rồi"
        " chạy dat backup."
    )


def log_kept(days: int | None, least: int) -> str:
    """Say that the log is kept too short, or that nobody said how long."""
    if days is None:
        return (
            "Chưa ghi nhật ký máy được giữ bao lâu (DAT_LOG_KEEP_DAYS). Cấp hệ thống"
            f" này (DAT_SYSTEM_LEVEL) cần ít nhất {least} ngày."
        )
    return (
        f"Nhật ký máy chỉ được giữ {days} ngày. Cấp hệ thống này (DAT_SYSTEM_LEVEL) cần"
        f" ít nhất {least} ngày: chỉnh nơi thu nhật ký, rồi ghi vào DAT_LOG_KEEP_DAYS."
    )


def keys_beside(place: str) -> str:
    """Say that the keys lie where the backups lie."""
    return (
        f"Tệp khóa (DAT_KEY_FILE) nằm trong nơi cất bản sao lưu {place}: ai lấy được"
        " bản sao lưu thì đọc được. Chuyển tệp khóa sang nơi khác."
    )


def little_room(least: int) -> str:
    """Say that a disk is nearly full."""
    return (
        f"Đĩa còn ít hơn {least} MB: dọn bản sao lưu cũ, nhật ký, hoặc thêm đĩa"
        " (DAT_LEAST_FREE_MEGABYTES)."
    )


def made_up_account(name: str) -> str:
    """Say that an account of the demo still opens with the password printed there."""
    return (
        f"Tài khoản thử nghiệm “{name}” còn dùng mật khẩu ai cũng biết: khóa nó hoặc "
        "đặt mật khẩu khác."
    )


def no_gateway(name: str) -> str:
    """Say that a system outside is not connected."""
    return f"{GATEWAYS[name]}: chưa có địa chỉ (DAT_GATEWAYS), việc gửi sang sẽ chờ."


def no_office(kind: str) -> str:
    """Say that no office of a kind is open."""
    return f"Chưa có cơ quan nào thuộc loại “{kind}” mà thủ tục đang dùng cần."


def communes_without(kind: str, count: int) -> str:
    """Say how many communes no office of a kind serves."""
    return f"Còn {count} xã, phường chưa có cơ quan thuộc loại “{kind}” phục vụ."


def no_clerk(office: str) -> str:
    """Say that nobody works at an office."""
    return f"{office}: chưa có cán bộ nào dùng được tài khoản."


def nobody_may(office: str, duty: str) -> str:
    """Say that nobody at an office has a duty."""
    return f"{office}: chưa ai được giao việc “{duty}”."


# Who signs in with a second factor, as ``dat check-config`` tells it.
SECOND_FACTOR: Mapping[str, str] = {
    "everybody": "Mã xác thực khi đăng nhập: bắt buộc với mọi tài khoản.",
    "administrators": (
        "Mã xác thực khi đăng nhập: chỉ bắt buộc với quản trị. Chỉ để vậy khi người "
        "khác không đăng nhập được từ Internet."
    ),
    "nobody": "Mã xác thực khi đăng nhập: ai muốn thì dùng (bản thử nghiệm).",
}

# --- signing in somebody's place ------------------------------------------------------

GIVER = "Chọn người giao việc ký: cán bộ đang dùng tài khoản và có quyền ký."
TAKER = "Chọn người nhận việc ký: cán bộ đang dùng tài khoản, cùng cơ quan, người khác."
UNTIL = "Ngày cuối không được trước ngày đầu, cũng không được đã qua."
PAPER = "Cần số của văn bản giao việc ký, như 12/QĐ-VPĐK."
PAPER_DAY = "Ngày của văn bản không được sau ngày đầu."


def delegated_already(until: date) -> str:
    """Say that the same two people have a delegation in these days."""
    day = f"{until.day}/{until.month}/{until.year}"
    return f"Hai người này đã có văn bản giao ký đến hết ngày {day}. Kết thúc nó trước."


# --- days on which offices work -------------------------------------------------------

HOLIDAY_KIND = "Chọn một loại: ngày nghỉ, ngày làm bù, hay đóng cửa tại chỗ."
HOLIDAY_LAST = "Ngày cuối không được trước ngày đầu, và cả đợt dài nhất 31 ngày."
HOLIDAY_WHY = "Cần ghi nghỉ dịp gì, hay vì sao đóng cửa."
HOLIDAY_NOTICE = "Cần số và ngày của văn bản, như Thông báo 123/TB-BNV ngày 1/12/2026."
OFF_ALREADY = "Những ngày này vốn đã là ngày nghỉ trong lịch, không có gì để thêm."
WORKED_ALREADY = (
    "Ngày làm bù phải là một ngày vốn được nghỉ. Ngày này đang là ngày làm việc."
)
COMMUNES_ONLY_CLOSED = "Chỉ chọn xã, phường khi đóng cửa tại chỗ."
WITHDRAW_WHY = "Cần ghi vì sao bỏ ngày này."
RECOUNT_REASON = "Cần ghi vì sao tính lại, như số của thông báo."
HOLIDAYS_CHANGED = "Lịch nghỉ vừa thay đổi. Xem lại danh sách mới rồi bấm lần nữa."
HOLIDAY_KINDS: Mapping[str, str] = {
    "off": "Ngày nghỉ theo thông báo",
    "worked": "Ngày làm bù",
    "closed": "Đóng cửa tại chỗ (bão, lũ, mất điện)",
}

# --- the words of messages ------------------------------------------------------------

# What stands in the place of each word in braces when a message goes out.
PLACES: Mapping[str, str] = {
    "code": "mã hồ sơ",
    "procedure": "tên thủ tục",
    "day": "ngày hẹn",
    "due": "ngày hẹn",
}

WORDING_STALE = "Người khác vừa sửa tin này. Xem lại lời mới nhất rồi sửa tiếp."
BRACES = "Dấu ngoặc nhọn chỉ dùng quanh chỗ điền, như {code}."
LINK = "Tin không được có đường dẫn: kẻ gian hay dùng."
ASKING = "Tin không được nhắc mật khẩu, OTP, chuyển khoản, số tiền hay số căn cước."
LONG_NUMBER = "Tin không được có dãy số dài."


def places(names: Iterable[str]) -> str:
    """Say which places a message may have."""
    told = ", ".join(f"{{{name}}}" for name in names) or "–"
    return f"Chỗ điền được dùng trong tin này: {told}."


def begins(words: str) -> str:
    """Say how every such message begins."""
    return f"Tin phải bắt đầu bằng “{words}”, để dân nhận ra tin thật."


def too_long(length: int, most: int) -> str:
    """Say by how much a message is too long once it is filled in."""
    return f"Tin khi điền đủ dài {length} ký tự, nhiều nhất là {most}."


# --- the log --------------------------------------------------------------------------

CHANGES: Mapping[str, str] = {
    "account.added": "Thêm tài khoản",
    "account.changed": "Sửa tài khoản",
    "account.disabled": "Khóa tài khoản",
    "account.enabled": "Mở lại tài khoản",
    "account.password": "Đặt mật khẩu mới",
    "account.idle": "Khóa tài khoản lâu không dùng",
    "account.reviewed": "Đã rà soát tài khoản",
    "account.signed_out": "Đăng xuất tài khoản ở mọi nơi",
    "account.second_asked": "Đề nghị gỡ mã xác thực",
    "account.second_reset": "Gỡ mã xác thực",
    "account.linked": "Gắn căn cước với tài khoản",
    "account.unlinked": "Gỡ căn cước khỏi tài khoản",
    "account.looked_into": "Tra tài khoản đã xem những ai",
    "hold.asked": "Đề nghị giữ nguyên một việc",
    "hold.held": "Xác nhận giữ nguyên một việc",
    "hold.refused": "Không giữ nguyên một việc",
    "hold.off_asked": "Đề nghị gỡ lệnh giữ nguyên",
    "hold.ended": "Gỡ lệnh giữ nguyên",
    "office.exported": "Lấy ra toàn bộ dữ liệu của cơ quan",
    "office.added": "Thêm cơ quan",
    "office.changed": "Sửa cơ quan",
    "office.closed": "Ngừng nhận hồ sơ mới",
    "office.opened": "Nhận hồ sơ mới trở lại",
    "office.seeded": "Lập cơ quan theo danh sách xã, phường",
    "delegation.added": "Giao việc ký",
    "delegation.ended": "Kết thúc giao việc ký",
    "holiday.added": "Thêm ngày nghỉ, ngày làm bù",
    "holiday.withdrawn": "Bỏ ngày nghỉ, ngày làm bù",
    "wording.changed": "Sửa lời tin nhắn",
    "recount.ordered": "Lệnh tính lại ngày hẹn",
}
FIELDS: Mapping[str, str] = {
    "opened": "Kèm nội dung đã mở niêm phong",
    "cases": "Số hồ sơ",
    "since": "Từ lúc",
    "until": "Đến lúc",
    "name": "Tên đăng nhập",
    "display_name": "Họ tên",
    "kind": "Loại",
    "office": "Cơ quan",
    "office_id": "Cơ quan",
    "count": "Số cơ quan",
    "duties": "Việc được làm",
    "ends_with": "Số căn cước, 3 số cuối",
    "giver": "Người giao",
    "taker": "Người nhận",
    "from_day": "Từ ngày",
    "until_day": "Đến hết ngày",
    "paper_number": "Số văn bản",
    "paper_day": "Ngày văn bản",
    "first": "Từ ngày",
    "last": "Đến hết ngày",
    "communes": "Xã, phường",
    "why": "Dịp, lý do",
    "notice": "Văn bản",
    "reason": "Lý do",
    "text": "Lời tin",
    "days": "Số ngày không dùng",
    "asked_by": "Người đề nghị",
}
