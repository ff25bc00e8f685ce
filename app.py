"""The page's server: options, start, stop. `python app.py` or `yuanwen serve`. The only importer of gradio."""

# Without `from __future__ import annotations`: gradio reads the annotations of `call`.

import argparse
import contextlib
import os
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.configuration import check
from corpus.errors import QAError
from index.encoders.e5_weights import BUNDLED_NAME
from qa.output.terminal_stream import controls_shown
from qa.qa_settings import Settings
from qa.service import process_limits
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from web.api.desk import Desk
from web.api.page_context import PageEngine
from web.gradio_import import without_stub_files
from web.html.page import head_html, page_html
from web.web_settings import SERVER

# Read when gradio is imported: it would report its version and ours, and keep statistics of questions in pandas.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    import gradio as gr


def build_app(engine: PageEngine, *, keeps_feedback: bool = True, jobs: IndexJobs | None = None) -> "gr.Blocks":
    """Return the page over an engine, not yet served. `jobs` changes its index; without it the page is read-only.

    The page is one block of our own HTML and calls one function of the server (`web.api.desk`): no template or Markdown
    of gradio's ever touches a quote.
    """
    with _localhost_without_proxy(), without_stub_files():  # gradio reads the proxy settings when it is imported
        import gradio as gr
    desk = Desk(engine, keeps_feedback=keeps_feedback, jobs=jobs)

    def page_now() -> str:
        catalog = engine.catalog
        version = None if jobs is None else jobs.version
        return page_html(catalog, keeps_feedback=keeps_feedback, version=version, pages=desk.pages_of_first(catalog))

    def call(request: Any) -> dict[str, Any]:
        return desk.call(request)

    blocks: gr.Blocks
    with gr.Blocks(title="原文 Yuanwen", analytics_enabled=False) as blocks:
        page = gr.HTML(
            page_now(),
            apply_default_css=False,
            js_on_load="window.yuanwen.connect(element, server.call)",
            server_functions=[call],
        )
    if isinstance(engine, BackgroundEngine):

        def renew() -> None:
            """Serve the documents as they are now: nothing of a removed document stays in the page."""
            page.value = page_now()
            if blocks.is_running:
                blocks.config = blocks.get_config_file()

        engine.when_changed = renew
    return blocks


def launch(blocks: "gr.Blocks", *, host: str = "127.0.0.1", port: int = 7860, share: bool = False) -> str:
    """Serve the page in the background and return its address once it answers HTTP.

    Takes the next free port where `port` is taken, any free one for 0. The page loads nothing from outside this
    machine, unless `share`: then gradio's tunnel and its content network are used.
    """
    import gradio as gr

    # For the two things that gradio itself shows: its sign while the page loads, and a notice when the server is gone.
    # The fonts are only names; gradio's own themes would download some.
    theme = gr.themes.Base(font=["PingFang SC", "Noto Sans CJK SC", "sans-serif"], font_mono=["monospace"]).set(
        body_background_fill="#f7f5f0",
        body_background_fill_dark="#191815",
        loader_color="#6d675d",
        loader_color_dark="#a19a8b",
        error_background_fill="#fffdf8",
        error_background_fill_dark="#201f1b",
        error_border_color="#e3ddd0",
        error_border_color_dark="#3a372f",
        error_text_color="#22201c",
        error_text_color_dark="#e9e4d8",
        error_icon_color="#6d675d",
        error_icon_color_dark="#a19a8b",
    )
    with contextlib.redirect_stdout(sys.stderr), _localhost_without_proxy(outward=share):
        blocks.launch(
            server_name=host,
            server_port=_free_port(host, port),
            share=share,
            prevent_thread_lock=True,
            quiet=True,
            ssr_mode=False,
            run_history=False,
            footer_links=[],
            enable_monitoring=False,
            pwa=False,
            theme=theme,
            head=head_html(),
        )
    return str(blocks.local_url)


def main(argv: Sequence[str] | None = None, *, prog: str = "app.py") -> int:
    """Serve the page until it is interrupted. Return 0, or 1 with a line on stderr if it cannot start.

    `prog` is the command's name in its help and usage errors. The page is served before the model is open, and
    questions wait for it. If the model cannot be opened, the page shows why, and the process ends.
    """
    with controls_shown():
        return _serve(_parser(prog).parse_args(argv))


