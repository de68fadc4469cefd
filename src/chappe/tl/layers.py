"""What cannot be derived between layers: hand-written rules, and what stands in for what an old layer lacks."""

from collections.abc import Callable
from typing import Any

Rule = Callable[[Any], Any]
