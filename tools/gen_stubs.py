"""Stubs, so that the type checker sees the lazily made classes."""

from tools.gen_table import Row


def stubs(rows: list[Row]) -> dict[str, str]:
    return {}
