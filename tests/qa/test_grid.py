"""Many questions at once: the run and what it keeps, the command, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import qa.service.bootstrap
from corpus.document import Document
from corpus.errors import IndexStale, QAError
from corpus.source import SHIPPED, load
from index import index_messages
from index.searcher import Index
from qa import grid_messages, qa_messages
from qa.cli import main
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Answer, Citation, Hit, NotFound, Reply
from qa.service.grid import GridAnswers, answer_grid, columns_of
from tests.fakes import CharacterEmbedder

EXACT = "各国在管理互联网方面享有平等权利，并拥有网络主权"
QUOTE = "成员国主张，各国在管理互联网方面享有平等权利，并拥有网络主权。"


class Asked:
    """Answers with the first passages of a document, and notes what it was asked."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.questions: list[tuple[str, tuple[str, ...], bool]] = []
        self.stop_after: int | None = None

    def __call__(self, question: str, *, documents: tuple[str, ...], alone: bool) -> Reply:
        if self.stop_after == len(self.questions):
            raise KeyboardInterrupt
        self.questions.append((question, documents, alone))
        if "?" in question:
            return NotFound(question, None, (), ())
        passages = self.document.passages[:3]
        hits = tuple(Hit(Citation(self.document, one), one.sentences[0], (), 0.9) for one in passages)
        return Answer(question, None, (), hits[:2], hits[2:])


@pytest.fixture
def asked(shipped: Document) -> Asked:
    return Asked(shipped)


