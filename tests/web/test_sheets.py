"""Many questions at once on the page: a sheet goes in, its answers come out, and others are served meanwhile."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import re
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, Locator, Page, expect
from starlette.testclient import TestClient

import app
from corpus.document import Document
from corpus.errors import QAError
from corpus.message import Message
from qa.engine import Engine
from qa.reply import Reply
from qa.service.background_engine import BackgroundEngine
from tests.web.page import SECRETARIAT, WEATHER, FakeEngine, Visit
from tests.web.page import Visitor as Reader
from tests.web.test_page_access import serious
from web.api.desk import Desk
from web.api.page_context import PageEngine
from web.api.sheet_questions import SheetRequest
from web.html.error_messages import Refused
from web.security.identity import Visitor
from web.server.sheet_runs import SheetRun, SheetRuns
from web.server.turns import Turns
from web.web_settings import SHEETS

HERE = "http://localhost"
LIN, MEI = Visitor(address="1.2.3.4", user="lin"), Visitor(address="1.2.3.4", user="mei")
SHEET = f"No.,问题\n1,{SECRETARIAT}\n2,\n3,{WEATHER}\n"


class Held(FakeEngine):
    """Answers each question of a sheet when it is let go."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.go = threading.Semaphore(0)

    def ask(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> Reply:
        if alone:
            assert self.go.acquire(timeout=30)
        return super().ask(question, history, documents=documents, alone=alone)


@pytest.fixture
def fake(shipped: Document) -> FakeEngine:
    return FakeEngine(shipped)


@pytest.fixture
def client(fake: FakeEngine) -> Iterator[TestClient]:
    """The page's own requests."""
    with _client(fake) as client:
        yield client


def _client(engine: PageEngine) -> TestClient:
    client = TestClient(app.build_app(engine), base_url=HERE)
    page = client.get("/").text
    token = re.search(r'name="yuanwen-token" content="([^"]*)"', page)
    assert token
    client.headers |= {"Yuanwen-Token": token[1], "Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    return client


def _begin(client: TestClient, data: str | bytes = SHEET, name: str = "问题.csv", **fields: str) -> dict[str, Any]:
    sent = data.encode() if isinstance(data, str) else data
    response = client.post("/page/grid", data={"name": name, **fields}, files={"file": ("x", sent)})
    assert response.status_code == 200
    begun: dict[str, Any] = response.json()
    return begun


def _events(client: TestClient, run: str) -> list[dict[str, Any]]:
    """All that is told of a run, until it is over."""
    lines = client.get("/page/grid/progress", params={"run": run}).text.splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def _rows(data: bytes) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)]


def _request(data: str | bytes = SHEET, name: str = "q.csv", **values: Any) -> SheetRequest:
    sent = data.encode() if isinstance(data, str) else data
    given: dict[str, Any] = {"documents": (), "is_across": None, "form": "own", "page": "http://localhost/"} | values
    return SheetRequest(name=name, data=sent, **given)


def test_a_run_that_ends_while_it_is_told_is_told_once_more() -> None:
    async def told() -> list[str]:
        run = SheetRun("问题.csv", "", "", SimpleNamespace())  # type: ignore[arg-type]
        stages: list[str] = []
        async for now in SheetRuns(Turns(lambda: 0)).follow(run):
            stages.append(now.stage)
            run.stage = "done"  # while the first is on its way
            run.tell()
        return stages

    assert asyncio.run(told()) == ["asking", "done"]


# Over HTTP


def test_a_sheet_is_asked_and_its_answers_are_fetched(client: TestClient, fake: FakeEngine, shipped: Document) -> None:
    begun = _begin(client)
    assert (begun["all"], begun["name"]) == (2, "问题.csv")
    last = _events(client, begun["run"])[-1]
    assert (last["stage"], last["done"], last["has_answers"]) == ("done", 2, True)

    response = client.get("/page/grid/answers", params={"run": begun["run"]})
    assert response.headers["content-disposition"] == ("attachment; filename*=UTF-8''%E9%97%AE%E9%A2%98-answers.xlsx")
    assert response.headers["cache-control"] == "private, no-store"
    head, first, blank, last_row = _rows(response.content)
    assert head[:2] == ["问题", "No."]
    assert first[0] == SECRETARIAT
    passage = next(p for p in shipped.passages if shipped.line(p.spans[0].start) == 57)
    assert first[2] == shipped.quote(passage.spans)
    assert first[5] == f"{HERE}/?p={passage.id}"
    assert not any(blank[2:])
    assert (last_row[0], last_row[2]) == (WEATHER, None)
    assert [question for question, _ in fake.asked] == [SECRETARIAT, WEATHER]


