"""A history is read back as it was written, also when its writer was killed."""

from pathlib import Path

import pytest

from kefu_local.verify import marks
from kefu_local.verify.history import Call, History, NoHistory, begin, load


def a_call(history: History, **fields: object) -> Call:
    call = Call(id=history.new_id(), client=3, kind="open", invoked=5.0)
    for name, value in fields.items():
        setattr(call, name, value)
    return call


def test_a_history_is_read_back_with_the_last_state_of_each_call(tmp_path: Path) -> None:
    history = begin("http://here", 1.0, agents=2, path=tmp_path / "runs" / "one.jsonl")
    first, second = a_call(history), a_call(history, key="k")
    history.note(first)
    history.note(second)
    first.state, first.ticket, first.ended = "ok", "t", 6.0
    history.note(first)
    history.close()
    again = load(tmp_path / "runs" / "one.jsonl")
    assert again.run == history.run
    assert again.calls == history.calls
    assert list(again.calls) == [first.id, second.id]


def test_the_torn_last_line_of_a_killed_writer_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "torn.jsonl"
    history = begin("http://here", 1.0, agents=1, path=path)
    call = a_call(history)
    history.note(call)
    call.state = "ok"
    history.note(call)
    history.close()
    path.write_text(path.read_text()[:-20])
    assert load(path).calls[call.id].state == "invoked"


@pytest.mark.parametrize("content", ["", "{}\n", '{"run": {"marker": 1, "other": 2}}\n', "something else\n"])
def test_another_file_is_no_history(tmp_path: Path, content: str) -> None:
    (tmp_path / "other").write_text(content)
    with pytest.raises(NoHistory):
        load(tmp_path / "other")


def test_a_call_is_recognised_in_what_it_made() -> None:
    text = marks.text_of("0123abcd-17", "你好")
    assert marks.call_in(text) == "0123abcd-17"
    assert marks.call_in("你好") == marks.call_in(None) == ""
    subject = marks.tagged(marks.tagged("verify 0123abcd-17", "0123abcd-18"), "0123abcd-180")
    assert marks.tags_in(subject) == ["18", "180"] == [marks.tag_of("0123abcd-18"), marks.tag_of("0123abcd-180")]
    assert marks.call_in(subject) == "0123abcd-17"
