"""The settings of `web/`: every number there that changes a result or a limit (`corpus/configuration.py`)."""

from __future__ import annotations

from corpus.configuration import Group, setting


class PageSettings(Group, section="page"):
    """What the page shows and answers at a time."""

    cards: int = setting(8, "passages", "That surely answer and are open; the others are folded.", ge=1)
    long_quote: int = setting(
        360, "characters", "Of a paragraph: of a longer one, the sentences around the answer are shown.", ge=1
    )
    topic_words: int = setting(2, "words", "Of a question, of which a reply offers all places in the document.", ge=0)
    topic_places: int = setting(60, "places", "Of such a word at most: what is everywhere is no topic.", ge=1)
    topic_text: int = setting(5_000_000, "characters", "Of a document in which they are counted; not in a longer one.")
    excerpt: int = setting(240, "characters", "Of those sentences together, if one of them alone is not longer.", ge=1)
    file_name: int = setting(40, "characters", "Of the first question, in the name of an exported conversation.", ge=1)
    history: int = setting(50, "turns", "Of a conversation that are looked at and exported.")
    longest_name: int = setting(10_000, "characters", "Of a name, an id or another short field that is sent.", ge=1)
    longest_check: int = setting(1_000_000, "characters", "Of quotations that are sent to be checked.", ge=1)
    documents_asked: int = setting(10_000, "documents", "That are asked at a time, chosen by name.", ge=1)
    earlier_quotes: int = setting(50, "quotes", "Of an earlier reply that are compared with the one of now.", ge=0)
    named_texts: int = setting(200, "texts", "That a question was put to and that are named; others are counted.", ge=0)
    citations_at_once: int = setting(10_000, "citations", "That are made anew at a time.")
    around: int = setting(2, "paragraphs", "Shown before a passage, and after it.", ge=0)
    quotations_at_once: int = setting(1000, "quotations", "That are checked at a time.")
    permalink_words: int = setting(
        40, "characters", "Of a passage that its permalink carries, to find the nearest one should it be gone."
    )
    example_questions: int = setting(5, "questions", "Made of a document's definitions and headings.", ge=0)
    longest_example: int = setting(28, "characters", "Of a heading that makes a question.")
    words_explained: int = setting(
        7, "words", "Of a question, whose share in the rank of a passage has its own line.", ge=1
    )
    least_share: float = setting(
        0.05, "share", "Of a word that matched nothing, from which it has a line of its own.", ge=0, le=1
    )
    matches_of_a_word: int = setting(2, "words", "Of the passage, that are shown for a word of the question.", ge=1)
    named_documents: int = setting(3, "documents", "That the first view names.", ge=1)
    named_works: int = setting(
        2, "works", "Of a document that a list names; of more, the first and their number.", ge=1
    )
    longest_field: int = setting(300, "characters", "Of a field of the form.")
    shown_places: int = setting(8, "places", "And differences of a quotation that are shown; the rest is counted.")
    long_document: int = setting(400, "blocks", "From which a browser lays a document out piece by piece.")
    sections_offered: int = setting(6, "sections", "To browse, that a not-found offers.", ge=0)
    spans_selected: int = setting(10_000, "spans", "That words which are selected at a time stand in.", ge=1)
    excerpts: int = setting(5_000, "excerpts", "That are listed or exported at a time.", ge=1)
    kept_pictures: int = setting(32_000_000, "bytes", "Of pictures of pages of files that stay in memory.", ge=0)
    kept_places: int = setting(
        100_000, "characters", "Whose places on pages of files stay in memory; each needs some 200 bytes.", ge=0
    )
    kept_files: int = setting(64_000_000, "bytes", "Of files whose pages are shown that stay in memory, but for one.")


PAGE = PageSettings.read()


class UploadsSettings(Group, section="uploads"):
    """What may be uploaded on the page."""

    largest: int = setting(64_000_000, "bytes", "Of a file.")
    together: int = setting(256_000_000, "bytes", "Of all files that wait to be added; they lie on the disk.")
    files: int = setting(1000, "files", "That wait to be added at a time.", ge=1)
    largest_draft: int = setting(16_000_000, "bytes", "Of a draft whose quotations are checked.")


UPLOADS = UploadsSettings.read()


class SheetsSettings(Group, section="sheets"):
    """Many questions at once on the page, from a sheet."""

    largest: int = setting(4_000_000, "bytes", "Of a sheet of questions.")
    cells: int = setting(5_000, "cells", "Of the answers to a sheet, one for each question and column.", ge=1)
    top: int = setting(1, "passages", "Of such a cell, at most.", ge=1)
    at_once: int = setting(16, "sheets", "That are being asked, at most.", ge=1)
    of_one: int = setting(2, "sheets", "Of one client that are being asked, at most.", ge=1)
    results: int = setting(50, "sheets", "Whose answers wait to be fetched, at most.", ge=1)
    kept: float = setting(3_600.0, "seconds", "That answers wait to be fetched.", ge=0)