def test_an_xlsx_file_is_read_too(client: TestClient) -> None:
    book = Workbook()
    book.active.append(["question"])
    book.active.append([SECRETARIAT])
    data = io.BytesIO()
    book.save(data)
    begun = _begin(client, data.getvalue(), "q.xlsx")
    assert _events(client, begun["run"])[-1]["stage"] == "done"


def test_links_lead_where_the_browser_has_the_page(fake: FakeEngine) -> None:
    """Behind a proxy with TLS only the Origin of the request says https."""
    with _client(fake) as client:
        client.headers["Origin"] = "https://localhost"
        begun = _begin(client)
        _events(client, begun["run"])
        rows = _rows(client.get("/page/grid/answers", params={"run": begun["run"]}).content)
    assert rows[1][5].startswith("https://localhost/?p=")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        ("甲", "q.txt", "这里只读 .xlsx 和 .csv"),
        ("", "q.csv", "里面没有问题"),
        (b"PK\x03\x04broken", "q.xlsx", "q.xlsx"),
        ("甲", "", "这里只读 .xlsx 和 .csv"),
        ('"问题"\n<b>甲,乙\n', "<i>.csv", "&lt;i&gt;"),
    ],
)
def test_a_sheet_that_cannot_be_read_gets_a_sentence(
    client: TestClient, data: str | bytes, name: str, said: str
) -> None:
    answer = _begin(client, data, name)
    assert set(answer) == {"failed"}
    assert said in answer["failed"]


def test_a_form_without_a_file_gets_a_sentence(client: TestClient) -> None:
    answer = client.post("/page/grid", data={"name": "q.csv"}, files={"other": ("x", b"1")}).json()
    assert "没有传完整" in answer["failed"]


def test_a_sheet_that_is_too_large_is_refused_at_the_door(client: TestClient) -> None:
    response = client.post("/page/grid", files={"file": ("q.csv", b"1" * (SHEETS.largest + 100_000))})
    assert response.status_code == 413


def test_too_many_questions_are_refused(client: TestClient) -> None:
    answer = _begin(client, "问题\n" + "甲？\n" * (SHEETS.cells + 1))
    assert f"{SHEETS.cells:,}" in answer["failed"]


def test_a_run_that_is_not_there_is_gone(client: TestClient) -> None:
    for key in ("", "nonsense", "../../etc/passwd"):
        assert _events(client, key)[-1]["stage"] == "failed"
        assert "再选一次" in client.post("/page/grid/stop", json={"run": key}).json()["failed"]
        assert client.get("/page/grid/answers", params={"run": key}).status_code == 404
    for odd in (b"[", b"[]", b'{"run": 7}'):
        response = client.post("/page/grid/stop", content=odd, headers={"content-type": "application/json"})
        assert "failed" in response.json()


def test_documents_that_are_gone_get_a_sentence(client: TestClient) -> None:
    assert "甲" in _begin(client, documents='["甲"]')["failed"]
    for odd in ("[", "7", "[7]", '{"a": 1}', "[" * 10_000):
        assert _events(client, _begin(client, documents=odd)["run"])[-1]["stage"] == "done"


def test_stopping_writes_what_is_answered_and_others_are_served_meanwhile(shipped: Document) -> None:
    held = Held(shipped)
    with _client(held) as client:
        begun = _begin(client, "问题\n" + "".join(f"{SECRETARIAT}{number}\n" for number in range(50)))
        assert client.get("/page/grid/answers", params={"run": begun["run"]}).status_code == 404
        line = client.post("/page/ask", json={"question": WEATHER}).text.splitlines()[-1]
        assert json.loads(line)["status"] == "not_found"
        assert "done" in client.post("/page/grid/stop", json={"run": begun["run"]}).json()
        held.go.release()  # what runs is not interrupted
        last = _events(client, begun["run"])[-1]
        assert (last["stage"], last["done"], last["has_answers"]) == ("stopped", 1, True)
        rows = _rows(client.get("/page/grid/answers", params={"run": begun["run"]}).content)
    assert sum("还没有问" in (row[3] or "") for row in rows) == 49