def _serve(options: argparse.Namespace) -> int:
    try:
        engine, blocks, address = _start(options)
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"The page cannot be served at {options.host}, port {options.port}: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 1
    if options.port and not address.rstrip("/").endswith(f":{options.port}"):
        sys.stderr.write(f"Port {options.port} is taken.\n")
    if blocks.share_url:
        sys.stderr.write(f"原文 is shared at {blocks.share_url}: everybody who has that address can ask.\n")
    sys.stderr.write(f"原文 is at {address} (Ctrl+C stops it)\n")
    sys.stderr.flush()
    engine.start()
    if options.open and _has_screen():
        webbrowser.open(address)
    with contextlib.suppress(KeyboardInterrupt):
        engine.wait()
        if engine.error is None:
            _wait_for_interrupt()
        else:
            sys.stderr.write(f"{engine.error}\n")
            time.sleep(SERVER.farewell)
    blocks.close(verbose=False)
    return 0 if engine.error is None else 1


def _start(options: argparse.Namespace) -> "tuple[BackgroundEngine, gr.Blocks, str]":
    from qa.service.bootstrap import open_engine, stored_catalog

    check()
    process_limits.prepare()
    engine = BackgroundEngine(
        stored_catalog(options.index, options.model),
        lambda: open_engine(options.index, options.model, Settings(), options.reranker),
    )
    jobs = None if options.read_only or options.share else IndexJobs(engine)
    blocks = build_app(engine, keeps_feedback=options.feedback, jobs=jobs)
    return engine, blocks, launch(blocks, host=options.host, port=options.port, share=options.share)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="原文: ask a text, get its own words back.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to serve at (default: %(default)s, this machine only)"
    )
    parser.add_argument("--port", type=int, default=7860, help="port, or the next free one (default: %(default)s)")
    parser.add_argument("--share", action="store_true", help="open a public address through gradio's servers")
    parser.add_argument("--open", action="store_true", help="open the page in the browser, where there is a screen")
    parser.add_argument("--index", type=Path, metavar="DIR", help="the index folder (default: the model's own)")
    parser.add_argument(
        "--model", metavar="NAME", default=BUNDLED_NAME, help="a sentence-transformers model or folder (%(default)s)"
    )
    parser.add_argument(
        "--reranker", metavar="NAME", help="a CrossEncoder or folder that orders the best passages (default: none)"
    )
    parser.add_argument(
        "--no-feedback", dest="feedback", action="store_false", help="no buttons that keep feedback as test questions"
    )
    parser.add_argument(
        "--read-only", action="store_true", help="nobody can add or remove texts on the page (--share implies it)"
    )
    return parser


def _wait_for_interrupt() -> None:
    threading.Event().wait()


def _has_screen() -> bool:
    """Return whether a browser can open a window: without a screen, one that runs in the terminal would start."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _free_port(host: str, port: int) -> int:
    """Return `port` or the first free one after it. Raises OSError where there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + SERVER.ports_tried, 65536)):
        with socket.socket(family) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host.strip("[]"), candidate))
            return int(probe.getsockname()[1])
    raise OSError(f"no free port from {port} to {port + SERVER.ports_tried - 1}")


@contextlib.contextmanager
def _localhost_without_proxy(*, outward: bool = False) -> Iterator[None]:
    """Keep the environment's proxy out of the way while gradio requests its own page to see whether it is up.

    Unless `outward`, every proxy setting is removed meanwhile: with a SOCKS proxy gradio cannot even be imported.
    With `outward` they stay, and this machine is exempted from them.
    """
    before = dict(os.environ)
    for name in before:
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy") and not outward:
            del os.environ[name]
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, ["127.0.0.1", "localhost", before.get(name)]))
    try:
        yield
    finally:
        for name in {*before, "no_proxy", "NO_PROXY"}:
            os.environ.pop(name, None)
        os.environ.update(before)


if __name__ == "__main__":
    sys.exit(main())
