"""`yuanwen …`: the command line, with `serve` for the page, `mcp` for language models and `user` for who may log in."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from qa import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command as `qa.cli.main` does. Return the exit code."""
    return cli.main(argv, prog="yuanwen", others={"serve": _serve, "mcp": _mcp, "user": _user})


def _serve(argv: Sequence[str]) -> int:
    import app  # the page's code is read for this command alone: the others start sooner without it

    return app.main(argv, prog="yuanwen serve")


def _mcp(argv: Sequence[str]) -> int:
    from web.mcp import mcp_stdio

    return mcp_stdio.main(argv, prog="yuanwen mcp")


def _user(argv: Sequence[str]) -> int:
    from web.security import user_command

    return user_command.main(argv, prog="yuanwen user")


if __name__ == "__main__":
    sys.exit(main())
