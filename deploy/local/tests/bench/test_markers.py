from kefu_local.bench.markers import Markers

MARKERS = Markers("kefu bench --large")


def test_the_page_keeps_its_words_and_gets_the_new_lines() -> None:
    page = f"# Performance\nbefore\n{MARKERS.begin}\nold\n{MARKERS.end}\nafter\n"
    filled = MARKERS.filled(page, ["one", "two"])
    assert filled == page.replace("old", "one\ntwo")
    assert MARKERS.filled(filled, ["one", "two"]) == filled


def test_a_page_without_both_markers_in_their_order_has_no_place() -> None:
    assert MARKERS.stand_in(f"{MARKERS.begin}\n{MARKERS.end}")
    assert not MARKERS.stand_in(f"{MARKERS.end}\n{MARKERS.begin}")
    assert not MARKERS.stand_in("# Performance\n")


def test_one_command_does_not_write_where_another_does() -> None:
    page = f"{MARKERS.begin}\nlarge\n{MARKERS.end}\n"
    assert not Markers("kefu bench").stand_in(page)
