"""Reading /proc."""

import os

import pytest

from kefu_local.bench.processes import Memory, Process, Reading, family, parse_memory, parse_stat, part_of, read_cpu

STAT = "4711 (a (strange) name) S 12 4711 4711 0 -1 4194560 1 0 0 0 250 150 0 0 20 0 1 0 100 1 1"


def test_a_stat_line_is_read_also_when_the_name_holds_parentheses() -> None:
    assert parse_stat(STAT, ticks=100) == Process(4711, 12, "a (strange) name", 4.0)


@pytest.mark.parametrize(
    ("name", "command", "part"),
    [
        ("kefu-ticket", "python -m kefu_local up", "ticket"),
        ("python", "python -m kefu_local up", "launcher"),
        ("java", "java -Xmx256m kafka.Kafka", "kafka"),
        ("postgres", "postgres: ticket ticket 127.0.0.1(40112) idle ", "postgres:ticket"),
        ("postgres", "postgres: kefu ticket 127.0.0.1(40112) SELECT", "watcher"),
        ("postgres", "postgres: checkpointer ", "postgres"),
        ("postgres", "/opt/bin/postgres -D data", "postgres"),
    ],
)
def test_every_process_has_its_part(name: str, command: str, part: str) -> None:
    assert part_of(name, command) == part


def test_a_family_is_everybody_below_and_nobody_else() -> None:
    one = {pid: Process(pid, parent, "", 0) for pid, parent in ((1, 0), (2, 1), (3, 2), (4, 9))}
    assert sorted(process.pid for process in family(one, 1)) == [1, 2, 3]
    assert family(one, 77) == []


def test_cpu_between_two_readings_counts_new_processes_and_never_the_watcher() -> None:
    before = Reading({1: ("kb", 2.0), 2: ("watcher", 1.0), 5: ("routing", 9.0)})
    after = Reading({1: ("kb", 2.5), 2: ("watcher", 9.0), 3: ("kb", 0.25)})
    assert after.since(before) == {"kb": 0.75}


def test_memory_is_megabytes() -> None:
    assert parse_memory("Rss:      2048 kB\nPss:      1024 kB\nPss_Anon:  10 kB\n") == Memory(pss=1, rss=2)


def test_this_very_process_is_found_and_has_worked() -> None:
    found = read_cpu(os.getpid(), {"itself": os.getpid()}).cpu[os.getpid()]
    assert found[0] == "itself"
    assert found[1] > 0
