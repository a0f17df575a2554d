"""The queue of a priority flood: places in the order of their heights, lowest first.

An entry is one 64-bit number: the height's bits, so turned that they sort like the height, above
the place's number. Ties go to the smaller place, so that every run floods alike.
"""

from typing import Any

import numpy as np

from layers.terrain.kernel import kernel

SIGN, ALL = np.uint32(0x80000000), np.uint32(0xFFFFFFFF)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@kernel
def push(heap: Any, size: int, bits: Any, place: int) -> int:
    """Add a place with the bits of its height (float32); return the new size."""
    turned = bits ^ (ALL if bits & SIGN else SIGN)
    entry = (np.uint64(turned) << _HALF) | np.uint64(place)
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap[above] <= entry:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = entry
    return size + 1


@kernel
def pop(heap: Any, size: int) -> Any:
    """Take the lowest place out of a heap that is not empty: it is one smaller afterwards."""
    found: Any = np.int64(heap[0] & _LOW)
    size -= 1
    last, at = heap[size], 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= last:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = last
    return found
