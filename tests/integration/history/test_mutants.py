"""The checker has teeth: take away any one of the things that keep the promise, and the verdict names a ticket."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from integration.history.mutants import MUTANTS, SLOW_COMMITS, SLOW_SENDS, Mutant
from integration.history.stage import Stage

AT_REST = 6.0
"""Seconds without any change after which what is missing counts as lost: everything is up by then."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_what_stands_in_the_tree(mutant: Mutant) -> None:
    texts: dict[str, str] = {}
    for change in mutant.changes:
        spec = find_spec(change.module)
        assert spec is not None
        assert spec.origin is not None
        text = texts.setdefault(change.module, Path(spec.origin).read_text())
        assert text.count(change.old) == 1, f"{change.module}: {change.old}"
        texts[change.module] = text.replace(change.old, change.new)
    for module, text in texts.items():
        compile(text, module, "exec")


@pytest.mark.asyncio
async def test_without_a_mutant_the_same_faults_leave_all_whole(stage: Stage) -> None:
    await stage.uproot()

    async def chaos() -> None:
        for mutant in MUTANTS:
            if mutant.dies:
                stage.arm(mutant.dies)
                await stage.reached()

    async with stage.suffering([SLOW_COMMITS, SLOW_SENDS]):
        verdict = await stage.judge(chaos, creates=40, clients=16)
    assert verdict.whole, verdict.tell()


@pytest.mark.asyncio
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
async def test_the_checker_catches(stage: Stage, mutant: Mutant) -> None:
    await stage.plant(mutant)

    async def chaos() -> None:
        for _ in range(mutant.deaths if mutant.dies else 0):
            stage.arm(mutant.dies)
            await stage.reached()

    async with stage.suffering(mutant.faults):
        verdict = await stage.judge(chaos, creates=mutant.creates, clients=mutant.clients, patience=AT_REST)
    found = verdict.of(mutant.fault)
    assert found, f"{mutant.name} was not noticed: {verdict.tell()}"
    assert all(one.ticket for one in found)
