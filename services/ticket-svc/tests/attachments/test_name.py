"""What a file may be called, and how that is said."""

from __future__ import annotations

from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.attachments.name import LONGEST, disposition, tidy


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("发票 2026.pdf", "发票 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.exe", "x.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ('x".html', "x_.html"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("\u200b\u200d", "file"),
        ("a/", "a"),
        ("é.txt", "é.txt"),
    ],
)
def test_tidy_names(name: str, kept: str) -> None:
    assert tidy(name) == kept


def test_long_name_keeps_its_extension() -> None:
    assert tidy("长" * 300 + ".docx") == "长" * (LONGEST - 5) + ".docx"


@given(st.text(max_size=300))
def test_every_name_is_tidy_once_and_for_all_and_comes_through_a_header(name: str) -> None:
    kept = tidy(name)
    assert 1 <= len(kept) <= LONGEST
    assert tidy(kept) == kept
    header = disposition(kept, is_shown=False)
    assert header.isascii()
    assert header.isprintable()
    read = Message()
    read["content-disposition"] = header
    assert read.get_content_disposition() == "attachment"
    assert read.get_filename() in (kept, header.split('"')[1])


def test_chinese_name_is_said_in_full_and_in_ascii() -> None:
    said = disposition("发票.pdf", is_shown=True)
    assert said == "inline; filename=\"__.pdf\"; filename*=UTF-8''%E5%8F%91%E7%A5%A8.pdf"
