"""`yuanwen user add | remove | password | list`: changes the users file that `yuanwen serve --auth FILE` reads.

A password is asked for twice, or read from the first line of stdin where that is no terminal. It is never an argument:
those are seen by everybody on the machine.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_config_path

from corpus.errors import QAError
from qa.output.terminal_stream import controls_shown
from web import security_messages
from web.security.users import Users, UsersError, checked_name

USERS_FILE = "users.jsonl"


def main(argv: Sequence[str], *, prog: str = "yuanwen user") -> int:
    """Run the command. Return 0, or 1 with a line on stderr if it failed; wrong usage exits with 2."""
    options = _parser(prog).parse_args(argv)
    with controls_shown():
        try:
            _run(options)
        except QAError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        except (KeyboardInterrupt, EOFError):
            sys.stderr.write("\n")
            return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    users = Users(options.file)
    if options.what == "list":
        sys.stdout.write("".join(f"{name}\n" for name in users.names()))
        return
    name = checked_name(options.name)
    if options.what == "remove":
        users.remove(name)
        said = security_messages.USER_REMOVED
    elif options.what == "add":
        if users.path.exists() and users.stamp(name) is not None:  # before a password is asked for
            raise UsersError(security_messages.USER_EXISTS.format(name=name), users.path)
        users.add(name, _password())
        said = security_messages.USER_ADDED
    else:
        if users.stamp(name) is None:
            raise UsersError(security_messages.NO_USER.format(name=name), users.path)
        users.set_password(name, _password())
        said = security_messages.PASSWORD_CHANGED
    sys.stderr.write(f"{said.format(name=name, path=users.path).bilingual}\n")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(security_messages.ASK_PASSWORD.bilingual)
    if getpass.getpass(security_messages.ASK_AGAIN.bilingual) != password:
        raise UsersError(security_messages.PASSWORDS_DIFFER)
    return password


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="Who can log in where the page is served with --auth FILE.")
    commands = parser.add_subparsers(dest="what", required=True, metavar="command")
    for what, does in (
        ("add", "add a user; the password is asked for, or is the first line of stdin"),
        ("remove", "remove a user and end the user's sessions"),
        ("password", "change a user's password and end the user's sessions"),
        ("list", "list the users"),
    ):
        command = commands.add_parser(what, help=does)
        if what != "list":
            command.add_argument("name", metavar="NAME")
        command.add_argument(
            "--file",
            type=Path,
            metavar="FILE",
            default=user_config_path("yuanwen", appauthor=False) / USERS_FILE,
            help="the users file (default: %(default)s)",
        )
    return parser