@pytest.fixture
def run(fake_engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `grid` over the fake engine; give the exit code, stdout and stderr."""

    def command(*argv: object, engine: Engine = fake_engine) -> tuple[int, str, str]:
        monkeypatch.setattr(qa.service.bootstrap, "open_engine", lambda *_: engine)
        code = main(["grid", *map(str, argv)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Two questions, one that has an answer and one that has none, in a column among others."""
    path = tmp_path / "questions.csv"
    path.write_text(f"No.,问题,Note\n1,{EXACT},=1+1\n2,xyz?,\n", encoding="utf-8")
    return path


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def _stop_at(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> None:
    """Let the engine raise at its n-th question, once."""
    own, count = Engine.ask, 0

    def ask(self: Engine, *arguments: Any, **options: Any) -> Reply:
        nonlocal count
        count += 1
        if count == number:
            raise error
        return own(self, *arguments, **options)

    monkeypatch.setattr(Engine, "ask", ask)


# The run


def test_each_question_is_asked_of_each_column_alone(asked: Asked) -> None:
    """Row by row; a blank one has no cell."""
    cells = list(answer_grid(["甲", " ", "乙?"], asked, [("a",), ("b",)]))

    assert [(cell.row, cell.column) for cell in cells] == [(0, 0), (0, 1), (2, 0), (2, 1)]
    assert asked.questions == [(q, (d,), True) for q in ("甲", "乙?") for d in "ab"]
    assert [cell.reply["status"] for cell in cells] == ["answered", "answered", "not_found", "not_found"]
    assert [len(cell.reply["hits"]) for cell in cells] == [1, 1, 0, 0]
    assert all(cell.reply["near"] == [] for cell in cells)


def test_the_same_question_is_asked_once(asked: Asked) -> None:
    cells = list(answer_grid(["甲", "甲"], asked))

    assert len(asked.questions) == 1
    assert [cell.reply for cell in cells] == [cells[0].reply] * 2
    assert [cell.is_kept for cell in cells] == [False, True]


def test_who_stops_asking_stops_it(asked: Asked) -> None:
    """The page can end it after any cell."""
    next(answer_grid(["甲", "乙", "丙"], asked))

    assert [question for question, _, _ in asked.questions] == ["甲"]


def test_columns_are_documents_or_all_together() -> None:
    assert columns_of(["a", "b"], across=True) == (("a",), ("b",))
    assert columns_of(["a", "b"], across=False) == (("a", "b"),)
    assert columns_of([], across=False) == ((),)


# What is kept


def _open(path: Path, shipped: Document, run_id: str = "r") -> Any:
    return GridAnswers.open(path, run_id, lambda name: shipped if name == shipped.name else None)


@pytest.mark.parametrize("stop", range(4))
def test_a_stopped_run_goes_on_where_it_was(asked: Asked, shipped: Document, tmp_path: Path, stop: int) -> None:
    """Wherever it stops: nothing is asked twice, nothing left out, and the cells are those of one run."""
    wanted, file = ["甲", "乙?", "丙", "丁"], tmp_path / "kept"
    whole = [cell.reply for cell in answer_grid(wanted, Asked(shipped))]
    asked.stop_after = stop
    with pytest.raises(KeyboardInterrupt), _open(file, shipped) as answers:
        list(answer_grid(wanted, asked, kept=answers))
    asked.stop_after = None
    with _open(file, shipped) as answers:
        cells = list(answer_grid(wanted, asked, kept=answers))

    assert [question for question, _, _ in asked.questions] == wanted
    assert [cell.reply for cell in cells] == whole
    assert [cell.is_kept for cell in cells] == [number < stop for number in range(4)]


@pytest.mark.parametrize("cut", [2, 7, 200])
def test_a_line_that_was_cut_off_is_asked_again(asked: Asked, shipped: Document, tmp_path: Path, cut: int) -> None:
    """And what is written after it is read again."""
    file = tmp_path / "kept"
    with _open(file, shipped) as answers:
        list(answer_grid(["甲", "乙"], asked, kept=answers))
    file.write_bytes(file.read_bytes()[:-cut])
    for expected in (["乙"], []):
        asked.questions.clear()
        with _open(file, shipped) as answers:
            list(answer_grid(["甲", "乙"], asked, kept=answers))
        assert [question for question, _, _ in asked.questions] == expected


def test_another_run_asks_again_and_loses_nothing(asked: Asked, shipped: Document, tmp_path: Path) -> None:
    """Another index or other options are another run; who goes back finds the first one's answers."""
    for run_id, expected, others in (("r", 1, 0), ("s", 1, 1), ("r", 0, 1)):
        asked.questions.clear()
        with _open(tmp_path / "kept", shipped, run_id) as answers:
            assert answers.others == others
            list(answer_grid(["甲"], asked, kept=answers))
        assert len(asked.questions) == expected


def test_a_kept_quote_that_is_not_the_source_is_asked_again(asked: Asked, shipped: Document, tmp_path: Path) -> None:
    """Whoever changed it: a quote is a slice of its document."""
    file = tmp_path / "kept"
    with _open(file, shipped) as answers:
        list(answer_grid(["甲"], asked, kept=answers))
    mark, line = map(json.loads, file.read_bytes().splitlines())
    for change in ({"text": "改"}, {"spans": [[0, 1]]}, {"document": "x"}, {"source_sha256": "0"}, {"spans": 1}):
        changed = json.loads(json.dumps(line))
        changed["reply"]["hits"][0] |= change
        file.write_text(f"{json.dumps(mark)}\n{json.dumps(changed)}\n", encoding="utf-8")
        with _open(file, shipped) as answers:
            assert len(answers) == 0
        file.write_text(f"{json.dumps(mark)}\n{json.dumps(line)}\n", encoding="utf-8")
        with _open(file, shipped) as answers:
            assert len(answers) == 1


def test_two_processes_do_not_write_the_same_answers(shipped: Document, tmp_path: Path) -> None:
    with _open(tmp_path / "kept", shipped), pytest.raises(QAError) as told, _open(tmp_path / "kept", shipped):
        pass
    assert told.value.message == grid_messages.IN_USE
    assert list(tmp_path.iterdir()) == []


# The command


def test_answers_stand_beside_the_questions(run: Any, questions: Path, tmp_path: Path, shipped: Document) -> None:
    """As CSV: each cell is its text, also where it looks like a formula, which is said."""
    code, out, err = run(questions, "-o", tmp_path / "answers.csv")
    rows = _rows(tmp_path / "answers.csv")

    assert code == 0
    assert out == f"{tmp_path / 'answers.csv'}: 2 asked, 1 answered\n"
    assert rows[0] == ["问题", "No.", "Note", "引文 Quote", "引用 Citation", "评价 Grade"]
    assert rows[1][:4] == [EXACT, "1", "=1+1", QUOTE]
    assert rows[1][4].endswith("第7段（第179行）")
    assert rows[1][5].startswith(("回答了", "可能回答"))
    assert rows[2][:5] == ["xyz?", "2", "", "", ""]
    assert rows[2][5].startswith(qa_messages.NO_ANSWER.bilingual)
    assert grid_messages.READ_AS_FORMULAS.format(count=1).bilingual in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "questions.csv"]


def test_a_workbook_in_a_workbook_out(run: Any, tmp_path: Path) -> None:
    """Its answers can be the next questions."""
    book = openpyxl.Workbook()
    book.active.append(["Question"])
    book.active.append([EXACT])
    book.save(tmp_path / "q.xlsx")

    assert run(tmp_path / "q.xlsx", "-o", tmp_path / "a.xlsx")[0] == 0
    assert run(tmp_path / "a.xlsx", "-o", tmp_path / "b.xlsx")[0] == 0
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[2]][:2] == [EXACT, QUOTE]
    assert [cell.value for cell in sheet[2]][5] == QUOTE


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), IndexStale(index_messages.NO_INDEX, "x")])
def test_a_stopped_command_keeps_what_is_done(
    run: Any, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, error: BaseException
) -> None:
    """The sheet so far is written; the same command goes on and replaces it."""
    output = tmp_path / f"answers.{ending}"
    with monkeypatch.context() as patch:
        _stop_at(patch, 2, error)
        code, out, err = run(questions, "-o", output)
    kept = tmp_path / f"answers.{ending}.unfinished"

    assert (code, out) == (1, "")
    assert grid_messages.STOPPED.format(path=kept).bilingual in err
    assert output.exists()
    _stop_at(monkeypatch, 2, error)  # it asks one question only
    code, out, err = run(questions, "-o", output)
    assert (code, out) == (0, f"{output}: 2 asked, 1 answered\n")
    assert grid_messages.GOES_ON.format(count=1).bilingual in err
    assert not kept.exists()


