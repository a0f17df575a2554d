"""Regions grown from seeds over a graph of touching pieces: each region is in one piece."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from city.demo.plane import Floats

Labels = NDArray[np.intp]


def grow(links: coo_array, centres: Floats, seeds: Floats) -> Labels:
    """Give every piece the number of the seed that is nearest by way of its neighbours.

    `links` holds the common border (m) of touching pieces, `centres` and `seeds` are (n, 2)
    metres. Seeds take different pieces; there must be at least as many pieces as seeds.
    """
    start = distinct(centres, seeds)
    one, other = links.coords
    length = np.hypot(*(centres[one] - centres[other]).T) + 1e-3
    graph = csr_array((length, (one, other)), shape=(len(centres), len(centres)))
    _, _, source = dijkstra(graph, indices=start, min_only=True, return_predecessors=True)
    number = np.full(len(centres) + 1, -1, dtype=np.intp)
    number[start] = np.arange(len(start))
    label = number[np.where(source >= 0, source, -1)]
    lost = label < 0  # an exclave touches nothing: the nearest seed takes it
    if lost.any():
        label[lost] = cKDTree(seeds).query(centres[lost])[1]
    return np.asarray(label, dtype=np.intp)


def distinct(centres: Floats, seeds: Floats) -> Labels:
    """Return for each seed the nearest piece that no earlier seed has taken."""
    reach = min(len(seeds), len(centres))
    _, nearest = cKDTree(centres).query(seeds, k=reach)
    taken: dict[int, None] = {}
    for row in nearest.reshape(len(seeds), reach).tolist():
        taken[next(piece for piece in row if piece not in taken)] = None
    return np.array(list(taken), dtype=np.intp)


def joined(links: coo_array, group: Labels, count: int) -> coo_array:
    """Return the borders between groups of pieces."""
    one, other = group[links.coords[0]], group[links.coords[1]]
    apart = one != other
    together: coo_array = csr_array(
        (links.data[apart], (one[apart], other[apart])), shape=(count, count)
    ).tocoo()
    return together


def within(links: coo_array, chosen: Labels, total: int) -> coo_array:
    """Return the borders among chosen pieces, renumbered in the order chosen."""
    number = np.full(total, -1, dtype=np.intp)
    number[chosen] = np.arange(len(chosen))
    one, other = number[links.coords[0]], number[links.coords[1]]
    inside = (one >= 0) & (other >= 0)
    return coo_array((links.data[inside], (one[inside], other[inside])), (len(chosen), len(chosen)))


def absorb(links: coo_array, size: Floats, least: float, kin: Labels) -> Labels:
    """Merge pieces smaller than `least` into the neighbour of their kin with the longest border.

    Returns the number of the piece that each has become part of.
    """
    owner = np.arange(len(size), dtype=np.intp)
    total = size.astype(float).copy()
    one, other = links.coords
    small = np.flatnonzero((total[one] < least) & (kin[one] == kin[other]))
    order = small[np.lexsort((-links.data[small], total[one[small]]))]
    for link in order.tolist():
        piece, target = int(one[link]), int(other[link])
        while owner[target] != target:
            target = int(owner[target])
        if owner[piece] == piece and target != piece and total[piece] < least:
            owner[piece] = target
            total[target] += total[piece]
    while (owner[owner] != owner).any():
        owner = owner[owner]
    return owner
