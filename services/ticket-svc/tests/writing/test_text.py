"""The text that HTML says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.writing.html import harmless
from ticket_svc.writing.text import LONGEST, PICTURE, readable


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>你好，</p><p>我的订单<br>还没到</p>", "你好，\n\n我的订单\n还没到"),
        ("a<div>b</div>c", "a\nb\nc"),
        ("a  \n b<b> c </b>d", "a b c d"),
        ("<ul><li>one<li>two<ol start=3><li>x<li>y</ol><li>three</ul>", "- one\n- two\n  3. x\n  4. y\n- three"),
        ("<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "> a\n> b\n>\n> > c\n\nd"),
        ('<a href="https://a.example/x">here</a>', "here (https://a.example/x)"),
        ('<a href="https://a.example">https://a.example/</a>', "https://a.example/"),
        ('<a href="https://a.example/">a.example</a>', "a.example"),
        ('<a href="mailto:a@b.example">write</a>', "write (a@b.example)"),
        ('<a href="tel:10086">10086</a>', "10086"),
        ('<a href="https://a.example"><b></b></a>', "https://a.example"),
        ("<table><tr><th>a<th>b<tr><td>c<td>d</table>", "a | b\nc | d"),
        ("<pre>x = 1\n  y = 2</pre>", "x = 1\n  y = 2"),
        ("a<hr>b", "a\n---\nb"),
        ('<img src="cid:1" alt="收据"><img src="cid:2">', f"收据{PICTURE}"),
        ("<h1>T</h1><p>x</p>", "T\n\nx"),
        ("a &lt;b&gt; &amp;amp; c\xa0d", "a <b> &amp; c\xa0d"),
        ("<p>  </p><div></div><script>x</script>", ""),
    ],
)
def test_text_keeps_what_a_reader_needs(html: str, text: str) -> None:
    assert readable(harmless(html)) == text


def test_long_text_is_cut_and_says_so() -> None:
    text = readable("x" * (LONGEST + 10))
    assert len(text) == LONGEST
    assert text.endswith("x…")


@given(st.text(st.sampled_from("<>/abiplu bloqtedr\n=&;\"'"), max_size=80))
def test_every_harmless_html_has_a_text_without_tags_of_ours(html: str) -> None:
    text = readable(harmless(html))
    assert text == text.strip()
    assert "\x00" not in text


@given(st.text(max_size=200))
def test_plain_text_stays_but_for_its_white_space(text: str) -> None:
    said = text.replace("&", "&amp;").replace("<", "&lt;")
    plain = text.replace("\x00", "").replace("\r\n", " ").replace("\r", " ")
    assert "".join(readable(harmless(said)).split()) == "".join(plain.split()).replace("\x00", "")