SHEETS = SheetsSettings.read()


class ServerSettings(Group, section="server"):
    """How the page is served."""

    ports_tried: int = setting(100, "ports", "From the one that was asked for.")
    backlog: int = setting(512, "connections", "That wait until the server takes them.", ge=1)
    early: float = setting(20.0, "seconds", "After the start, when what takes long to import is imported.")
    stopping: float = setting(10.0, "seconds", "That the server has to end what it does, when it is stopped.")
    threads: int = setting(32, "threads", "That answer requests, beside those that answer questions.", ge=1)
    progress_interval: float = setting(0.2, "seconds", "Between two looks at how far a change is.")
    farewell: float = setting(
        3.0, "seconds", "That an open page has to hear why it cannot be asked, before the process ends."
    )


SERVER = ServerSettings.read()


class MetricsSettings(Group, section="metrics"):
    """What the server tells a monitor."""

    seconds: tuple[float, ...] = setting(
        (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
        "seconds",
        "Of a question, up to which it is counted in one bar of the histogram.",
    )


METRICS = MetricsSettings.read()


class RequestsSettings(Group, section="requests"):
    """What a request to the server may weigh, how slowly it may come, and how many a client may send."""

    largest_body: int = setting(16_000_000, "bytes", "Of a request that uploads nothing.")
    largest_form: int = setting(20_000, "bytes", "Of the form of the login page.")
    body_patience: float = setting(20.0, "seconds", "That a request's body may be waited for, whatever its size.")
    slowest_body: float = setting(2_000.0, "bytes a second", "Of a body that takes longer than that.", gt=0)
    header_patience: float = setting(15.0, "seconds", "From a request's first byte to the end of its headers.", gt=0)
    headers: int = setting(32_000, "bytes", "Of a request's first line and headers.", ge=4096)
    keep_alive: int = setting(10, "seconds", "That a connection without a request stays open.")
    connections: int = setting(2_000, "connections", "At a time; beyond them the answer is 503.")
    a_minute: int = setting(600, "requests", "A minute of a client, where others than this machine come in.")
    hsts: int = setting(31_536_000, "seconds", "That a browser shall use https only, told under https.", ge=0)


REQUESTS = RequestsSettings.read()


class AccountsSettings(Group, section="accounts"):
    """Users, their passwords and sessions."""

    longest_name: int = setting(64, "characters", "Of a user's name.")
    shortest_password: int = setting(10, "characters", "Of a new password.")
    longest_password: int = setting(1_000, "characters", "Of a password.")
    shortest_token: int = setting(32, "characters", "Of a token for programs.")
    hashes_at_once: int = setting(2, "passwords", "That are hashed at a time; each takes 64 MB.")
    idle: float = setting(86_400.0, "seconds", "Without a request, after which a session ends.")
    longest_session: float = setting(1_209_600.0, "seconds", "After which a session ends in any case.")
    sessions: int = setting(10_000, "sessions", "At a time; a new one ends the one that was idle longest.")
    sessions_a_user: int = setting(50, "sessions", "Of a user at a time.")
    free_tries: int = setting(5, "passwords", "Of a name that may be wrong before one has to wait.")
    free_tries_of_client: int = setting(30, "passwords", "From an address that may be wrong before one has to wait.")
    first_wait: float = setting(60.0, "seconds", "After the last of those; each more wrong password doubles it.")
    longest_wait: float = setting(3_600.0, "seconds", "That one has to wait at most.")
    failures_kept: float = setting(86_400.0, "seconds", "After the last wrong password, until it is forgotten.")
    failing_clients: int = setting(100_000, "names", "Or addresses with wrong passwords that are remembered.")
    lock_patience: float = setting(10.0, "seconds", "That another change of the users file is waited for.")


ACCOUNTS = AccountsSettings.read()


class ApiSettings(Group, section="api"):
    """What the HTTP API waits for, and says when it does not (`web/v1/`)."""

    patience: float = setting(10.0, "seconds", "That a question waits for the model to be loaded.", ge=0)
    longest_change: float = setting(
        120.0, "seconds", "That a request with `wait=true` waits for a change; after that it is told its number."
    )
    retry_after: int = setting(3, "seconds", "After which a request that came too early is told to come again.", ge=1)
    longest_question: int = setting(
        100_000, "characters", "Of a question that is read at all; one beyond `answers.longest_question` is rejected."
    )
    found: int = setting(1000, "passages", "And headings with the words that were looked for, at most.", ge=1)
    named_errors: int = setting(10, "errors", "In a request that its answer names.", ge=1)


API = ApiSettings.read()
