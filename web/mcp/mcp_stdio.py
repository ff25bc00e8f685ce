"""`yuanwen mcp`: the MCP server for the one client that starts it, on stdin and stdout."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from corpus.configuration import check
from corpus.errors import QAError
from index.encoders.e5_weights import BUNDLED_NAME
from qa.option_types import INDEX_HELP, index_location
from qa.qa_settings import Settings
from qa.service import process_limits
from qa.service.background_engine import BackgroundEngine


def main(argv: Sequence[str], *, prog: str) -> int:
    """Serve until stdin ends. Return 0, or 1 with a line on stderr if it cannot start.

    The client is answered before the model is open; questions wait for it. stdout carries the protocol alone.
    """
    options = _parser(prog).parse_args(argv)
    try:
        engine = _engine(options)
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    from qa.service.operations import Operations
    from web.mcp.mcp_tools import server

    # Ctrl+C ends it at once, and nothing is lost. Python would wait for the thread that reads stdin.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server(Operations(engine), engine.start).run("stdio")
    engine.wait()  # a model that is being opened while Python ends would abort the process
    return 0


def _engine(options: argparse.Namespace) -> BackgroundEngine:
    from qa.service.bootstrap import open_engine, stored_catalog

    check()
    process_limits.prepare()
    catalog = stored_catalog(options.index, options.model)
    return BackgroundEngine(catalog, lambda: open_engine(options.index, options.model, Settings(), options.reranker))


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog, description="Serve language models on stdin and stdout by the Model Context Protocol (docs/mcp.md)."
    )
    parser.add_argument("--index", type=index_location, metavar="WHERE", help=INDEX_HELP)
    parser.add_argument(
        "--model", metavar="NAME", default=BUNDLED_NAME, help="a sentence-transformers model or folder (%(default)s)"
    )
    parser.add_argument(
        "--reranker", metavar="NAME", help="a CrossEncoder or folder that orders the best passages (default: none)"
    )
    return parser
