import pytest

from gateway.people.passwords import hash_password, is_right


@pytest.mark.asyncio
async def test_a_password_is_right_for_its_own_hash_only() -> None:
    kept = await hash_password("correct horse 9")
    assert kept.startswith("$argon2id$")
    assert await is_right("correct horse 9", kept)
    assert not await is_right("correct horse 8", kept)
    assert kept != await hash_password("correct horse 9")


@pytest.mark.asyncio
async def test_nobody_has_a_right_password() -> None:
    assert not await is_right("anything", None)
    assert not await is_right("anything", "not a hash")
