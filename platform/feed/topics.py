"""The topics of the feed and of the WebSocket, and the right that each asks for."""

# what a person must not miss: one event each, in the one ordered log
EVENT_TOPICS = frozenset(
    {
        "alert",
        "incident",
        "unit",
        "case",
        "closure",
        "rule",
        "fence",
        "thing",
        "layer",
        "warning",
        "task",
    }
)

# what is merely current: latest value wins, streamed coalesced, never in the log
STATE_TOPICS = frozenset({"observation", "position", "index"})

TOPICS = EVENT_TOPICS | STATE_TOPICS

# a topic's bit in a cursor: new ones go to the end, because clients keep cursors across releases
ORDER = (
    "alert",
    "case",
    "closure",
    "fence",
    "incident",
    "layer",
    "observation",
    "position",
    "rule",
    "thing",
    "unit",
    "warning",
    "task",
    "index",
)


def mask(topics: frozenset[str]) -> int:
    """Return the topics as bits, the short form that a cursor carries."""
    return sum(1 << ORDER.index(topic) for topic in topics)


def unmask(bits: int) -> frozenset[str]:
    """Return the topics of a cursor's bits; bits beyond the known topics are ignored."""
    return frozenset(topic for place, topic in enumerate(ORDER) if bits >> place & 1)