# The runs


@pytest.fixture
def desk(fake: FakeEngine) -> Desk:
    return Desk(fake)


def _runs() -> SheetRuns:
    return SheetRuns(Turns(lambda: 1))


async def _over(runs: SheetRuns, key: str, visitor: Visitor = LIN) -> SheetRun:
    run = runs.get(visitor, key)
    async for _ in runs.follow(run):
        pass
    return run


@pytest.mark.parametrize("error", [QAError(Message(zh="坏了", en="It broke")), RuntimeError("a bug")])
def test_an_error_keeps_what_is_answered(shipped: Document, error: Exception) -> None:
    class Breaking(FakeEngine):
        def ask(self, question: str, *_: Any, **__: Any) -> Reply:
            if self.asked:
                raise error
            return super().ask(question)

    async def run() -> SheetRun:
        runs = _runs()
        return await _over(runs, runs.begin(LIN, "q.csv", Desk(Breaking(shipped)).open_sheet(_request())))

    found = asyncio.run(run())
    assert found.stage == "failed"
    assert found.error is not None
    assert found.workbook is not None
    assert _rows(found.workbook)[1][0] == SECRETARIAT


def test_another_user_s_sheet_is_not_there(desk: Desk) -> None:
    async def run() -> None:
        runs = _runs()
        key = runs.begin(LIN, "q.csv", desk.open_sheet(_request()))
        with pytest.raises(Refused, match="no longer here"):
            runs.get(MEI, key)
        assert (await _over(runs, key)).stage == "done"

    asyncio.run(run())


def test_a_client_has_few_at_a_time_and_so_have_all(desk: Desk) -> None:
    async def run() -> None:
        runs = _runs()
        for _ in range(SHEETS.of_one):
            runs.begin(LIN, "q.csv", desk.open_sheet(_request()))
        with pytest.raises(Refused, match="The sheet before"):
            runs.begin(LIN, "q.csv", desk.open_sheet(_request()))
        for number in range(SHEETS.at_once - SHEETS.of_one):
            runs.begin(Visitor(address=f"::{number}"), "q.csv", desk.open_sheet(_request()))
        with pytest.raises(Refused, match="Too many sheets"):
            runs.check_room(MEI.client)
        runs.close()

    asyncio.run(run())


def test_answers_are_forgotten_after_a_while_and_the_oldest_of_too_many(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(kept: float, results: int) -> list[str]:
        few = SimpleNamespace(of_one=1, at_once=1, kept=kept, results=results)
        monkeypatch.setattr("web.server.sheet_runs.SHEETS", few)
        runs, keys, there = _runs(), [], []
        for _ in range(3):
            keys.append(runs.begin(LIN, "q.csv", desk.open_sheet(_request())))
            await _over(runs, keys[-1])
        for number, key in enumerate(keys):
            try:
                runs.get(LIN, key)
                there.append(str(number))
            except Refused:
                continue
        return there

    assert asyncio.run(run(60, 2)) == ["1", "2"]
    assert asyncio.run(run(60, 3)) == ["0", "1", "2"]
    assert asyncio.run(run(0, 3)) == []


def test_where_too_many_wait_a_sheet_waits_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> str:
        runs = _runs()
        queue = runs._turns.queue
        monkeypatch.setattr(queue, "_most", 0)
        places = [queue.place("others") for _ in range(queue._at_once)]
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)
            for place in places:
                place.__exit__(None, None, None)
            places.clear()

        monkeypatch.setattr("web.server.sheet_runs.asyncio.sleep", sleep)
        found = await _over(runs, runs.begin(LIN, "q.csv", desk.open_sheet(_request())))
        assert waits
        return found.stage

    assert asyncio.run(run()) == "done"


# The questions


