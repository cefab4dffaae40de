from common.bus.progress import PATIENCE, Progress


def test_a_consumer_is_stuck_after_a_minute_without_progress_and_well_again_with_the_next() -> None:
    now = 100.0
    progress = Progress(lambda: now)
    now += PATIENCE - 1
    assert progress.healthy
    now += 1
    assert not progress.healthy
    assert progress.idle == PATIENCE
    progress.note()
    assert progress.healthy