def test_a_stopped_sheet_that_a_person_changed_is_not_replaced(
    run: Any, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is any other file, unless one says so; the answers stay kept."""
    output = tmp_path / "answers.csv"
    _stop_at(monkeypatch, 2, KeyboardInterrupt())
    run(questions, "-o", output)
    output.write_text("mine", encoding="utf-8")

    assert run(questions, "-o", output)[::2] == (1, _said_last(run(questions, "-o", output)[2]))
    assert output.read_text(encoding="utf-8") == "mine"
    assert run(questions, "-o", output, "--overwrite")[0] == 0
    assert _rows(output)[1][3] == QUOTE


def _said_last(err: str) -> str:
    assert err.endswith(grid_messages.IS_THERE.en + "\n")
    return err


def test_other_options_ask_again(run: Any, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was answered with others is said to be asked again."""
    _stop_at(monkeypatch, 2, KeyboardInterrupt())
    run(questions, "-o", tmp_path / "answers.csv")
    _, _, err = run(questions, "-o", tmp_path / "answers.csv", "--cite", "gbt7714")

    assert grid_messages.ASKED_AGAIN.format(count=1).bilingual in err


@pytest.fixture(scope="module")
def two_documents(tmp_path_factory: pytest.TempPathFactory, shipped: Document) -> Engine:
    """The shipped text, and a short one of another name."""
    folder = tmp_path_factory.mktemp("two")
    path = folder / "养蜂.txt"
    path.write_text("养蜂须知\n\n蜂箱每七天检查一次，雨天不开箱。\n", encoding="utf-8")
    embedder = CharacterEmbedder("".join(sorted(set(shipped.text) | set(path.read_text("utf-8")))))
    return Engine(Index.build(folder / "index", [load(SHIPPED), load(path)], embedder), embedder, Settings())


def test_documents_stand_side_by_side(run: Any, two_documents: Engine, questions: Path, tmp_path: Path) -> None:
    """Two documents have columns of their own, if nothing else is said; each quotes its own document."""
    assert run(questions, "-o", tmp_path / "a.csv", engine=two_documents)[0] == 0
    head, first, *_ = _rows(tmp_path / "a.csv")
    names = [entry.name for entry in two_documents.catalog.entries]

    assert head[3:] == [f"{name}\n{part}" for name in names for part in ("引文 Quote", "引用 Citation", "评价 Grade")]
    assert first[3 + 3 * names.index("sco-2021" if "sco-2021" in names else names[0])] == QUOTE
    assert QUOTE not in first[3 + 3 * names.index("养蜂") :][:1]


@pytest.mark.parametrize(
    ("options", "columns"), [(("--across", "library"), 1), (("--document", "养蜂"), 1), (("--across", "documents"), 2)]
)
def test_the_columns_can_be_chosen(
    run: Any, two_documents: Engine, questions: Path, tmp_path: Path, options: tuple[str, ...], columns: int
) -> None:
    assert run(questions, "-o", tmp_path / "a.csv", *options, engine=two_documents)[0] == 0
    assert len(_rows(tmp_path / "a.csv")[0]) == 3 + 3 * columns


def test_with_a_page_each_citation_has_an_address(run: Any, questions: Path, tmp_path: Path) -> None:
    run(questions, "-o", tmp_path / "a.csv", "--page", "https://host/yw/?q=1#x")
    head, first, second = _rows(tmp_path / "a.csv")

    assert head[-1] == "链接 Link"
    assert first[-1].startswith("https://host/yw/?p=")
    assert len(first[-1].partition("?p=")[2]) == 16
    assert second[-1] == ""


# What is refused


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", grid_messages.NO_QUESTIONS),
        ("问题\n", grid_messages.NO_QUESTIONS),
        ("编号,问题\n1,\n2, \n", grid_messages.NO_QUESTIONS),
        ('问题,x\n"甲,1\n', grid_messages.NO_TABLE.format(line=2, reason="unexpected end of data")),
        ("x,问题\n1,甲,乙\n", grid_messages.WIDE_ROW.format(row=2, found=3, expected=2)),
    ],
)
def test_questions_that_cannot_be_read_get_a_sentence(run: Any, tmp_path: Path, content: str, message: Any) -> None:
    (tmp_path / "q.csv").write_text(content, encoding="utf-8")
    code, out, err = run(tmp_path / "q.csv", "-o", tmp_path / "a.csv")

    assert (code, out) == (1, "")
    assert err == f"{tmp_path / 'q.csv'}: {message.en}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["q.csv"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no workbook", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_a_damaged_workbook_gets_a_sentence(run: Any, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "q.xlsx").write_bytes(data)
    code, out, err = run(tmp_path / "q.xlsx", "-o", tmp_path / "a.csv")

    assert (code, out) == (1, "")
    assert err.startswith(f"{tmp_path / 'q.xlsx'}: ")
    assert len(err.splitlines()) == 1


