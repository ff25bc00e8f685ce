"""The HTTP API for programs: the command line's JSON, and a sentence for everything that is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from corpus.document import Document
from corpus.source import Source
from index.catalog import Catalog
from index.searcher import Index
from qa import cli
from qa.engine import Engine
from qa.output.document_records import document_id
from qa.output.json_records import check_as_json, reply_as_json
from qa.qa_settings import ANSWERS, Settings
from qa.quotations.checker import Checker
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from qa.service.operations import Operations
from tests.fakes import CharacterEmbedder
from tests.web.page import ALL, SECRETARIAT, WEATHER, FakeEngine
from web.server.application import LazyApplication
from web.server.health import health_route
from web.v1.public_api import v1_application
from web.v1.served_library import ServedLibrary
from web.web_settings import API, UPLOADS

JSON = {"content-type": "application/json"}
RAW = {"content-type": "application/octet-stream"}
GARDEN = "第一章 猫\n\n猫应当吃鱼。\n\n第二章 狗\n\n狗吃肉。\n"


def application(library: ServedLibrary) -> FastAPI:
    return v1_application(lambda _: library)


@pytest.fixture
def fake(shipped: Document) -> FakeEngine:
    return FakeEngine(shipped)


@pytest.fixture
def client(fake: FakeEngine) -> Iterator[TestClient]:
    """The API over the shipped text, which nobody can change."""
    with TestClient(application(ServedLibrary(Operations(fake))), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def library(tmp_path: Path) -> ServedLibrary:
    """An index with one text, which can be changed."""
    embedder = CharacterEmbedder("猫狗鱼肉吃应当第一二条")
    index = Index.build(tmp_path / "index", [Source.from_file("园.txt", GARDEN.encode(), None)], embedder)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
    engine.start()
    assert engine.wait(30)
    return ServedLibrary(Operations(engine), IndexJobs(engine), lambda: not engine.is_loading)


@pytest.fixture
def changing(library: ServedLibrary) -> Iterator[TestClient]:
    with TestClient(application(library), raise_server_exceptions=False) as client:
        yield client


def names(client: TestClient) -> list[str]:
    return [one["name"] for one in client.get("/documents").json()["documents"]]


def assert_problem(response: Any, status: int) -> dict[str, Any]:
    """Each refusal is one of RFC 9457, in both languages."""
    details: dict[str, Any] = response.json()
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert details["status"] == status
    assert details["title"]
    assert details["message"]["zh"] in details["detail"]
    assert details["message"]["en"] in details["detail"]
    assert len(response.content) < 4000
    return details


@pytest.mark.parametrize("question", [SECRETARIAT, WEATHER, ALL, "", "问" * 3000])
def test_a_reply_is_the_json_of_the_command_line(client: TestClient, fake: FakeEngine, question: str) -> None:
    """Whatever its status is."""
    reply = client.post("/ask", json={"question": question})

    assert reply.status_code == 200
    assert reply.json() == json.loads(json.dumps(reply_as_json(fake.ask(question), None)))
    assert reply.headers["cache-control"] == "no-store"


def test_a_reply_has_the_characters_of_the_command_line(
    client: TestClient, fake: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    """One by one, but for the end of the line."""
    cli._print_json(reply_as_json(fake.ask(SECRETARIAT), None))

    assert client.post("/ask", json={"question": SECRETARIAT}).text + "\n" == capsys.readouterr().out


def test_a_question_leans_on_those_before_it(client: TestClient) -> None:
    asked = {"question": "那里呢？", "history": [SECRETARIAT]}

    assert client.post("/ask", json=asked).json()["understood_as"] == f"{SECRETARIAT} → 那里呢？"
    assert client.post("/ask", json={**asked, "alone": True}).json()["understood_as"] is None


def test_so_many_hits_of_a_document_in_a_form(client: TestClient) -> None:
    asked = {"question": ALL, "documents": ["sco-2021"], "top": 2.0, "form": "bibtex"}
    hits = client.post("/ask", json=asked).json()["hits"]

    assert len(hits) == 2
    assert hits[0]["citation"].startswith("@")


def test_a_check_is_the_json_of_the_command_line(client: TestClient, shipped: Document) -> None:
    for quote in ("三股势力", "三股势利", "", "明天北京天气怎么样"):
        checked = client.post("/check", json={"quote": quote}).json()
        assert checked == json.loads(json.dumps(check_as_json(Checker([shipped]).check(quote), None)))


def test_documents_sections_and_passages_are_slices_of_one_text(client: TestClient, shipped: Document) -> None:
    (listed,) = client.get("/documents").json()["documents"]
    document = client.get(f"/documents/{listed['id']}").json()
    place = document["passages"][3]
    passage = client.get(f"/passages/{place['passage_id']}").json()
    section = client.get(f"/documents/{listed['id']}/sections/1").json()

    assert document["text"] == shipped.text
    assert passage["text"] == "".join(document["text"][start:end] for start, end in place["spans"])
    assert passage["before"] == document["passages"][2]["passage_id"]
    assert section["label"] == document["sections"][1]["label"]
    assert section["passages"][0]["text"] in shipped.text


def test_only_the_fields_that_are_asked_for(client: TestClient) -> None:
    head = {"id", "name", "title", "sha256", "size", "passages", "characters"}

    assert set(client.get("/documents/sco-2021?fields=").json()) == head
    assert set(client.get("/documents/sco-2021?fields=text").json()) == head | {"text"}
    assert client.get("/documents/sco-2021?fields=sections").json()["passages"] == 88


def test_words_are_found_where_they_stand(client: TestClient, shipped: Document) -> None:
    (first, *_) = client.get("/find", params={"words": "三股势力"}).json()["found"]
    ((start, end),) = first["found"]

    assert shipped.text[start:end] == "三股势力"
    assert len(client.get("/find", params={"words": "上合组织", "limit": 2}).json()["found"]) == 2


def test_a_passage_is_cited_in_a_form(client: TestClient) -> None:
    hit = client.post("/ask", json={"question": SECRETARIAT}).json()["hits"][0]
    asked = {"passage_id": hit["passage_id"], "form": "markdown", "spans": hit["spans"]}

    assert hit["text"] in client.post("/cite", json=asked).json()["text"]
    assert_problem(client.post("/cite", json={**asked, "spans": [[0, 1]]}), 422)


def test_what_a_client_has_already_is_not_sent_again(changing: TestClient) -> None:
    first = changing.get("/documents/园")
    tag = first.headers["etag"]
    (passage, *_) = first.json()["passages"]

    assert tag.startswith('"')
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f'"x", W/{tag}', "*"):
        again = changing.get("/documents/园", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert changing.get("/documents/园?form=bibtex", headers={"if-none-match": tag}).status_code == 200
    assert changing.get(f"/passages/{passage['passage_id']}", headers={"if-none-match": tag}).status_code == 200

    changing.post("/documents?name=b.txt&wait=true", content="狗吃肉。".encode(), headers=RAW)
    listed = changing.get("/documents")
    assert listed.headers["etag"] != tag
    assert changing.get("/documents", headers={"if-none-match": listed.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/ask/", 404),
        ("GET", "/ask", 405),
        ("TRACE", "/documents", 405),
        ("GET", "/documents/nothing", 404),
        ("GET", "/documents/%ff", 404),
        ("GET", "/documents/sco-2021/sections/9999", 404),
        ("GET", "/documents/sco-2021/sections/-1", 404),
        ("GET", "/documents/sco-2021/sections/x", 422),
        ("GET", "/documents/sco-2021?fields=all", 422),
        ("GET", "/documents/sco-2021?form=mla", 422),
        ("GET", "/passages/nothing", 404),
        ("GET", "/find", 422),
        ("GET", "/find?words=%20", 422),
        ("GET", "/find?words=%1c", 422),
        ("GET", "/find?words=x&limit=0", 422),
        ("GET", f"/find?words=x&limit={'9' * 5000}", 422),
        ("GET", "/find?words=x&document=", 404),
        ("GET", "/changes/1", 404),
        ("GET", "/changes/x", 422),
        ("POST", "/documents?name=a.txt", 403),
        ("DELETE", "/documents/sco-2021", 403),
    ],
)
def test_what_cannot_be_done_is_said(client: TestClient, method: str, path: str, status: int) -> None:
    assert_problem(client.request(method, path), status)


def test_each_method_of_an_address_is_allowed(client: TestClient) -> None:
    assert client.put("/documents").headers["allow"] == "GET, POST"
    assert client.options("/documents/x").headers["allow"] == "DELETE, GET"
    assert client.delete("/ask").headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 422, "the body is missing"),
        (b"{", 400, "no well-formed JSON"),
        (b'{"question": "\xff"}', 400, "no well-formed JSON"),
        (b"[" * 100_000, 400, "no well-formed JSON"),
        (b'{"question": "a", "top": ' + b"9" * 5000 + b"}", 400, "no well-formed JSON"),
        (b"[]", 422, "the body has to be a JSON object"),
        (b"{}", 422, "question is missing"),
        (b'{"question": 1}', 422, "question has to be text"),
        (b'{"question": "\\ud800"}', 422, "question has to be text"),
        (b'{"question": "a", "top": NaN}', 422, "top has to be a whole number"),
        (b'{"question": "a", "top": 1e999}', 422, "top has to be a whole number"),
        (b'{"question": "a", "top": 0}', 422, "top has to be 1 or more"),
        (b'{"question": "a", "top": true}', 422, "top has to be a whole number"),
        (b'{"question": "a", "alone": 1}', 422, "alone has to be true or false"),
        (b'{"question": "a", "history": "b"}', 422, "history has to be a list"),
        (b'{"question": "a", "history": [1, null]}', 422, "history[0] has to be text; history[1] has to be text"),
        (b'{"question": "a", "documents": ["b"]}', 404, "b"),
        (b'{"question": "a", "form": "mla"}', 422, "mla"),
        (b'{"question": "a", "doc": "b"}', 422, "there is no field doc"),
        (b'{"question": "a", "' + b"x" * 100_000 + b'": 1}', 422, "there is no field xxx"),
        (json.dumps({"question": "a", **{f"f{n}": n for n in range(5000)}}).encode(), 422, "and 4990 more"),
        (json.dumps({"question": "a" * (API.longest_question + 1)}).encode(), 422, "question is too long, with more"),
        (json.dumps({"question": "", "history": ["a" * (ANSWERS.longest_question + 1)]}).encode(), 422, "history[0]"),
    ],
    ids=range(23),
)
def test_a_body_that_is_wrong_is_refused_in_words(client: TestClient, body: bytes, status: int, said: str) -> None:
    """They name the fields, and never repeat a long input."""
    details = assert_problem(client.post("/ask", content=body, headers=JSON), status)

    assert said in details["message"]["en"]


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_only_json_is_json(client: TestClient, kind: str | None) -> None:
    """What a form of another site can send is refused."""
    headers = {} if kind is None else {"content-type": kind}

    for path in ("/ask", "/check", "/cite"):
        assert_problem(client.post(path, content=b'{"question": "a"}', headers=headers), 415)


def test_an_error_of_ours_tells_no_stack(client: TestClient) -> None:
    details = assert_problem(client.post("/ask", json={"question": "坏了"}), 500)

    assert "survive" not in json.dumps(details)


def test_a_question_waits_for_the_model_but_not_for_ever(fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(API), "patience", 1.0)
    looks = iter([False, False, True, *[False] * 100])
    library = ServedLibrary(Operations(fake), is_ready=lambda: next(looks))
    with TestClient(application(library)) as client:
        assert client.post("/ask", json={"question": SECRETARIAT}).status_code == 200
        refused = client.post("/ask", json={"question": SECRETARIAT})
        assert_problem(refused, 503)
        assert refused.headers["retry-after"] == str(API.retry_after)
        assert client.get("/documents").status_code == 200


def test_what_takes_long_is_done_by_the_one_who_was_named(fake: FakeEngine) -> None:
    """So that questions stand in one queue, wherever they come from."""
    done: list[object] = []

    async def run(call: Any, **_: Any) -> Any:
        done.append(call)
        return call()

    library = ServedLibrary(Operations(fake))
    with TestClient(v1_application(lambda _: library, run=run)) as client:
        client.post("/ask", json={"question": SECRETARIAT})
        client.post("/check", json={"quote": "三股势力"})
        client.get("/find?words=三股势力")
        (document,) = client.get("/documents").json()["documents"]
        client.get(f"/documents/{document['id']}")
    assert len(done) == 4


def test_a_file_is_added_once_and_removed(changing: TestClient) -> None:
    """The same bytes under the same name are the same document, in a form or as they are."""
    file = "第二条 狗吃鱼。".encode()
    added = changing.post("/documents?wait=true", files={"file": ("狗.txt", file)})
    again = changing.post("/documents", params={"wait": True, "name": "狗.txt"}, content=file, headers=RAW)
    address = added.headers["location"]

    assert (added.status_code, added.json()["outcome"]) == (201, "added")
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert again.headers["location"] == address == f"documents/{document_id('狗')}"
    assert names(changing) == ["园", "狗"]
    assert changing.get(f"/{address}?fields=text").json()["text"] == file.decode()

    removed = changing.delete(f"/{address}?wait=true")
    assert (removed.status_code, removed.json()["outcome"]) == (200, "removed")
    assert names(changing) == ["园"]
    assert_problem(changing.delete(f"/{address}?wait=true"), 404)


def test_a_change_can_be_followed(changing: TestClient) -> None:
    begun = changing.post("/documents?name=b.txt", content="狗吃肉。".encode(), headers=RAW)
    assert begun.status_code == 202
    while (change := changing.get(f"/{begun.headers['location']}").json())["stage"] not in ("done", "failed"):
        time.sleep(0.01)

    assert change["outcome"] == "added"
    assert change["document"] == {"id": document_id("b"), "name": "b"}
    begun = changing.delete("/documents/b")
    assert (begun.status_code, begun.headers["location"]) == (202, f"../changes/{begun.json()['number']}")


def test_a_name_is_no_path(changing: TestClient) -> None:
    for name in ("../../etc/passwd", "C:\\a\\passwd"):
        changing.post("/documents", params={"name": name, "wait": True}, content="猫。".encode(), headers=RAW)
    assert names(changing) == ["园", "passwd"]


def test_other_bytes_under_a_name_are_another_document(changing: TestClient) -> None:
    outcomes = [
        changing.post("/documents?name=b.txt&wait=true", content=word.encode(), headers=RAW).json()
        for word in ("猫吃鱼。", "狗吃肉。")
    ]

    assert [outcome["outcome"] for outcome in outcomes] == ["added", "added"]
    assert outcomes[1]["reason"]
    assert names(changing) == ["园", "b", outcomes[1]["document"]["name"]]


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/documents", {}, b"", 415),
        ("/documents", JSON, b"{}", 415),
        ("/documents", {"content-type": "application/x-www-form-urlencoded"}, b"file=x", 415),
        ("/documents", RAW, b"x", 422),
        ("/documents?name=a.pdf&wait=true", RAW, b"no pdf at all\0\x01", 422),
        ("/documents?name=a.txt&wait=true", RAW, b"", 422),
        ("/documents", {"content-type": "multipart/form-data"}, b"x", 400),
        ("/documents", {"content-type": "multipart/form-data; boundary=b"}, b"--b\r\n\r\nx\r\n--b--\r\n", 400),
        (
            "/documents",
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
            422,
        ),
        (
            "/documents",
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\ncontent-disposition: form-data; name="f"; filename="a.txt"\r\n\r\nx\r\n--b--\r\n',
            422,
        ),
    ],
    ids=range(10),
)
def test_what_is_no_file_is_refused(
    changing: TestClient, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    assert_problem(changing.post(path, content=body, headers=headers), status)
    assert names(changing) == ["园"]


def test_a_file_that_is_too_large_is_not_read_to_its_end(changing: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(UPLOADS), "largest", 1000)
    file = b"x" * 2000

    assert_problem(changing.post("/documents?name=a.txt", content=file, headers=RAW), 413)
    assert_problem(changing.post("/documents", files={"file": ("a.txt", file)}), 413)
    monkeypatch.setitem(vars(UPLOADS), "together", 10)
    busy = changing.post("/documents?name=a.txt", content=b"x" * 20, headers=RAW)
    assert_problem(busy, 429)
    assert int(busy.headers["retry-after"]) > 0


def test_who_waits_long_for_a_change_is_told_its_number(changing: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(API), "longest_change", 0.0)
    answer = changing.post("/documents?name=b.txt&wait=true", content="狗吃肉。".encode(), headers=RAW)

    assert answer.status_code == 202
    assert answer.headers["location"] == f"changes/{answer.json()['number']}"


def test_the_description_stands_below_any_path(fake: FakeEngine) -> None:
    """Without a script, and with no address but this server's."""
    lazy = LazyApplication(lambda: application(ServedLibrary(Operations(fake))))
    outer = Starlette(routes=[Mount("/api/v1", lazy), health_route(lambda: False)])
    with TestClient(outer, root_path="/texts") as client:
        schema = client.get("/texts/api/v1/openapi.json").json()
        page = client.get("/texts/api/v1/docs").text
        assert_problem(client.get("/texts/api/v1/nothing"), 404)
        assert client.get("/texts/healthz").json() == {"status": "ok"}

    assert schema["servers"] == [{"url": "/texts/api/v1"}]
    for path, methods in schema["paths"].items():
        for method in methods:
            assert f"{method.upper()} /texts/api/v1{path}" in page
    for forbidden in ("<script", "style=", "onclick", "//cdn", "<style"):
        assert forbidden not in page
    assert 'href="openapi.json"' in page


