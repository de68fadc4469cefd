"""Every method answers with the type that the schema gives it, or a client cannot read it. Source: api/layers."""

from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from chappe import tl
from chappe.rpc.dispatch import methods

PLAIN = {"Bool": bool, "int": int, "long": int, "string": str}


def answers(name: str) -> list[Any]:
    """The types that the function which answers the method says it gives."""
    hint = get_type_hints(methods()[name])["return"]
    return list(get_args(hint)) if get_origin(hint) in (Union, UnionType) else [hint]


@pytest.mark.parametrize("name", sorted(methods()))
def test_a_method_answers_as_the_schema_says(name: str) -> None:
    wanted = tl.function(name).RESULT
    for given in answers(name):
        if wanted[:7] in ("Vector<", "vector<"):
            assert get_origin(given) is list
        elif wanted in PLAIN:
            assert given is PLAIN[wanted]
        else:
            assert given.FORM.result == wanted
