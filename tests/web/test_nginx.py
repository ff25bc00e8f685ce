"""Behind nginx at a path: deploy/nginx.conf as it is, but for ports and the certificate, and the page in a browser."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

import app
from corpus.source import Source
from index.catalog import Catalog
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from tests.fakes import CharacterEmbedder
from tests.web.doors_app import OPENS, access
from tests.web.page import Visitor
from web.security.doors import Doors
from web.security.users import Users
from web.web_settings import REQUESTS, UPLOADS

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
OPENSSL = shutil.which("openssl")
LAW = "猫狗条例\n\n第一条 猫应当吃鱼，每天三次。\n\n第二条 狗应当吃肉。\n\n第三条 违反规定的，处五百元罚款。\n"
BIRDS = "鸟的条例\n\n第一条 鸟应当吃虫，每天五次。\n\n第二条 鸟不应当吃鱼。\n"
CATS, ASKED_BIRDS = "猫应当吃什么？", "鸟应当吃虫，每天几次？"
TOKEN = "0123456789abcdef0123456789abcdef"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (NGINX and OPENSSL), reason="nginx and openssl are not installed: apt-get install nginx openssl"
    ),
]


@dataclass(frozen=True)
class Proxied:
    """A server with nginx before it."""

    port: int
    """Of nginx, with TLS."""
    behind: str
    """The server's own address."""

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}/yuanwen/"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, verify=False, trust_env=False)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def configured(folder: Path, text: str, *, port: int, behind: Sequence[str], strips: bool) -> str:
    """The configuration with these ports, for a process that has no rights of root and does not go away.

    `behind`: the address of each server.
    """
    plain = free_port()
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("server 127.0.0.1:7860;", " ".join(f"server {one.split('/')[2]};" for one in behind)),
        ("/etc/ssl/texts.example.org", str(folder)),
        ("proxy_pass http://yuanwen;", f"proxy_pass http://yuanwen{'/' if strips else ''};"),
    ):
        assert before in text
        text = text.replace(before, after)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    return (
        f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log {folder}/access.log;\n{temporary}{text}}}\n"
    )


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, log.read_text() if log.exists() else "nginx ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("nginx does not listen")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nginx")
    command = [OPENSSL or "", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def engine(tmp_path: Path) -> BackgroundEngine:
    embedder = CharacterEmbedder("".join(sorted(set(LAW + BIRDS + CATS + ASKED_BIRDS))))
    index = Index.build(tmp_path / "index", [Source.from_file("条例.txt", LAW.encode(), None)], embedder)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
    engine.start()
    return engine


@pytest.fixture(params=[(1, True), (1, False), (2, False)], ids=["strips the path", "leaves the path", "two servers"])
def proxied(
    request: pytest.FixtureRequest, certificate: Path, tmp_path: Path, cheap_hashes: None, engine: BackgroundEngine
) -> Iterator[Proxied]:
    servers, strips = request.param
    users, tokens = tmp_path / "users.jsonl", tmp_path / "tokens"
    Users(users).add("anna", "correct horse")
    tokens.write_text(TOKEN)
    port = free_port()
    who = access(
        *("--auth", users, "--token", tokens, "--public-origin", f"https://localhost:{port}"),
        *("--root-path", "/yuanwen", "--trusted-proxy", "127.0.0.1"),
    )
    with ExitStack() as ends:
        behind = []
        for _ in range(servers):
            site = app.build_app(engine, jobs=IndexJobs(engine), doors=Doors(who), own_base=tmp_path / "own")
            served = app.launch(site, port=0, access=who)
            ends.callback(served.close)
            behind.append(served.address)
        text = configured(certificate, CONFIGURATION.read_text("utf-8"), port=port, behind=behind, strips=strips)
        file = tmp_path / "nginx.conf"
        file.write_text(text, "utf-8")
        process = ends.enter_context(
            subprocess.Popen([NGINX or "", "-c", str(file), "-p", str(tmp_path)], stderr=subprocess.PIPE)
        )
        ends.callback(process.terminate)
        wait_for(port, process, certificate / "error.log")
        yield Proxied(port, behind[0])


def log_in(page: Page, address: str) -> None:
    page.goto(address)
    expect(page).to_have_url(re.compile(r"/yuanwen/login\?next="))
    page.locator("#user").fill("anna")
    page.locator("#password").fill("correct horse")
    page.get_by_role("button").click()
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def test_the_whole_page_works_below_the_path(proxied: Proxied, browser: Browser) -> None:
    """Login, a question, an upload and its progress, a permalink, one's own library; and nothing from elsewhere."""
    context = browser.new_context(locale="zh-CN", ignore_https_errors=True)
    page = context.new_page()
    log_in(page, proxied.address.rstrip("/"))
    expect(page).to_have_url(proxied.address)
    reader = Visitor(page, proxied.address)

    assert "猫应当吃鱼" in reader.ask(CATS).inner_text()

    page.get_by_role("button", name="文本").first.click()
    with page.expect_response(re.compile(r"/yuanwen/page/progress\?changes=")) as progress:
        page.locator("#yw-texts input[type=file]").set_input_files(
            FilePayload(name="鸟.txt", mimeType="", buffer=BIRDS.encode())
        )
    assert progress.value.headers["content-type"].startswith("text/event-stream")
    expect(page.locator("#yw-texts")).to_contain_text("鸟", timeout=30_000)
    page.keyboard.press("Escape")
    reader.open()
    reply = reader.ask(ASKED_BIRDS)
    assert "鸟应当吃虫" in reply.inner_text()

    link = reply.locator("cite a").first.get_attribute("href")
    assert link is not None
    reader.open(link)
    reader.sees(link.split("=")[1].split("&")[0])

    page.goto(f"{proxied.address}mine/")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    cookies = context.cookies()
    assert {(one["path"], one["secure"], one["httpOnly"]) for one in cookies} == {("/yuanwen", True, True)}
    assert {re.sub(r"(/yuanwen/).*", r"\1", url) for url in reader.requests if not url.startswith("data:")} == {
        proxied.address
    }
    assert (reader.errors, reader.dialogs) == ([], [])
    context.close()


def test_answers_come_piece_by_piece(proxied: Proxied) -> None:
    """The server tells nginx to keep nothing back of them, and nginx heeds it."""
    accelerated = []
    for address in (proxied.address, proxied.behind):
        with httpx.Client(base_url=address, verify=False, trust_env=False) as client:
            with client.stream("POST", "page/ask", json={"question": CATS}, headers=bearer()) as response:
                lines = [json.loads(line) for line in response.iter_lines()]
            accelerated.append(response.headers.get("x-accel-buffering"))
        assert 'data-status="answered"' in lines[-1]["html"]
    assert accelerated == [None, "no"]


def test_figures_are_not_for_the_world(proxied: Proxied) -> None:
    with proxied.client() as client:
        assert client.get("metrics", headers=bearer()).status_code == 404


def bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}


