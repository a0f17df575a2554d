"""Closures, routes, nearest units over HTTP: parse, ask for the right, call an action, answer."""

from ninja import Router

from people.signin import EITHER

router = Router(tags=["traffic"], auth=EITHER)
