"""Make everything that follows from schema/: the codec's table, the stubs of its lazy classes, the copied error table.

Usage: python -m tools.gen [--check]     (offline; --check writes nothing and fails if a file would change)

Fails, with a list, on any retyped or newly required field, and on any constructor an older layer lacks inside a
union it has, for which `chappe.tl.layers` holds neither rule nor fallback.
"""

import argparse
import sys
from pathlib import Path

from chappe.tl import layers
from tools.gen_rules import demands
from tools.gen_stubs import stubs
from tools.gen_table import Row, merge, read_schema, table

ROOT = Path(__file__).resolve().parent.parent
TL = ROOT / "src" / "chappe" / "tl"


def main() -> int:
    """After: the generated files are as schema/ says, or nothing is written and the reasons are printed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")
    check = arguments.parse_args().check
    rows = merge(read_schema(ROOT / "schema"))
    if missing := demands(rows, layers):
        print("\n".join(["No rule in chappe/tl/layers.py for:", *missing]), file=sys.stderr)
        return 1
    changed = [path for path, text in outputs(rows).items() if not path.exists() or path.read_text() != text]
    for path in changed:
        print(f"{'differs' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(outputs(rows)[path])
    return 1 if check and changed else 0


def outputs(rows: list[Row]) -> dict[Path, str]:
    files = {TL / "schema.tsv": table(rows)}
    files |= {TL / name: text for name, text in stubs(rows).items()}
    errors = ROOT / "schema" / "errors.csv"
    if errors.exists():
        files[ROOT / "src" / "chappe" / "rpc" / "errors.csv"] = errors.read_text()
    return files


if __name__ == "__main__":
    sys.exit(main())
