"""The registry for the doors: from memory, and from the database for what is not in it."""

import asyncio

from core.asking import asked
from sensors import registry


async def known(*stream_ids: int) -> registry.Snapshot:
    """Return the registry in memory; looks again for a stream that is not in it."""
    snapshot = registry.remembered()
    if snapshot.number < 0 or any(i not in snapshot.streams for i in stream_ids):
        return await again()
    return snapshot


async def again() -> registry.Snapshot:
    """Return the registry as it is now: what is not in memory may just have been made."""
    await asyncio.sleep(registry.SOON)  # one look serves all who ask meanwhile
    return await asked(registry.current, registry.SOON)
