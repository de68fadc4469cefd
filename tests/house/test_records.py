"""Records of the console's interface: each has a name of its own, and the document that describes them has no hole.

Source: openapi/3.1
"""

import importlib
import json
import pkgutil
import re
from collections import defaultdict

import msgspec
import pytest

from chappe import console

pytestmark = pytest.mark.slow


def test_no_two_records_are_called_alike() -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for place in pkgutil.walk_packages(console.__path__, f"{console.__name__}."):
        for one in vars(importlib.import_module(place.name)).values():
            if isinstance(one, type) and issubclass(one, msgspec.Struct) and one.__module__ == place.name:
                named[one.__name__].add(one.__module__)
    assert len(named) > 100
    assert {name: places for name, places in named.items() if len(places) > 1} == {}


def test_the_document_names_nothing_that_it_does_not_have() -> None:
    from chappe.console.api import document
    from chappe.console.pages import deeds

    text = json.dumps(document(deeds()))
    there = set(json.loads(text)["components"]["schemas"])
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) <= there
    assert {name for name in there if not name.isidentifier()} == set(), "two records of one name"
