"""Who may see which layer: the one answer that tiles, features, lists and exports share."""

from core.errors import Forbidden, SignIn
from layers.layer import Layer
from people.may import NOBODY, Rights, may
from people.models import Role


def may_see(layer: Layer, rights: Rights) -> bool:
    """Say whether these rights open the layer: to everybody, to staff, or to named roles."""
    if layer.sharing == "open":
        return True
    if layer.sharing == "staff":
        return may(rights, "layer.see")
    return rights.role in layer.sharing or rights.role == Role.ADMIN


def ask(layer: Layer, rights: Rights) -> None:
    """Return if the layer may be seen; raises SignIn for nobody and Forbidden for the others.

    The refusal says the code that was asked for: a title may tell what is kept from the asker.
    """
    if may_see(layer, rights):
        return
    if rights == NOBODY:
        raise SignIn(
            f"layer {layer.code} is not open to everybody",
            zh=f"图层 {layer.code} 不对公众开放",
            remedy="sign in, or send a bearer token",
        )
    raise Forbidden(
        f"layer {layer.code} is not open to the role {rights.role}",
        zh=f"你的角色无权查看图层 {layer.code}",
        remedy="ask the owner of the layer",
    )


def narrower(one: Layer, other: Layer) -> str | tuple[str, ...]:
    """Return a sharing that opens to nobody what either of two layers keeps from them."""
    if isinstance(one.sharing, tuple) and isinstance(other.sharing, tuple):
        both = tuple(role for role in one.sharing if role in other.sharing)
        return both or (Role.ADMIN.value,)
    if isinstance(one.sharing, tuple):
        return one.sharing
    return one.sharing if other.sharing == "open" else other.sharing