def test_each_field_of_a_reply_is_described(client: TestClient) -> None:
    """What the API sends has no field that the types of `record_types` lack."""
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    (listed,) = client.get("/documents").json()["documents"]
    hit = client.post("/ask", json={"question": ALL}).json()["hits"][0]
    sent = {
        "ReplyRecord": client.post("/ask", json={"question": ""}).json(),
        "HitRecord": hit,
        "CheckRecord": client.post("/check", json={"quote": "三股势利"}).json(),
        "NearestRecord": client.post("/check", json={"quote": "坚决打击三股势利和毒品走私"}).json()["nearest"],
        "CitedQuote": client.post("/cite", json={"passage_id": hit["passage_id"]}).json(),
        "DocumentRecord": listed,
        "WholeDocumentRecord": client.get("/documents/sco-2021").json(),
        "SectionTextRecord": client.get("/documents/sco-2021/sections/0").json(),
        "PassageRecord": client.get(f"/passages/{hit['passage_id']}").json(),
        "FoundRecord": client.get("/find?words=上").json()["found"][0],
    }
    for name, record in sent.items():
        assert set(record) <= set(schemas[name]["properties"]), name
        assert set(schemas[name]["required"]) <= set(record), name
    assert "source's own characters" in schemas["HitRecord"]["properties"]["text"]["description"]


def test_nothing_imports_fastapi_before_it_is_asked() -> None:
    code = (
        "import sys, web.server.application, web.server.health, yuanwen\n"
        "print('fastapi' in sys.modules, 'httpx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False False\n"


def test_health_says_whether_the_model_is_there() -> None:
    with TestClient(Starlette(routes=[health_route(lambda: True)])) as client:
        assert client.get("/healthz").json() == {"status": "loading"}
        assert client.post("/healthz").status_code == 405
