"""Values of options of the command line, checked before a command runs."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

from corpus.errors import StoreError
from index.location import Location, location

INDEX_HELP = "the index: a folder, or milvus://HOST:PORT/COLLECTION (default: the model's own folder)"


def positive(value: str) -> int:
    """Return a number from 1. Raises ArgumentTypeError, or ValueError for what is no number."""
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{value} is not 1 or more")
    return number


def web_address(value: str) -> str:
    """Return an address as `https://host/path`. Raises ArgumentTypeError for anything else."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (raises if it is no number)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{value} is no address of a page") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not value.isprintable() or " " in value:
        raise argparse.ArgumentTypeError(f"{value} does not begin as an address: http://… or https://…")
    return value if parts.path else parts._replace(path="/").geturl()


def index_location(text: str) -> Location:
    """Return the place of an index. Raises ArgumentTypeError for a wrong address of a server."""
    try:
        return location(text)
    except StoreError as error:
        raise argparse.ArgumentTypeError(error.message.bilingual) from error
