"""What merges bring, and what goes when they are undone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.merging.brought import brought, goes

TAGS = st.sets(st.sampled_from("abcdef"))


def test_what_the_survivor_has_by_itself_is_not_brought_and_never_goes() -> None:
    assert brought("ab", present="b", by_others="", most=50) == ["a"]
    assert brought("ab", present="ab", by_others="b", most=50) == ["b"]
    assert goes("ab", by_others="b") == ["a"]


def test_there_is_only_so_much_room() -> None:
    assert brought("abc", present="xy", by_others="", most=3) == ["a"]
    assert brought("abx", present="xy", by_others="x", most=2) == ["x"]
    assert brought("ab", present="xyz", by_others="", most=2) == []


@given(TAGS, st.lists(TAGS, max_size=4), st.data())
def test_undone_in_any_order_they_leave_what_was_there(
    own: set[str], sources: list[set[str]], data: st.DataObject
) -> None:
    present, standing = set(own), dict[int, list[str]]()
    for number, source in enumerate(sources):
        others = {tag for took in standing.values() for tag in took}
        standing[number] = brought(source, present=present, by_others=others, most=5)
        present |= set(standing[number])
        assert len(present) <= max(5, len(own))
    for number in data.draw(st.permutations(list(standing))):
        took = standing.pop(number)
        present -= set(goes(took, by_others={tag for other in standing.values() for tag in other}))
        assert present == own | {tag for other in standing.values() for tag in other}
    assert present == own
