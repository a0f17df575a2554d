"""What routes answer with: a status beside the answer is a Status, whoever asks."""

import typing

from city.api import api


def test_no_route_answers_with_a_bare_pair() -> None:
    pairs = [
        f"{method} {path}"
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
        if typing.get_origin(typing.get_type_hints(operation.view_func).get("return")) is tuple
    ]
    assert pairs == []
