"""`yuanwen …`: the command line, with `yuanwen serve` for the page and `yuanwen user` for who may log in there."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from qa import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command as `qa.cli.main` does. Return the exit code."""
    return cli.main(argv, prog="yuanwen", serve=_serve, user=_user)


def _serve(argv: Sequence[str]) -> int:
    import app  # the page's code is read for this command alone: the others start sooner without it

    return app.main(argv, prog="yuanwen serve")


def _user(argv: Sequence[str]) -> int:
    from web.security import user_command

    return user_command.main(argv, prog="yuanwen user")


if __name__ == "__main__":
    sys.exit(main())
