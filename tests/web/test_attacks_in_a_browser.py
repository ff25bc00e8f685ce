"""What a foreign page tries in Chromium, and whether our own page keeps to its policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Error, FilePayload, Page, expect

from tests.conftest import ARGUMENTS, BROWSER
from tests.web.target import QUESTION, SECRET, Target, has_secret

pytestmark = pytest.mark.browser
ATTACK = """async ours => {
  const json = {"content-type": "application/json"}, text = {"content-type": "text/plain"};
  const remove = JSON.stringify({document: "条例"}), ask = JSON.stringify({question: "QUESTION"});
  const file = new FormData();
  file.append("name", "假.txt"); file.append("file", new Blob(["假的第一条。"]), "假.txt");
  const tries = [["/page/remove", remove], ["/page/upload", file], ["/api/v1/documents", file], ["/page/ask", ask],
    ["/api/v1/ask", ask], ["/page/source", remove], ["/mcp", "{}"], ["/gradio_api/queue/join", '{"data":["a"]}']];
  const read = [];
  for (const [path, body] of tries)
    for (const mode of ["cors", "no-cors"])
      for (const credentials of ["include", "omit"])
        for (const headers of body === file ? [{}] : [json, text])
          try {
            const got = await fetch(ours + path, {method: "POST", mode, credentials, headers, body});
            read.push(got.type === "opaque" ? "" : await got.text());
          } catch { read.push(""); }
  for (const path of ["/", "/api/v1/documents", "/api/v1/documents/条例", "/config", "/healthz", "/metrics"])
    try { read.push(await (await fetch(ours + path, {credentials: "include"})).text()); } catch { read.push(""); }
  try { await fetch(ours + "/api/v1/documents/条例", {method: "DELETE"}); } catch { read.push(""); }
  navigator.sendBeacon(ours + "/page/remove", remove);
  return read;
}""".replace("QUESTION", QUESTION)


class _Foreign(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>foreign</title><body>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    target = Target(tmp_path_factory.mktemp("target"))
    yield target
    target.still_serves()
    target.close()


@pytest.fixture(scope="module")
def foreign() -> Iterator[int]:
    """The port of a server of another's pages."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Foreign)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def misled(browser_kind: BrowserType) -> Iterator[Browser]:
    """A browser for which each name of evil.example is this machine."""
    rule = "--host-resolver-rules=MAP *.evil.example 127.0.0.1, MAP evil.example 127.0.0.1"
    browser = browser_kind.launch(executable_path=BROWSER, args=[*ARGUMENTS, rule])
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def browser_kind(browser: Browser) -> BrowserType:
    return browser.browser_type


@pytest.fixture(params=["http://evil.example:{port}/", "http://127.0.0.1:{port}/", "http://localhost:{port}/"])
def page(request: pytest.FixtureRequest, misled: Browser, foreign: int, target: Target) -> Iterator[Page]:
    """A page of another site; of another port of this machine; in a browser that has opened our page before."""
    context = misled.new_context()
    ours = context.new_page()
    ours.goto(target.address)
    expect(ours.locator("html")).to_have_attribute("data-ready", "")
    page = context.new_page()
    page.goto(str(request.param).format(port=foreign))
    yield page
    context.close()
    target.still_serves()


def test_a_foreign_page_reads_and_changes_nothing(page: Page, target: Target) -> None:
    read = page.evaluate(ATTACK, target.address)
    assert len(read) > 40
    assert not [one for one in read if one]


def test_a_foreign_form_changes_nothing(page: Page, target: Target) -> None:
    for path, kind in (
        ("/page/remove", "text/plain"),
        ("/page/upload", "multipart/form-data"),
        ("/api/v1/documents", "multipart/form-data"),
        ("/api/v1/ask", "application/x-www-form-urlencoded"),
    ):
        page.evaluate(
            """([action, enctype]) => { const form = document.createElement("form");
            form.method = "post"; form.action = action; form.enctype = enctype;
            const field = document.createElement("input"); field.name = '{"document":"条例","x":"'; field.value = '"}';
            form.append(field); document.body.append(form); form.submit(); }""",
            [target.address + path, kind],
        )
        page.wait_for_url(f"{target.address}/**")
        assert not has_secret(page.content())
        page.go_back()