def test_what_it_was_made_with_is_in_the_workbook(fake_engine: Engine) -> None:
    engine = BackgroundEngine(fake_engine.catalog, lambda: fake_engine)
    sheet = Desk(engine).open_sheet(_request(form="gbt7714"))
    assert sheet.is_loading
    engine.start()
    assert engine.wait(30)
    while sheet.done < sheet.all:
        sheet.ask_next()
    book = load_workbook(io.BytesIO(sheet.workbook()))
    about = [cell for row in book.worksheets[2].iter_rows(values_only=True) for cell in row]
    assert fake_engine.index.manifest.checksum in about
    assert fake_engine.embedder.name in about
    assert fake_engine.catalog.documents[0].sha256 in about


@pytest.mark.parametrize(("is_across", "columns"), [(None, 2), (True, 2), (False, 1)])
def test_documents_have_columns_of_their_own(shipped: Document, is_across: bool | None, columns: int) -> None:
    fake = FakeEngine(shipped)
    fake.documents = (shipped, dataclasses.replace(shipped, name="另一份"))
    sheet = Desk(fake).open_sheet(_request(is_across=is_across))
    assert sheet.all == 2 * columns
    one = Desk(fake).open_sheet(_request(is_across=is_across, documents=("另一份",)))
    assert one.all == 2


def test_without_documents_nothing_is_asked(shipped: Document) -> None:
    fake = FakeEngine(shipped)
    fake.documents = ()
    with pytest.raises(Refused):
        Desk(fake).open_sheet(_request())


# In the browser


def _open(page: Page) -> Locator:
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="一张表的问题……").click()
    dialog = page.get_by_role("dialog", name="一张表的问题")
    expect(dialog).to_be_visible()
    return dialog


def _choose(dialog: Locator, data: str, name: str = "问题.csv") -> None:
    dialog.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": data.encode()})


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_reader_has_a_sheet_asked(visit: Visit, width: int) -> None:
    reader = visit(width=width)
    dialog = _open(reader.page)
    assert serious(reader) == []
    _choose(dialog, SHEET)
    expect(dialog.locator(".how")).to_contain_text("2 个都问完了")
    expect(dialog.locator("[role=status]")).to_have_text("2 个都问完了。")
    expect(dialog.get_by_role("button", name="停下")).to_be_hidden()
    expect(dialog.get_by_role("link", name="下载答案")).to_be_focused()
    assert serious(reader) == []
    with reader.page.expect_download() as download:
        dialog.get_by_role("link", name="下载答案").click()
    assert download.value.suggested_filename == "问题-answers.xlsx"
    rows = _rows(Path(download.value.path()).read_bytes())
    assert rows[1][0] == SECRETARIAT
    assert rows[1][5].startswith(f"{reader.address}?p=")

    dialog.get_by_role("button", name="关闭").click()
    reader.page.goto(rows[1][5])
    reader.sees(rows[1][5].rpartition("=")[2])


@pytest.mark.browser
def test_a_sheet_that_is_refused_says_why_and_another_can_be_chosen(visit: Visit) -> None:
    reader = visit()
    dialog = _open(reader.page)
    _choose(dialog, "甲", "<b>甲</b>.txt")
    expect(dialog.locator(".how")).to_contain_text("这里只读 .xlsx 和 .csv")
    _choose(dialog, SHEET)
    expect(dialog.locator(".how")).to_contain_text("2 个都问完了")


@pytest.mark.browser
def test_a_sheet_is_stopped_and_followed_after_a_reload(
    browser: Browser, serve: Callable[[PageEngine], str], shipped: Document
) -> None:
    held = Held(shipped)
    page = browser.new_page(locale="zh-CN")
    try:
        reader = Reader(page, serve(held))
        dialog = _open(page)
        _choose(dialog, "问题\n" + "".join(f"{SECRETARIAT}{number}\n" for number in range(9)))
        expect(dialog.get_by_role("button", name="停下")).to_be_focused()
        held.go.release(2)
        expect(dialog.locator(".how")).to_contain_text("问了 2 / 9")
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-ready", "")
        dialog = _open(page)
        expect(dialog.locator(".how")).to_contain_text("问了 2 / 9")
        dialog.get_by_role("button", name="停下").click()
        held.go.release(1)
        expect(dialog.locator(".how")).to_contain_text("停下了，问了 3 / 9")
        expect(dialog.get_by_role("link", name="下载答案")).to_be_visible()
        assert reader.errors == []
    finally:
        held.go.release(100)
        page.close()
