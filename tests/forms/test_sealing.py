"""Seals: what they cover, who vouches for them, and what was done to a paper since."""

import io
import socket
from datetime import UTC, datetime, timedelta

import pytest
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms.errors import SealError
from forms.sealing import SealKey, check_seals, load_roots, untouched
from tests.forms.papers import blank_pdf, text_of
from tests.seals import OFFICE, PASSWORD, Authority

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def key(authority):
    return SealKey.load(authority.key(), PASSWORD)


@pytest.fixture(scope="module")
def roots(authority):
    return load_roots(authority.roots)


@pytest.fixture(scope="module")
def paper():
    return blank_pdf("F-RESULT-NOTICE")


@pytest.fixture(scope="module")
def sealed(key, paper):
    return key.seal(paper, AT)


def test_a_seal_names_its_office_and_its_time_and_covers_the_whole_file(sealed, roots):
    (seal,) = check_seals(sealed, roots, AT)
    assert (seal.signer, seal.at) == (OFFICE, AT)
    assert seal.intact
    assert seal.trusted
    assert seal.whole
    assert not seal.changed_after
    assert untouched((seal,))


def test_a_seal_is_appended_and_no_byte_of_the_paper_changes(sealed, paper):
    assert sealed.startswith(paper)
    assert text_of(sealed) == text_of(paper)
    assert len(sealed) - len(paper) < 10_000


def test_the_same_paper_sealed_twice_differs_but_the_paper_in_it_does_not(
    key, paper, sealed
):
    again = key.seal(paper, AT)
    assert again != sealed
    assert again[: len(paper)] == sealed[: len(paper)] == paper


def test_sealing_and_checking_ask_nothing_over_a_network(
    key, paper, roots, monkeypatch
):
    def refuse(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    (seal,) = check_seals(key.seal(paper, AT), roots, AT)
    assert seal.trusted


def test_a_paper_without_a_seal_has_none_and_does_not_count_as_whole(paper, roots):
    assert check_seals(paper, roots, AT) == ()
    assert not untouched(())


@pytest.mark.parametrize("place", [0.1, 0.35, 0.6, 0.85])
def test_one_flipped_bit_of_the_paper_breaks_the_seal(sealed, paper, roots, place):
    changed = bytearray(sealed)
    changed[int(len(paper) * place)] ^= 1
    try:
        seals = check_seals(bytes(changed), roots, AT)
    except SealError:
        return  # the file is so broken that nothing in it can be read
    assert not untouched(seals)
    assert not any(seal.intact or seal.trusted for seal in seals)


def test_what_is_appended_after_the_seal_is_seen(sealed, roots):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Note"] = TextStringObject("Đã sửa")
    writer.update_container(page)
    target = io.BytesIO()
    writer.write(target)
    (seal,) = check_seals(target.getvalue(), roots, AT)
    assert seal.intact
    assert not seal.whole
    assert seal.changed_after
    assert not untouched((seal,))


def test_bytes_hung_on_the_end_are_not_covered(sealed, roots):
    (seal,) = check_seals(sealed + b"\n% and more\n", roots, AT)
    assert seal.intact
    assert not seal.whole
    assert not untouched((seal,))


def test_a_second_seal_stands_beside_the_first(authority, sealed, roots):
    second = SealKey.load(authority.key("Thuế tỉnh Đắk Lắk (mẫu)"), PASSWORD)
    seals = check_seals(second.seal(sealed, AT + timedelta(hours=1)), roots, AT)
    assert [seal.signer for seal in seals] == [OFFICE, "Thuế tỉnh Đắk Lắk (mẫu)"]
    assert [seal.whole for seal in seals] == [False, True]
    assert untouched(seals)


def test_a_seal_that_nobody_trusted_vouches_for_is_intact_but_not_trusted(
    sealed, tmp_path
):
    stranger = load_roots(Authority(tmp_path, "Gốc lạ").roots)
    for roots in (stranger, ()):
        (seal,) = check_seals(sealed, roots, AT)
        assert seal.intact
        assert not seal.trusted


def test_trust_ends_with_the_certificate(sealed, roots):
    (seal,) = check_seals(sealed, roots, AT + timedelta(days=365 * 30))
    assert seal.intact
    assert not seal.trusted


def test_a_key_that_has_run_out_seals_nothing_and_says_since_when(authority, paper):
    short = SealKey.load(authority.key("Hết hạn", length=timedelta(days=30)), PASSWORD)
    with pytest.raises(SealError, match="từ 01/01/2026 đến 31/01/2026"):
        short.seal(paper, AT)


def test_a_wrong_password_and_a_file_that_is_no_key_are_told_in_one_sentence(
    authority, tmp_path
):
    with pytest.raises(SealError, match="sai mật khẩu"):
        SealKey.load(authority.key("Khóa"), "đoán bừa")
    other = tmp_path / "other.p12"
    other.write_bytes(b"not a key")
    with pytest.raises(SealError, match="sai mật khẩu, hoặc tệp không phải"):
        SealKey.load(other, PASSWORD)
    with pytest.raises(SealError, match="Không đọc được tệp"):
        SealKey.load(tmp_path / "absent.p12", PASSWORD)


def test_roots_without_a_certificate_are_refused(tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"nothing")
    with pytest.raises(SealError, match="không có chứng thư số nào"):
        load_roots(empty)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"hello", b"\x00" * 2000])
def test_a_file_that_is_no_pdf_is_told_so_and_not_sealed(key, content):
    with pytest.raises(SealError, match="không phải PDF"):
        check_seals(content, (), AT)
    with pytest.raises(SealError, match="không phải PDF"):
        key.seal(content, AT)


def test_a_file_cut_anywhere_never_counts_as_whole(sealed, roots):
    for length in range(0, len(sealed), len(sealed) // 60):
        try:
            seals = check_seals(sealed[:length], roots, AT)
        except SealError:
            continue
        assert not untouched(seals)
