"""Indices and stations over HTTP: parse, ask for the right, call an action, answer."""

from ninja import Router

from people.signin import EITHER

router = Router(tags=["environment"], auth=EITHER)
