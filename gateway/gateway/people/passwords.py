"""Passwords: Argon2id, computed beside the event loop and never more than two at a time (each takes 64 MiB)."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def hash_password(password: str) -> str:
    """The hash to keep, with its salt and parameters."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_right(password: str, kept: str | None) -> bool:
    """Whether `password` belongs to the hash `kept`; equally slow, and False, when there is none."""
    right = await asyncio.get_running_loop().run_in_executor(_threads, _verify, kept, password)
    return right and kept is not None


def _verify(kept: str | None, password: str) -> bool:
    # Also asked for when it is not needed: it takes its time once, whoever comes first.
    nobody = _nobodys_hash()
    try:
        return _hasher.verify(kept or nobody, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _nobodys_hash() -> str:
    """What a password is checked against when nobody has that address, so that the answer takes equally long."""
    return _hasher.hash(secrets.token_urlsafe(32))
