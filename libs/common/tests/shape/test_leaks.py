"""Nothing that is kept in git names a package registry's host or a path of the machine it was written on."""

import os
import re
import subprocess
from pathlib import Path

import pytest

# Put together here, since this file is kept in git as well.
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("maven", "google", "com"),
        ("proxy", "golang", "org"),
        ("static", "crates", "io"),
        ("rubygems", "org"),
    )
)
_SLASH = "/"
PLACES = re.compile(rf"(?<![A-Za-z0-9_.\-]){_SLASH}(?:work|farm|root|tmp{_SLASH}brief){_SLASH}")
DOWNLOADS = re.compile(r"https?://[^\s\"']*(?:/simple/|/packages/|/maven2/|\.whl\b|\.jar\b)")


def kept(root: Path) -> list[Path]:
    """The files that git keeps, or would keep after `git add`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=True).stdout.split("\0")
    return [root / name for name in names if name and (root / name).is_file()]


def leaks(text: str) -> list[str]:
    """What the text gives away."""
    lowered = text.lower()
    return [
        *(host for host in HOSTS if host in lowered),
        *(found.group() for pattern in (PLACES, DOWNLOADS) for found in pattern.finditer(text)),
    ]


def all_leaks(root: Path) -> dict[str, list[str]]:
    """What the files that git keeps give away, by file."""
    texts = {path: path.read_bytes().decode("utf-8", "ignore") for path in kept(root)}
    return {path.relative_to(root).as_posix(): found for path, text in texts.items() if (found := leaks(text))}


def test_nothing_that_is_kept_names_a_registry_or_this_machine(repository: Path) -> None:
    assert all_leaks(repository) == {}


@pytest.mark.parametrize("host", HOSTS)
def test_a_planted_registry_is_found(host: str) -> None:
    assert leaks(f"index-url = https://{host}/x") == [host]


@pytest.mark.parametrize("place", ["work", "root", "farm", "tmp/brief"])
def test_a_planted_path_of_this_machine_is_found(place: str) -> None:
    path = f"{_SLASH}{place}{_SLASH}main"
    assert leaks(f'DATA = "{path}"') == [f"{_SLASH}{place}{_SLASH}"]


@pytest.mark.parametrize(
    "text", ["routing_svc/work/order.py", "https://kefu.example/work/1", "the root of it", "/v1/work-items"]
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert leaks(text) == []


def test_a_planted_file_is_found_before_it_is_added_and_ignored_ones_are_not(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("ignored\n")
    for name in ("ignored", "planted"):
        (tmp_path / name).write_text(f"https://files.{HOSTS[1]}/x")
    assert list(all_leaks(tmp_path)) == ["planted"]
