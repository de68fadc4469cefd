"""The command line `chappe`."""

import sys

from chappe.commands import run


def main() -> None:
    """The command ends the process with its code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