def test_another_host_is_refused_whatever_else_says_that_it_is_ours(proxied: Proxied) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Host": "evil.example", "X-Forwarded-Host": "localhost", "Forwarded": "host=localhost"},
    ):
        with proxied.client() as client:
            refused = client.get("", headers={**bearer(), **headers})
        assert refused.status_code == 421
    with proxied.client() as client:  # and one's own is not taken for another
        assert client.get("", headers={**bearer(), "X-Forwarded-Host": "evil.example"}).status_code == 200


def test_what_a_client_says_of_itself_is_dropped(proxied: Proxied, caplog: pytest.LogCaptureFixture) -> None:
    """Each request comes from the one address that nginx saw, whatever X-Forwarded-For it brings along."""
    caplog.set_level("INFO", "yuanwen.access")
    with proxied.client() as client:
        for address in ("192.0.2.7", "192.0.2.8, 127.0.0.1"):
            client.get("healthz", headers={"X-Forwarded-For": address, "X-Forwarded-Proto": "http"})
    records = [record.args for record in caplog.records if record.name == "yuanwen.access"]
    assert len({record["client"] for record in records if isinstance(record, dict)}) == 1


def test_under_https_the_browser_is_told_to_stay_there(proxied: Proxied) -> None:
    with proxied.client() as client:
        answer = client.get("", headers=OPENS)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/yuanwen/login?next=%2F"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert answer.headers["content-security-policy"]
    assert "server" not in answer.headers or "/" not in answer.headers["server"]


def test_nginx_takes_files_as_large_as_the_server_takes() -> None:
    """No smaller limit, and no larger one: the server closes the connection of a larger file, which is a 502."""
    found = re.search(r"client_max_body_size (\d+);", CONFIGURATION.read_text("utf-8"))
    assert found
    assert int(found[1]) == UPLOADS.largest + REQUESTS.largest_form
