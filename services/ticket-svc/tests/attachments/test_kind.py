"""What a file is, by its content."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.attachments.kind import SHOWN, TEXT, UNKNOWN, Judge, Kind

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00" + zlib.compress(
    b"\0" * 5
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(20) + b"\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01;"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00" + bytes(14)
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF"


def judged(content: bytes, *, piece: int = 65_536) -> Kind:
    judge = Judge()
    for start in range(0, len(content), piece):
        judge.see(content[start : start + piece])
    return judge.kind()


def zipped(name: str = "a.txt") -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
        ("您好，订单 1041".encode(), TEXT),
        (b"a,b\r\n1,2\r\n", TEXT),
        (b"", TEXT),
    ],
)
def test_what_is_harmless_in_a_browser_may_be_shown(content: bytes, media_type: str) -> None:
    assert judged(content) == Kind(media_type, may_be_shown=True)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"  \n\xef\xbb\xbf<!DOCTYPE html><p>x",
        b"just text <ScRiPt >alert(1)</script>",
        b"a <img src=x onerror=alert(1)>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><x/>',
        b'<?xml version="1.0"?><svg onload="alert(1)"/>',
        b"<x:y/>",
        "<html>".encode("utf-16"),
        "<script>alert(1)</script>".encode("utf-16-le"),
        b"+ADw-script+AD4-\x00",
        b"\x00\x01\x02binary",
        "中文".encode("gb18030"),
        b"MZ\x90\x00" + bytes(60),
        b"text \x1b[2J",
        zipped(),
    ],
)
def test_everything_else_is_only_downloaded(content: bytes) -> None:
    kind = judged(content)
    assert not kind.may_be_shown
    assert kind.media_type not in SHOWN - {TEXT}


@pytest.mark.parametrize(
    "content",
    [
        GIF + b"<script>alert(1)</script>",
        b"GIF89a/*" + bytes(20) + b"*/=1;<html><body onload=alert(1)>",
        JPEG + b"<svg onload=alert(1)>",
        PNG + b"tEXt<iframe src=javascript:alert(1)>",
        PDF + b"\n<< /S /JavaScript /JS (app.alert(1)) >>",
        PDF + b"\n<</JS 5 0 R>>",
        PDF + b"\n<</S/Launch/F(cmd.exe)>>",
        PDF + b"\n<</Type/EmbeddedFile>>",
    ],
)
@pytest.mark.parametrize("piece", [7, 65_536])
def test_two_things_at_once_are_the_more_dangerous_one(content: bytes, piece: int) -> None:
    assert not judged(content, piece=piece).may_be_shown


def test_the_word_for_it_is_never_one_that_lets_it_be_shown() -> None:
    assert judged(zipped("a.txt")).media_type == "application/zip"
    assert judged(zipped("word/document.xml")).media_type.endswith("wordprocessingml.document")
    assert judged(b"\x00\xff" * 50).media_type == UNKNOWN


@pytest.mark.parametrize("content", [b" " * 70_000 + b"<script>x</script>", PNG + bytes(300_000) + b"<html >"])
def test_all_of_it_is_looked_through(content: bytes) -> None:
    assert not judged(content).may_be_shown


@given(st.binary(max_size=400), st.integers(1, 50))
def test_how_it_is_cut_changes_nothing(content: bytes, piece: int) -> None:
    assert judged(content, piece=piece) == judged(content)


@given(st.text(max_size=100), st.integers(1, 5))
def test_text_cut_within_a_character_is_text(text: str, piece: int) -> None:
    content = ("字" + text.replace("<", "")).encode("utf-8", "ignore")
    assert judged(content, piece=piece) == judged(content)


def test_a_character_that_never_ends_is_no_text() -> None:
    assert not judged("中文".encode()[:-1]).may_be_shown
