"""The doors to the past; each module adds its routes to the one router."""

from feed.api import replay, review, state
from feed.api.asked import router

__all__ = ["replay", "review", "router", "state"]