def _is_input(folder: Path) -> Path:
    return folder / "questions.csv"


def _is_folder(folder: Path) -> Path:
    (folder / "a.csv").mkdir()
    return folder / "a.csv"


def _is_there(folder: Path) -> Path:
    (folder / "a.csv").write_text("mine", encoding="utf-8")
    return folder / "a.csv"


def _is_kept_by_another(folder: Path) -> Path:
    (folder / "a.csv.unfinished").write_text("mine\n", encoding="utf-8")
    return folder / "a.csv"


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (lambda folder: folder / "none" / "a.csv", grid_messages.NO_FOLDER.en.format(folder="{folder}/none")),
        (_is_input, grid_messages.SAME_FILE.en),
        (_is_folder, grid_messages.IS_FOLDER.en),
        (_is_there, grid_messages.IS_THERE.en),
        (_is_kept_by_another, grid_messages.NOT_OURS.en),
        (
            lambda folder: folder / f"{'a' * 300}.csv",
            grid_messages.CANNOT_BE_WRITTEN.en.format(reason="File name too long"),
        ),
    ],
)
def test_an_output_that_cannot_be_gets_a_sentence_and_nothing_is_lost(
    run: Any, questions: Path, tmp_path: Path, output: Callable[[Path], Path], message: str
) -> None:
    path = output(tmp_path)
    before = {one: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}
    code, out, err = run(questions, "-o", path)

    assert (code, out) == (1, "")
    assert err.endswith(message.format(folder=tmp_path) + "\n")
    assert {one: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()} == before


@pytest.mark.parametrize(
    "options",
    [("-o", "a.txt"), ("-o", "a"), (), ("-o", "a.csv", "--page", "javascript:x"), ("-o", "a.csv", "--top", "0")],
)
def test_wrong_usage_exits_with_2(run: Any, questions: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(questions, *options)
    assert ended.value.code == 2


def test_an_unknown_document_is_named(run: Any, questions: Path, tmp_path: Path) -> None:
    code, _, err = run(questions, "-o", tmp_path / "a.csv", "--document", "none")

    assert code == 1
    assert qa_messages.NO_DOCUMENT.format(name="none").en in err
    assert [path.name for path in tmp_path.iterdir()] == ["questions.csv"]


def test_an_output_that_fails_at_the_end_loses_no_answer(
    run: Any, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program has it open, say: the next run asks nothing."""
    with monkeypatch.context() as patch:

        def locked(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        patch.setattr("index.atomic_files.write_atomically", locked)
        code, _, err = run(questions, "-o", tmp_path / "a.csv")
    assert code == 1
    assert err.endswith(grid_messages.CANNOT_BE_WRITTEN.format(reason="Permission denied").en + "\n")
    _stop_at(monkeypatch, 1, AssertionError("asked again"))
    assert run(questions, "-o", tmp_path / "a.csv")[0] == 0


@pytest.mark.model
def test_the_real_model_fills_a_sheet(real_engine: Engine, run: Any, tmp_path: Path, shipped: Document) -> None:
    """One question that the text answers, one that it does not, one that is none."""
    (tmp_path / "q.csv").write_text("上合组织秘书处设在哪个城市？\n红烧肉怎么做？\n你好\n", encoding="utf-8")
    assert run(tmp_path / "q.csv", "-o", tmp_path / "a.xlsx", engine=real_engine)[0] == 0
    first, second, third = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows(min_row=2)

    assert "设在北京的秘书处" in first[1].value
    assert first[1].value in shipped.text
    assert first[2].value.endswith("第7段（第57行）")
    assert (second[1].value, second[3].value.split("\n")[0]) == (None, qa_messages.NO_ANSWER.bilingual)
    assert third[3].value == qa_messages.HELLO.bilingual


def test_the_command_is_called_by_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["grid", "--help"], prog="yuanwen")
    assert capsys.readouterr().out.startswith("usage: yuanwen grid ")
    assert sys.stdout is not None
