import io
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import qa.service.bootstrap
from corpus.document import Document
from corpus.errors import EmbedderError
from corpus.message import Message
from corpus.source import SHIPPED
from index import index_messages
from index.encoders.base import Embedder
from qa.citations.forms import FORMS, cite
from qa.cli import main
from qa.engine import Engine
from qa.output.json_records import hit_as_json
from qa.output.terminal import render
from qa.qa_settings import BATCH
from qa.reply import Answer, Citation, Hit
from tests.fakes import CharacterEmbedder
from tests.index.stored import damage_blob


@pytest.fixture
def ask(fake_engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command over the fake engine; give the exit code, stdout and stderr."""

    def run(*argv: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(qa.service.bootstrap, "open_engine", lambda *_: fake_engine)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape"))))
        code = main(argv)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def _hit(document: Document, number: int) -> Hit:
    passage = document.passages[number]
    return Hit(Citation(document, passage), passage.sentences[0], (), 0.9)


def test_every_quote_in_json_is_its_slices(shipped: Document) -> None:
    """All passages: `text` is the source over `spans`."""
    for number in range(len(shipped.passages)):
        record = json.loads(json.dumps(hit_as_json(_hit(shipped, number)), ensure_ascii=False))
        assert record["text"] == "".join(shipped.text[start:end] for start, end in record["spans"])


def test_every_quote_in_the_terminal_is_its_slices(shipped: Document) -> None:
    """All passages: the quote is a whole line of the output."""
    for number, passage in enumerate(shipped.passages):
        lines = render(Answer("?", None, (), (_hit(shipped, number),))).split("\n")
        assert "".join(shipped.text[s.start : s.end] for s in passage.spans) in lines


def test_a_reply_has_the_keys_of_the_contract(ask: Any) -> None:
    """These and no others, in this order."""
    code, out, err = ask("ask", "各国在管理互联网方面享有平等权利，并拥有网络主权", "--json")
    reply = json.loads(out)

    assert (code, err) == (0, "")
    assert list(reply) == ["id", "question", "status", "understood_as", "missing_terms", "hits", "near"]
    assert list(reply["hits"][0]) == [
        *("passage_id", "document", "text", "spans", "lines", "section", "paragraph", "citation"),
        *("best_sentence", "matched", "answer", "grade", "confidence", "source_sha256", "copies"),
    ]
    assert reply["hits"][0]["grade"] in ("answers", "may_answer")
    assert reply["hits"][0]["lines"] == [179, 179]
    assert reply["hits"][0]["spans"] == [[6818, 6849]]
    assert reply["hits"][0]["section"] == ["三、安全领域", "（三）国际信息安全"]
    assert reply["hits"][0]["paragraph"] == 7


def test_not_found_has_no_hits_and_names_the_nearest(ask: Any) -> None:
    """Exit 0: it ran, whatever it found."""
    code, out, _ = ask("ask", "Who?", "--json")
    reply = json.loads(out)

    assert (code, reply["status"], reply["hits"], len(reply["near"])) == (0, "not_found", [], 3)
    assert [hit["grade"] for hit in reply["near"]] == [None] * 3


def test_a_rejected_question_has_a_reason(ask: Any) -> None:
    """And is no failure of the program."""
    code, out, _ = ask("ask", "", "--json")

    assert code == 0
    assert json.loads(out)["status"] == "rejected"
    assert "问题是空的" in json.loads(out)["reason"]


def test_a_batch_gives_a_line_for_each_line(ask: Any) -> None:
    """Questions, turns, what is neither, and half a surrogate pair; blank lines are nothing."""
    lines = [
        '{"id": "a", "question": "禁毒合作"}',
        "",
        '{"id": 7, "turns": ["禁毒合作", "那互联网呢？"]}',
        "no json",
        '{"id": "b"}',
        '{"id": "c", "question": "\\ud800"}',
        '{"id": "d", "question": "a\u2028b"}',
    ]
    code, out, _ = ask("ask", "--json", "--batch", "-", stdin="\n".join(lines))
    replies = [json.loads(line) for line in out.split("\n")[:-1]]

    assert code == 0
    assert [reply["id"] for reply in replies] == ["a", 7, None, "b", "c", "d"]
    assert [reply["status"] == "rejected" for reply in replies] == [False, False, True, True, True, False]
    assert replies[1]["question"] == "那互联网呢？"
    assert "Line 4 is no question" in replies[2]["reason"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-8-sig"])
def test_a_batch_in_another_encoding_is_read_and_the_encoding_named(ask: Any, tmp_path: Path, encoding: str) -> None:
    """Windows programs write them."""
    path = tmp_path / "q.jsonl"
    path.write_bytes('{"id": "1", "question": "甲是什么？谁创办了学堂？"}\r\n'.encode(encoding))
    code, out, err = ask("ask", "--json", "--batch", str(path))

    assert (code, json.loads(out)["question"]) == (0, "甲是什么？谁创办了学堂？")
    named = encoding.removesuffix("-sig").removesuffix("-le").upper()
    assert (named in err) == (encoding != "utf-8-sig")


def test_a_batch_file_that_is_not_there_fails_with_one_line(ask: Any, tmp_path: Path) -> None:
    """Exit 1, nothing on stdout."""
    code, out, err = ask("ask", "--json", "--batch", str(tmp_path / "none.jsonl"))

    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "none.jsonl: cannot be read" in err


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["ask", "?", "--top", "0"],
        ["ask", "?", "--batch", "-", "--json"],
        ["ask", "--batch", "-"],
        ["ask", "--json"],
        ["check"],
        ["check", "引文", "--batch", "-", "--json"],
        ["check", "--batch", "-"],
        ["index"],
        ["index", "add"],
        ["index", "remove"],
        ["sing"],
    ],
)
def test_wrong_usage_exits_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And says how it is used, on stderr."""
    with pytest.raises(SystemExit) as caught:
        main(argv)

    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.fixture
def check(
    tmp_path_factory: pytest.TempPathFactory,
    characters: CharacterEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Run `check` on an index of its own, with no model to load; give the exit code, stdout and stderr."""
    from corpus.source import SHIPPED, load
    from index.searcher import Index

    def missing(name: str) -> Embedder:
        raise EmbedderError(Message(zh="核对不用模型。", en="check loads no model"))

    folder = tmp_path_factory.mktemp("check") / "index"
    Index.build(folder, [load(SHIPPED)], characters)

    def run(*argv: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(qa.service.bootstrap, "open_embedder", missing)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape"))))
        code = main(["check", *argv, "--index", str(folder)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    run.folder = folder  # type: ignore[attr-defined]
    return run


def test_a_check_has_the_keys_of_the_contract(check: Any) -> None:
    """These and no others, in this order; spans are the quotation in the source."""
    code, out, err = check("并拥有网络主权", "--json")
    record = json.loads(out)

    assert (code, err) == (0, "")
    assert list(record) == ["id", "quote", "verdict", "places", "nearest", "diff"]
    assert (record["id"], record["quote"], record["verdict"]) == (None, "并拥有网络主权", "exact")
    assert (record["nearest"], record["diff"]) == (None, [])
    (place,) = record["places"]
    assert list(place) == ["document", "spans", "lines", "section", "citation"]
    assert (place["document"], place["spans"], place["lines"]) == ("sco-2021", [[6841, 6848]], [179, 179])
    assert place["section"] == ["三、安全领域", "（三）国际信息安全"]


def test_an_altered_quotation_comes_with_the_source_and_the_differences(check: Any) -> None:
    """In JSON, and as text in both languages."""
    _, out, _ = check("提供2000名扶贫培训名额", "--json")
    record = json.loads(out)
    _, text, _ = check("提供2000名扶贫培训名额")

    assert record["verdict"] == "altered"
    assert record["nearest"]["text"] == "提供1000名扶贫培训名额"
    assert record["nearest"]["lines"] == [87, 87]
    assert record["nearest"]["differences"] == ["number"]
    assert ["replace", "2000", "1000"] in record["diff"]
    assert "提供1000名扶贫培训名额" in text.split("\n")
    assert "提供[-2000-]{+1000+}名扶贫培训名额" in text.split("\n")


def test_a_batch_of_quotations_gives_a_line_for_each_line(check: Any) -> None:
    """What is no quotation too; blank lines are nothing."""
    lines = [
        '{"id": "a", "quote": "并拥有网络主权"}',
        "",
        "no json",
        "[]",
        '{"id": 7, "quote": 3}',
        '{"quote": "\\ud800"}',
    ]
    code, out, err = check("--json", "--batch", "-", stdin="\n".join(lines))
    records = [json.loads(line) for line in out.split("\n")[:-1]]

    assert (code, err) == (0, "")
    assert [record["id"] for record in records] == ["a", None, None, 7, None]
    assert [record["verdict"] for record in records] == ["exact", *["too_short"] * 4]
    assert "Line 3 is no quotation" in records[1]["reason"]
    assert "reason" not in records[4]


def test_check_tells_an_index_that_is_missing_or_altered(check: Any, tmp_path: Path) -> None:
    """The error has the command that repairs it."""
    damage_blob(check.folder, "sco-2021", "sha256")
    code, out, err = check("并拥有网络主权")

    assert (code, out) == (1, "")
    assert "the stored text of sco-2021 is damaged" in err
    assert "Repair it: python -m qa index verify --repair" in err
    assert main(["check", "并拥有网络主权", "--index", str(tmp_path / "none")]) == 1
    assert not (tmp_path / "none").exists()


def test_check_builds_the_default_index(
    tmp_path: Path, characters: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says so on stderr."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(qa.service.bootstrap, "open_embedder", lambda _: characters)

    assert main(["check", "并拥有网络主权"]) == 0
    captured = capsys.readouterr()
    assert "与原文一字不差" in captured.out
    assert "（第179行）" in captured.out
    assert "building it" in captured.err


def test_without_a_question_it_chats(ask: Any) -> None:
    """A reply for each line until the input ends; a blank line is passed over."""
    code, out, _ = ask("ask", stdin="禁毒合作\n\n红烧肉怎么做？\n")

    assert code == 0
    assert "（四）禁毒合作" in out
    assert out.count("文中没有找到答案") == 1


def test_a_named_index_that_is_missing_fails_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the command that builds it; no model is loaded and nothing is created."""
    code = main(["ask", "?", "--index", str(tmp_path / "none")])
    captured = capsys.readouterr()

    assert (code, captured.out) == (1, "")
    assert f"Add texts: python -m qa index add FILES --index {tmp_path / 'none'}" in captured.err
    assert not (tmp_path / "none").exists()


def test_index_build_list_verify(
    tmp_path: Path, characters: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One after the other on one folder; a broken file then fails the check."""
    monkeypatch.setattr("index.encoders.registry.open_embedder", lambda _: characters)
    where = ["--index", str(tmp_path / "i")]

    assert main(["index", "build", *where]) == 0
    assert "1 documents, 88 passages" in capsys.readouterr().out
    assert main(["index", "list", *where]) == 0
    assert capsys.readouterr().out.split("\t")[:2] == ["sco-2021", "88"]
    assert main(["index", "verify", *where]) == 0
    assert "whole" in capsys.readouterr().out

    next((tmp_path / "i").rglob("texts.bin")).write_text("")
    assert main(["index", "verify", *where]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "texts.bin" in captured.err


@pytest.fixture
def index(
    tmp_path: Path, characters: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """Run `index …` on the default folder, in a home of its own; give the exit code, stdout and stderr."""
    monkeypatch.setattr("index.encoders.registry.open_embedder", lambda _: characters)
    monkeypatch.setattr(qa.service.bootstrap, "open_embedder", lambda _: characters)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))

    def run(*argv: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(["index", *argv])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_index_add_takes_files_folders_and_stdin(tmp_path: Path, index: Any) -> None:
    """Folders with all in them, in order, but for hidden files, editions and leftovers; the shipped text is first."""
    folder = tmp_path / "laws"
    (folder / "deep").mkdir(parents=True)
    left_out = (".hidden.txt", "deep/.git.txt", "b.toml.toml", "~$a.docx", "a.txt~", "a.bak", "Desktop.ini", "x.json")
    for name in ("b.txt", "a.txt", "deep/c.txt", *left_out):
        (folder / name).write_text("甲。")
    (tmp_path / "one.txt").write_text("乙。\n丙。")

    code, out, err = index("add", str(tmp_path / "one.txt"), str(folder), "-", stdin="丁。".encode())
    assert (code, err) == (0, "")
    assert out == ("added\tsco-2021\t88\nadded\tone\t2\nadded\ta\t1\nadded\tb\t1\nadded\tc\t1\nadded\tstdin\t1\n")
    assert [line.split("\t")[0] for line in index("list")[1].splitlines()] == [
        *("sco-2021", "one", "a", "b", "c", "stdin")
    ]


def test_index_add_again_changes_only_what_changed(tmp_path: Path, index: Any) -> None:
    """The same path takes its place; another file of the name gets another, and stderr says so."""
    path, other = tmp_path / "a.txt", tmp_path / "other" / "a.txt"
    path.write_text("甲。")
    index("add", str(path))

    assert index("add", str(path))[1] == "unchanged\ta\t1\n"
    path.write_text("乙。\n丙。")
    assert index("add", str(path))[1] == "replaced\ta\t2\n"
    other.parent.mkdir()
    other.write_text("甲。")
    code, out, err = index("add", str(other))
    assert (code, out) == (0, "added\ta-2\t1\n")
    assert err == f"{other}: the name a is taken, so it is called a-2.\n"


def test_index_add_says_why_a_file_cannot_be_added(tmp_path: Path, index: Any) -> None:
    """A line each; the others are added; exit 1 only where nothing was."""
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("甲。")
    bad.write_bytes(b"\xff\xfe\xfd")

    code, out, err = index("add", str(bad), str(tmp_path / "none.txt"), str(good))
    assert (code, out) == (0, "added\tsco-2021\t88\nadded\tgood\t1\n")
    assert [
        line.startswith(str(path)) for line, path in zip(err.splitlines(), (bad, tmp_path / "none.txt"), strict=True)
    ]
    code, out, err = index("add", str(bad))
    assert (code, out, err.splitlines()[-1]) == (1, "", "Nothing was added.")
    (tmp_path / "empty").mkdir()
    assert index("add", str(tmp_path / "empty"))[0] == 1


def test_index_remove_is_for_good(index: Any) -> None:
    """The shipped text too: a build does not bring it back."""
    index("build")

    assert index("remove", "sco-2021") == (0, "removed\tsco-2021\t88\n", "")
    assert index("build")[1].endswith(": 0 documents, 0 passages\n")
    assert index("list") == (0, "", "")
    code, out, err = index("remove", "sco-2021")
    assert (code, out) == (1, "")
    assert "there is no document 'sco-2021' in the index" in err


def test_a_text_of_the_users_with_our_name_is_not_taken_for_ours(tmp_path: Path, index: Any) -> None:
    """It stays what it is when the index is built again."""
    index("build")
    index("remove", "sco-2021")
    (tmp_path / "sco-2021.txt").write_text("甲。")
    index("add", str(tmp_path / "sco-2021.txt"))

    assert index("build")[1].endswith(": 1 documents, 1 passages\n")


def test_name_is_for_one_document(tmp_path: Path, index: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that looks like a path, or holds a line end, is a name."""
    (tmp_path / "a.txt").write_text("甲。")
    with pytest.raises(SystemExit) as caught:
        index("add", str(tmp_path), "--name", "x")
    capsys.readouterr()

    assert caught.value.code == 2
    assert index("add", "-", "--name", "../x\ty", stdin="乙。".encode())[1].endswith("added\t/x y\t1\n")
    assert index("remove", "/x y")[0] == 0


def test_what_ships_with_us_is_never_lost(tmp_path: Path, index: Any) -> None:
    """Both stored texts are damaged: ours is taken from the program again, and nothing is dropped unasked."""
    index("add", "-", "--name", "mine", stdin="甲。".encode())
    (folder,) = (path.parent for path in (tmp_path / "home").rglob("index.sqlite"))
    for name in ("mine", "sco-2021"):
        damage_blob(folder, name, "sha256")
    code, out, err = index("build")

    assert (code, out) == (1, "")
    assert "the stored text of mine is damaged. Add it again, or remove it." in err
    code, out, err = index("verify", "--repair")
    assert (code, out.rpartition(": ")[2]) == (1, "whole; 1 documents, 88 passages\n")
    assert "The repair could not keep: mine. Add them again" in err
    assert "mine is damaged beyond repair, and is no longer in the index. Add it again." in err


def test_export_writes_each_document_as_it_came(tmp_path: Path, index: Any) -> None:
    """Under a name that every system takes; beside it its edition and what is known about it."""
    index("build")
    for name, text in (("../a:b", "甲。"), ("A_b", "乙。"), ("..", "丙。"), ("documents", "丁。")):
        index("add", "-", "--name", name, stdin=text.encode())
    to = tmp_path / "out"
    code, out, _ = index("export", str(to))

    assert (code, out) == (0, f"{to}: 5 documents\n")
    assert (to / "sco-2021.txt").read_bytes() == SHIPPED.read_bytes()
    assert (to / "sco-2021.toml").read_bytes() == SHIPPED.with_suffix(".toml").read_bytes()
    listed = [json.loads(line) for line in (to / "documents.jsonl").read_text("ascii").splitlines()]
    assert [(to / one["file"]).read_text("utf-8") for one in listed][1:] == ["甲。", "乙。", "丙。", "丁。"]
    assert listed[0]["works"][1]["title"]["text"] == "上海合作组织二十周年杜尚别宣言"
    assert len({path.name.lower() for path in to.iterdir()}) == 7
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("a")] == []
    assert index("export", str(to))[0] == 1
    (folder,) = (path.parent for path in (tmp_path / "home").rglob("index.sqlite"))
    damage_blob(folder, "A_b", "sha256")
    code, out, err = index("export", str(tmp_path / "again"))
    assert (code, out) == (1, f"{tmp_path / 'again'}: 4 documents\n")
    assert "These documents are damaged and were not written: A_b" in err


def test_a_stale_index_is_built_again_and_says_so(
    tmp_path: Path, characters: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An index of an older text of ours comes up to date by itself."""
    from corpus.source import Source
    from index.searcher import Index
    from qa.qa_settings import Settings

    monkeypatch.setattr(qa.service.bootstrap, "open_embedder", lambda _: characters)
    Index.build(tmp_path / "i", [Source.from_bytes("sco-2021", "旧文。".encode(), None)], characters)
    engine = qa.service.bootstrap.open_engine(tmp_path / "i", characters.name, Settings())

    assert len(engine.documents[0].passages) == 88
    assert "another text or edition of sco-2021; building it again." in capsys.readouterr().err


def test_a_model_that_is_not_there_fails_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1."""

    def missing(name: str) -> Embedder:
        instead = index_messages.OR_BUNDLED.format(bundled="e5-small-q4")
        raise EmbedderError(index_messages.NO_MODEL_FOLDER.format(name=name, option="--model", instead=instead))

    monkeypatch.setattr(qa.service.bootstrap, "open_embedder", missing)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert main(["ask", "?", "--model", "/no/model"]) == 1
    assert capsys.readouterr().err == (
        "There is no folder /no/model. Give --model that of a model, or use e5-small-q4, which is here\n"
    )


def test_doctor_names_what_is_missing_and_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Here, an index; the packages are there."""
    assert main(["doctor", "--index", str(tmp_path / "none")]) == 0
    out = capsys.readouterr().out

    assert "✓ gradio 6.31.0" in out
    assert f"✗ the index: {tmp_path / 'none'}" in out
    assert "→ python -m qa index build" in out


_ASKED = "各国在管理互联网方面享有平等权利，并拥有网络主权"


@pytest.mark.parametrize("form", FORMS)
def test_cite_chooses_the_form_in_json(ask: Any, shipped: Document, form: str) -> None:
    """The keys stay; `citation` is in that form, of hits and in a batch too."""
    passages = {passage.id: passage for passage in shipped.passages}
    plain = json.loads(ask("ask", _ASKED, "--json")[1])
    code, out, err = ask("ask", _ASKED, "--json", "--cite", form)
    batch = ask("ask", "--json", "--batch", "-", "--cite", form, stdin=json.dumps({"question": _ASKED}))[1]
    reply = json.loads(out)

    assert (code, err, json.loads(batch)) == (0, "", reply)
    for before, hit in zip(plain["hits"], reply["hits"], strict=True):
        assert hit == before | {"citation": cite(form, shipped, passages[hit["passage_id"]])}


@pytest.mark.parametrize(
    ("form", "start"),
    [
        (
            "own",
            "1. 〔上海合作组织二十周年杜尚别宣言〕 三、安全领域 ›（三）国际信息安全 · 第7段（第179行）\n成员国主张，",
        ),
        ("gbt7714", "1. 〔上海合作组织成员国〕. 〔上海合作组织二十周年杜尚别宣言〕[A]. 2021-09-17：三、安全领域"),
        ("chicago", "1. 〔上海合作组织成员国〕, “〔上海合作组织二十周年杜尚别宣言〕” (official document, 杜尚别, "),
        ("bibtex", "1.\n@misc{yuanwen-"),
        ("ris", "1.\nTY  - GOVDOC\n"),
        ("csl-json", "1.\n[\n  {\n"),
        ("markdown", "1.\n> 成员国主张，"),
        ("text", "1.\n成员国主张，"),
    ],
)
def test_cite_chooses_the_form_in_the_terminal(ask: Any, form: str, start: str) -> None:
    """The quote stands there once."""
    code, out, err = ask("ask", _ASKED, "--top", "1", "--cite", form)

    assert (code, err) == (0, "")
    assert out.startswith(f"回答了 It answers:\n\n{start}")
    assert out.count("成员国主张，各国在管理互联网方面享有平等权利，并拥有网络主权。") == 1


def test_a_form_that_is_none_is_wrong_usage(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the forms."""
    with pytest.raises(SystemExit) as exit_:
        ask("ask", _ASKED, "--cite", "harvard")

    assert exit_.value.code == 2
    assert "gbt7714" in capsys.readouterr().err


DEEP = "[" * 100_000
BATCH_LINES = [
    (DEEP, None),
    ('{"id": ' + DEEP, None),
    ('{"id": NaN, "%s": "禁毒合作"}', None),
    ('{"id": 1e999, "%s": "禁毒合作"}', None),
    ('{"id": -Infinity, "%s": "禁毒合作"}', None),
    ('{"id": ' + "9" * 5000 + ', "%s": "禁毒合作"}', None),
    ('{"id": ' + "9" * 4000 + ', "%s": "禁毒合作"}', int("9" * 4000)),
    ('{"id": "a", "%s": "x", "%s": "禁毒合作"}', "a"),
    ('\ufeff{"id": "b", "%s": "禁毒合作"}', None),
    ('{"id": "c", "%s": "a\0b"}', None),
    ('{"id": "d", "%s": "\\u0000"}', "d"),
    ('{"id": "\\ud800\\u202e\\u009b", "%s": "禁毒合作"}', "\ud800\u202e\x9b"),
    ('{"id": {"e": [1.5, null]}, "%s": "禁毒合作"}', {"e": [1.5, None]}),
    ('{"id": 1, "%s": {"text": "禁毒合作"}}', 1),
    ('{"id": 2, "%s": "' + "禁" * 3000 + '"}', 2),
    ("\udcff\udcfe", None),
]
"""Lines of a batch, and the ids of their replies."""


@pytest.mark.parametrize("command", ["ask", "check"])
def test_any_line_of_a_batch_gets_a_reply_in_json(command: str, ask: Any, check: Any) -> None:
    """Whatever its depth, its numbers and its characters, and no traceback."""
    key = {"ask": "question", "check": "quote"}[command]
    lines = [line.replace("%s", key) for line, _ in BATCH_LINES]
    run = partial(ask, "ask") if command == "ask" else check
    code, out, err = run("--json", "--batch", "-", stdin="\n".join(lines))

    assert (code, err) == (0, "")
    replies = [json.loads(line, parse_constant=pytest.fail) for line in out.split("\n")[:-1]]
    assert [reply["id"] for reply in replies] == [identity for _, identity in BATCH_LINES]


@pytest.mark.parametrize("depth", range(940, 1000, 3))
def test_an_id_that_is_read_can_be_written(depth: int, ask: Any) -> None:
    """Near the depth that Python's JSON reads at most."""
    line = f'{{"id": {"[" * depth}{"]" * depth}, "question": ""}}'
    code, out, _ = ask("ask", "--json", "--batch", "-", stdin=line)
    assert (code, json.loads(out)["status"]) == (0, "rejected")


@pytest.mark.parametrize("command", ["ask", "check"])
def test_a_line_that_is_too_long_is_told_so(
    command: str, ask: Any, check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(BATCH), "longest_line", 100)
    run = partial(ask, "ask") if command == "ask" else check
    _, out, _ = run("--json", "--batch", "-", stdin='{"id": 1, "question": "' + "禁" * 100 + '"}\n{"id": 2}')
    first, second = (json.loads(line) for line in out.splitlines())
    assert "Line 1 has 125 characters, more than 100: divide it into several." in first["reason"]
    assert "Line 2 is no" in second["reason"]


def test_a_history_is_no_way_around_the_length_of_a_question(ask: Any) -> None:
    """One of 50 × 200 KB took minutes: what is too long was never answered, and nothing leans on it."""
    turns = [*["各国互联网" * 40_000] * 10, "为什么？"]
    lines = [json.dumps({"turns": turns}, ensure_ascii=False), '{"question": "为什么？"}']
    _, out, _ = ask("ask", "--json", "--batch", "-", stdin="\n".join(lines))
    first, second = (json.loads(line) for line in out.splitlines())
    assert first == second


def test_closed_streams_are_empty_ones(fake_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """`<&-` and `>&-`: Python has no stream then."""
    monkeypatch.setattr(qa.service.bootstrap, "open_engine", lambda *_: fake_engine)
    for argv in (["ask", "--json", "--batch", "-"], ["ask"], ["settings"]):
        monkeypatch.setattr(sys, "stdin", None)
        monkeypatch.setattr(sys, "stdout", None)
        assert main(argv) == 0


@pytest.mark.parametrize("path", ["/none/a\0b.txt", "/none/\ud8ff.txt", "\0", "/none/\udcff.txt"])
def test_what_cannot_be_a_path_is_refused_with_a_sentence(index: Any, path: str) -> None:
    code, out, err = index("add", path)
    assert (code, out.startswith("added\tsco-2021")) == (0, True)
    assert "cannot be read" in err
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_an_output_that_cannot_be_written_is_a_sentence() -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        ran = subprocess.run(
            [sys.executable, "-m", "qa", "settings"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
            cwd=Path(__file__).parents[2],
        )
    assert ran.returncode == 1
    assert ran.stderr.decode() == "The output cannot be written (No space left on device). Make room and try again.\n"