def test_our_page_is_in_no_frame_and_no_other_element(page: Page, target: Target) -> None:
    page.evaluate(
        """ours => Promise.all(["iframe", "embed", "img", "script", "object"].map(name => new Promise(done => {
        const one = document.createElement(name); one.onload = one.onerror = done; setTimeout(done, 1000);
        one[name === "object" ? "data" : "src"] = ours + "/"; document.body.append(one); })))""",
        target.address,
    )
    for frame in page.frames[1:]:
        try:
            assert not has_secret(frame.content())
        except Error:  # Chromium shows what it has refused in another process
            assert frame.is_detached()
    assert page.evaluate("document.querySelector('img').naturalWidth") == 0


def test_a_rebound_name_is_not_our_page(misled: Browser, target: Target) -> None:
    page = misled.new_page()
    answer = page.goto(f"http://evil.example:{target.port}/")
    assert answer is not None
    assert answer.status == 421
    assert not has_secret(page.content())
    asked = """async body => { const got = []; for (const path of ["/api/v1/ask", "/page/ask", "/page/remove"])
      got.push((await fetch(path, {method: "POST", headers: {"content-type": "application/json"}, body})).status);
      return got; }"""
    page.goto(f"http://evil.example:{target.port}/static/x")
    assert page.evaluate(asked, '{"question": "a"}') == [421, 421, 421]
    page.close()
    target.still_serves()


def test_a_window_that_opened_ours_cannot_look_into_it(page: Page, target: Target) -> None:
    with page.context.expect_page() as opened:
        page.evaluate("ours => { window.other = window.open(ours); }", target.address)
    expect(opened.value.locator("html")).to_have_attribute("data-ready", "")
    assert page.evaluate("() => { try { return window.other.document.body.innerHTML; } catch { return ''; } }") == ""
    assert opened.value.evaluate("window.opener") is None


def test_the_page_keeps_to_its_policy(browser: Browser, target: Target, tmp_path: Path) -> None:
    """In all that a reader does, the browser has nothing to block: no violation, no error."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(15_000)
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(
        "window.blocked = []; addEventListener('securitypolicyviolation', e => blocked.push(e.violatedDirective));"
    )
    page.goto(target.address)
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    box = page.get_by_role("textbox", name="提问 / Ask", exact=True)
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator("[data-status]")).to_have_count(1, timeout=60_000)
    if page.locator(".near summary").count():
        page.locator(".near summary").first.click()
    page.locator("cite a").first.click()
    expect(page.locator(".lit")).to_have_count(1)
    page.locator("#yw-texts input[type=file]").set_input_files(
        FilePayload(name="加.txt", mimeType="", buffer="第一条 狗应当吃肉。".encode())
    )
    expect(page.locator(".coming li")).to_contain_text("已添加", use_inner_text=True, timeout=30_000)
    for kind in ("markdown", "docx"):
        page.get_by_role("button", name="菜单").click()
        with page.expect_download() as download:
            page.locator(f'[data-act="export"][data-format="{kind}"]').click()
        assert Path(download.value.path()).stat().st_size > 100
    page.locator('[data-act="theme"]').first.click()
    page.locator('[data-act="language"]').first.click()
    page.emulate_media(media="print")
    page.pdf(path=tmp_path / "page.pdf")
    page.emulate_media(media="screen")
    page.locator('[data-tab="check"]').click()
    page.locator("#yw-check textarea").fill(SECRET)
    page.locator("#yw-check").get_by_role("button", name="Check").first.click()
    page.locator(".result").first.wait_for()
    assert page.evaluate("blocked") == []
    assert said == []
    for path in ("/api/v1/docs", "/nowhere"):
        page.goto(target.address + path)
        assert page.evaluate("blocked") == []
    context.close()
    with target.client() as client:
        client.delete("/api/v1/documents/加", params={"wait": "true"})


def test_an_injected_script_does_not_run(browser: Browser, target: Target) -> None:
    """Even if markup of a stranger came onto the page, the policy would hold it."""
    page = browser.new_page()
    page.goto(target.address)
    page.evaluate(
        """() => { window.hits = 0; const html = '<img src=x onerror="hits++"><svg onload="hits++"></svg>'
        + '<a id=j href="javascript:hits++">x</a><iframe srcdoc="<script>parent.hits++</script>"></iframe>';
        document.body.insertAdjacentHTML("beforeend", html);
        const inline = document.createElement("script"); inline.textContent = "hits++"; document.body.append(inline);
        document.getElementById("j").click(); }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("hits") == 0
    page.close()


def test_without_javascript_the_page_says_what_it_needs(browser: Browser, target: Target) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(target.address)
    expect(page.get_by_role("alert")).to_contain_text("JavaScript")
    expect(page.get_by_role("alert")).to_be_visible()
    context.close()
