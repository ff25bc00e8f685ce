"""The settings of `qa/`: every number there that changes a result or a limit (`corpus/configuration.py`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus.configuration import Group, setting


class AnswersSettings(Group, section="answers"):
    """How the engine asks."""

    top: int = setting(3, "passages", "That come after an answer or are near a not-found, at most.", ge=1)
    candidates: int = setting(
        100, "passages", "That are compared token by token: as many from FAISS, and as many from BM25.", ge=1
    )
    most_copies: int = setting(
        4, "times", "So many candidates, at most, are compared where copies of one another are among them.", ge=1
    )
    named_copies: int = setting(5, "copies", "Of a passage that are named beside it; JSON has all.", ge=1)
    longest_question: int = setting(2000, "characters", "A longer question is rejected.", ge=1)
    placed_confidence: float = setting(
        0.9, "probability", "That a passage of the section that a question points at is meant.", ge=0, le=1
    )
    placed: int = setting(60, "passages", "Of a section that a question points at, at most.", ge=1)
    turns: int = setting(8, "questions", "Before, that a question may lean on, one on the other.")
    gain_of_earlier_hits: tuple[float, ...] = setting(
        (0.1, 0.03, 0.03),
        "score",
        "That the first, second, … hit of the question before gains for a question without a topic of its own.",
    )
    remembered: int = setting(
        200, "replies", "To the questions asked last, that are given again while the documents are the same.", ge=0
    )
    lending_rows: int = setting(
        50_000, "rows", "From which an index answers with the null scores from before a change until it has its own."
    )
    lending_change: float = setting(
        0.05, "share", "Of its rows that may have changed, so that it answers with earlier null scores.", ge=0, le=1
    )
    remembered_changes: int = setting(1000, "changes", "Whose outcome can be asked for.")
    open_libraries: int = setting(16, "libraries", "Of users, beside the shared one, that stay open.", ge=1)
    own_library: int = setting(
        500_000_000, "bytes", "Of all files in a user's own library; what would make it larger is refused.", ge=0
    )


ANSWERS = AnswersSettings.read()


class QueueSettings(Group, section="queue"):
    """How many may ask a server at once."""

    at_once: int = setting(4, "questions", "That are answered at the same time; the others wait.", ge=1)
    waiting: int = setting(512, "questions", "Of all clients that wait; who comes then is told to come again.", ge=0)
    waiting_of_one: int = setting(200, "questions", "Of one client that wait.", ge=0)
    told_every: float = setting(1.0, "seconds", "That pass before who waits is told a new place.", ge=0)
    first_guess: float = setting(
        0.2, "seconds", "That a question takes, until some were measured: it says when to come again.", ge=0
    )
    weight_of_latest: float = setting(0.05, "share", "Of the latest question in that measure.", ge=0, le=1)


QUEUE = QueueSettings.read()


class RerankerSettings(Group, section="reranker"):
    """How a cross-encoder is used, where `--reranker` names one."""

    candidates: int = setting(20, "passages", "The best by late interaction, that it reads with the question.", ge=1)
    batch: int = setting(8, "passages", "That it reads at once.", ge=1)


RERANKER = RerankerSettings.read()


@dataclass(frozen=True, slots=True)
class Settings:
    """How one engine asks, where it is to ask otherwise than `ANSWERS` says."""

    top: int = field(default_factory=lambda: ANSWERS.top)
    """Passages after an answer, and nearest passages of a not-found, at most."""
    candidates: int = field(default_factory=lambda: ANSWERS.candidates)
    """Passages that are compared token by token: as many from FAISS, and as many from BM25."""
    longest_question: int = field(default_factory=lambda: ANSWERS.longest_question)
    """Characters; a longer question is rejected."""
    reranked: int = field(default_factory=lambda: RERANKER.candidates)
    """Passages that a reranker reads with the question, if there is one."""


class QuestionSettings(Group, section="question", affects="ranking"):
    """How a question is read."""

    longest_wording: int = setting(4, "words", "Of an English wording that is looked up in the dictionary.")
    most_synonyms: int = setting(
        12, "words", "That an English wording translates: Chinese words that share it are near-synonyms up to here."
    )
    no_topic: float = setting(
        0.8, "weight", "Of the questions before, from which the new one has no topic of its own.", ge=0, le=1
    )
    few_works: int = setting(3, "works", "Among more, a question about something in a section has to name the work.")
    kept_look_ups: int = setting(100_000, "look-ups", "Of the word segmenter that are kept.")
    kept_links: int = setting(
        8, "tables", "Of probabilities between two characters, that are kept for a question.", ge=1
    )
    named_share: float = setting(
        0.3, "share", "Of a name, by weight: a title that has less of it is not named.", ge=0, le=1
    )
    longest_request: int = setting(
        120, "characters", "Of a request about a text as a whole: what is longer asks what the text says."
    )
    called_share: float = setting(
        0.8,
        "share",
        "Of a name: a title that has less of it is not what a request about a whole text names.",
        ge=0,
        le=1,
    )
    title_rows: int = setting(
        2, "rows", "Before a work's first section, the last of which may say its edition: Version 3.1, effective 2023."
    )
    rows_read_for_a_word: int = setting(
        256, "rows", "That have all character pairs of a word and are read to see whether they have the word."
    )


QUESTION = QuestionSettings.read()


class GlossesSettings(Group, section="glosses"):
    """How a word of a Chinese text is looked up for who reads English."""

    around: int = setting(
        40, "characters", "Before and after a word that are read to see where it begins and ends.", ge=1
    )
    longest_word: int = setting(16, "characters", "Of an entry of the dictionary that is looked for.", ge=1)
    joined_syllables: int = setting(
        4, "syllables", "Of pinyin that are written as one word; those of a longer phrase stay apart.", ge=1
    )
    entries: int = setting(6, "entries", "Of one spelling that are shown: it may be read in several ways.", ge=1)
    senses: int = setting(6, "senses", "Of an entry that are shown.", ge=1)
    longest_brief: int = setting(40, "characters", "Of a sense that stands for a word in a line under a heading.", ge=1)
    headings: int = setting(500, "headings", "Of a document that have such a line, from the first on.", ge=0)
    few_translations: int = setting(
        3, "words", "In Chinese, up to which one of them is named beside an English word that is missing."
    )


GLOSSES = GlossesSettings.read()


class OverviewSettings(Group, section="overview"):
    """What is said of a text as a whole."""

    headings: int = setting(40, "headings", "That are listed, at most: of so many levels as have room.", ge=1)
    title_share: float = setting(
        0.6, "share", "Of a title, by its character pairs, from which a part of it names the text.", ge=0, le=1
    )


OVERVIEW = OverviewSettings.read()


class FollowUpSettings(Group, section="follow_ups", affects="ranking"):
    """How much the earlier questions weigh in a follow-up, which itself weighs 1."""

    no_topic: float = setting(1.0, "weight", "For a question of question words alone: 为什么？", ge=0, le=1)
    no_noun: float = setting(0.8, "weight", "For a longer one, and for 那要怎么做, without a noun.", ge=0, le=1)
    ones: float = setting(0.5, "weight", 'For "and biological ones", which lacks its noun.', ge=0, le=1)
    verbs: float = setting(0.4, "weight", "For a question that has verbs only: 可以延期吗？", ge=0, le=1)
    pronoun: float = setting(0.3, "weight", "For a pronoun that points out of the question.", ge=0, le=1)
    topic: float = setting(0.1, "weight", "For a continuation that has a topic of its own.", ge=0, le=1)
    tie: float = setting(
        0.1, "score", "Below the first passage, within which words of the question before decide which one is first."
    )


FOLLOW_UPS = FollowUpSettings.read()


class RankingSettings(Group, section="ranking", affects="ranking"):
    """What counts for how much in a passage's score."""

    title: float = setting(0.3, "score", "For a title that the question names.")
    dictionary: float = setting(0.2, "score", "For what the dictionary has for the words of an English question.")
    year: float = setting(0.15, "score", "For the year that a question names, in the headings.")
    planned: float = setting(
        0.0, "share", "Of `year`, for a section about its work's own year, where a question asks for no plan."
    )
    titled: float = setting(
        0.5,
        "share",
        "Of `year`, taken off for a work of another year than the question's, if neither has sections about years.",
    )
    edition: float = setting(0.3, "score", "Taken off where the question names another edition of the work.")
    definition: float = setting(0.05, "score", "For a definition, where a question asks for one.")
    definition_passages: int = setting(20, "passages", "That are read for a definition.")
    bm25: float = setting(0.5, "score", "For BM25.")
    sentence: float = setting(0.25, "score", "For the interaction of the best sentence.")
    section_support: float = setting(
        0.4, "score", "For the other passages of a short section: an article of a law answers as a whole."
    )
    section_length: int = setting(
        600, "characters", "Directly in a section, up to which its passages support each other."
    )
    length: float = setting(0.02, "score", "Taken off for each unit of log tokens.")
    longest: int = setting(64, "tokens", "Longer passages are no likelier to match by chance than this.")
    common: float = setting(8.0, "nats", "Of surprisal: a token as common as this, or more, weighs `least`.")
    least: float = setting(0.1, "nats", "That a token of the question weighs, at least.")
    matched: float = setting(0.5, "cosine", "From which a token of the passage counts as matched.", ge=0, le=1)
    matched_across: float = setting(
        0.4, "cosine", "The same, where question and passage are in different scripts.", ge=0, le=1
    )
    matched_share: float = setting(0.02, "share", "Tokens of the question that weigh less match nothing.", ge=0, le=1)


RANKING = RankingSettings.read()


class ReaderSettings(Group, section="reader", affects="ranking"):
    """What the reader reads: the small model that says whether a passage answers, and where."""

    passages: int = setting(6, "passages", "The best ones, which are judged in any case.", ge=1)
    most: int = setting(
        12, "passages", "That are judged at most: as far as one may answer yet. No more can be hits of a reply.", ge=1
    )
    high_logit: float = setting(
        2.0, "logit", "That the reader hardly ever gives a passage after the first ones: so high, it could answer yet."
    )
    longest_question: int = setting(
        48, "tokens", "Of a question with those it depends on; only the last ones are read.", ge=1, le=48
    )
    longest_passage: int = setting(240, "tokens", "Of a passage with its context; the rest is not read.", ge=1, le=240)
    step: int = setting(
        16,
        "tokens",
        "A question and a passage are filled up to a multiple of it: fewer lengths need less memory.",
        ge=1,
    )
    longest_answer: int = setting(40, "tokens", "Of the words that answer, which are marked.", ge=1)
    sure_answer: float = setting(
        0.2,
        "probability",
        "That words begin and end where they do, from which they are marked in a passage that only may answer.",
        ge=0,
        le=1,
    )


READER = ReaderSettings.read()


class UnitsSettings(Group, section="units"):
    """Which passages answer together."""

    article: int = setting(
        800,
        "characters",
        "Of an article of a law, or of a question and its answer: longer ones are not one unit.",
        ge=1,
    )
    whole_list: int = setting(
        1500, "characters", "Of a list with what opens it: of a longer one, an item is shown without the others.", ge=1
    )
    independent: int = setting(
        400, "characters", "The same, where each item is a whole sentence or a section of its own.", ge=1
    )
    longest: int = setting(4000, "characters", "Of a list whose opener is what was found, and of any unit.", ge=1)
    window: int = setting(60, "passages", "Before and after one, that may belong to it.", ge=1)
    item_paragraphs: int = setting(3, "paragraphs", "Of an item, that may come before the next number.", ge=0)
    announcement: int = setting(60, "characters", "At the end of a passage, in which 下列 announces a list.", ge=1)
    scrap: int = setting(40, "characters", "Of an item without number and full stop, and of a label.", ge=1)
    question: int = setting(200, "characters", "Of a question in a text that has answers.", ge=1)
    answer_paragraphs: int = setting(
        4, "paragraphs", "From one question to the next, on average, up to which the questions make a FAQ.", ge=1
    )
    label: int = setting(4, "letters", "Or ideographs: a passage with no more, and no full stop, is no answer.", ge=0)


UNITS = UnitsSettings.read()


class QuotationsSettings(Group, section="quotations"):
    """How a quotation is compared with the source."""

    marks: int = setting(
        50_000, "marks", "Opening a quotation, and straight ones, in a draft; one with more is refused.", ge=1
    )
    pairs: int = setting(
        200_000,
        "places",
        "Where quotation and source share a pair of characters: more are not looked at, the rarest first.",
    )
    samples: int = setting(
        128, "places", "Of a pair that is too frequent, that are looked at in the quotation and in the source."
    )
    diagonals: int = setting(24, "diagonals", "That support each other: words added or left out move to another one.")
    runs: int = setting(320, "runs", "That may be chained.")
    short: int = setting(100, "characters", "Of a quotation that is looked at more closely.")
    longest_gap: int = setting(3000, "characters", "Of the source that a quotation may leave out in one place.")
    longest_fill: int = setting(
        2000, "characters", "Between two runs that are aligned by common subsequence; longer ones are one change."
    )
    turned_characters: int = setting(
        4, "characters", "Unmatched, at an end of the quotation, that may stand for as many of the source."
    )
    altered_percent: int = setting(
        60,
        "percent",
        "Of an altered quotation's characters that a stretch of the source has, in order.",
        le=100,
    )
    near_percent: int = setting(
        40, "percent", "The same, for a stretch that is worth showing with an absent quotation.", le=100
    )
    fewest: int = setting(4, "characters", "Letters or ideographs: a quotation with fewer stands everywhere.")
    fewest_of_part: int = setting(
        2, "characters", "Letters or ideographs of each part of a quotation that leaves words out with ……."
    )
    aligned_documents: int = setting(
        8, "documents", "That share most pairs of characters with a quotation, and are aligned with it."
    )
    characters: int = setting(10_000_000, "characters", "Of all places of one quotation that are looked at.")
    longest: int = setting(
        100_000, "characters", "Of all quotations that are checked at a time, but on the command line.", ge=1
    )
    checked_bytes: int = setting(
        50_000_000, "bytes", "Of documents that quotations are checked against, but on the command line.", ge=1
    )
    places: int = setting(10_000, "places", "Of one quotation that are looked at.")
    shortest_name: int = setting(
        4, "characters", "Of a title or a document's name that is looked for beside a quotation without 《 》."
    )
    shortest_abbreviation: int = setting(3, "characters", "Of an abbreviated title, such as 个保法.")
    title_before: int = setting(
        300, "characters", "Before a quotation, in its sentence, in which the title of its source is looked for."
    )
    longest_source: int = setting(2_000, "characters", "Of what names the source of a quotation that are read.", ge=1)


QUOTATIONS = QuotationsSettings.read()


class EvaluationSettings(Group, section="evaluation"):
    """How `evaluate` measures."""

    top: int = setting(5, "hits", "To ask for: MRR counts these places.")
    resamples: int = setting(1000, "samples", "Of the bootstrap.")
    shown: int = setting(40, "characters", "Of what came instead that a miss shows.")


EVALUATION = EvaluationSettings.read()


class BatchSettings(Group, section="batch"):
    """What `ask --batch` and `check --batch` read."""

    longest_line: int = setting(10_000_000, "characters", "A longer line gets a reply that says so.", ge=1)


BATCH = BatchSettings.read()


class OperationsSettings(Group, section="operations"):
    """What programs ask of the documents (`qa/service/operations.py`)."""

    shown: int = setting(80, "characters", "Of an unknown name or id that a message repeats.", ge=1)
    found: int = setting(20, "passages", "That have the words a language model looks for, if it names no number.", ge=1)
    most_found: int = setting(200, "passages", "The same, at most.", ge=1)


OPERATIONS = OperationsSettings.read()


class FeedbackSettings(Group, section="feedback"):
    """How readers' feedback is kept."""

    longest: int = setting(1_000_000, "bytes", "Of a line: a question and those before it.", ge=1)
    patience: float = setting(10.0, "seconds", "To wait for another process that writes.", ge=0)


FEEDBACK = FeedbackSettings.read()


class ProcessSettings(Group, section="process"):
    """What the process asks of the system."""

    open_files: int = setting(4096, "files", "That may be open at once, where the limit can be raised.", ge=0)
    address_space: int = setting(
        1_300_000_000, "bytes", "Below which the commands do not start: some 230 MB of it are used.", ge=0
    )


PROCESS = ProcessSettings.read()


class UnmatchedWordsSettings(Group, section="unmatched_words", affects="ranking"):
    """When a word of a question counts as matched: the cosine of its best match in the text."""

    name: float = setting(0.55, "cosine", "Of its best match, from which a name counts as matched.", ge=0, le=1)
    attribute: float = setting(0.70, "cosine", "The same for the noun that is asked for: X的Y是多少.", ge=0, le=1)
    long: float = setting(0.52, "cosine", "The same for a word of four characters or more.", ge=0, le=1)
    other: float = setting(0.46, "cosine", "The same for all other words.", ge=0, le=1)
    alone: float = setting(
        0.40, "cosine", "The same for a word of a question of which the text has no word.", ge=0, le=1
    )
    name_known: float = setting(
        0.70,
        "cosine",
        "The same for a country or body with a known translation, in the other script.",
        ge=0,
        le=1,
    )
    name_english: float = setting(0.65, "cosine", "The same for an English name in an English text.", ge=0, le=1)
    noun_english: float = setting(0.46, "cosine", "The same for another English word there.", ge=0, le=1)
    name_across: float = setting(
        0.42, "cosine", "The same for a name with a known translation, in a text in the other script.", ge=0, le=1
    )
    name_untranslated: float = setting(0.35, "cosine", "The same for a name without one.", ge=0, le=1)
    noun_across: float = setting(0.36, "cosine", "The same for another word with one.", ge=0, le=1)
    span_rows: int = setting(
        32, "rows", "With a word of the question that are read for a span of years (2022年及以后)."
    )
    script_rows: int = setting(20, "rows", "That are read, about, to see whether the text is Chinese.", ge=1)


UNMATCHED_WORDS = UnmatchedWordsSettings.read()


class FoldersSettings(Group, section="folders"):
    """How files and folders are added, and watched."""

    files_at_once: int = setting(
        200,
        "files",
        "That are read, then written together: an interruption costs no more.",
        ge=1,
    )
    bytes_at_once: int = setting(1 << 26, "bytes", "Of files that are read, then written together, about.", ge=1)
    seconds_at_once: float = setting(20.0, "seconds", "Of reading, after which what was read is written.", ge=0)
    told_warnings: int = setting(5, "warnings", "Of a file that are printed when it is added; the page marks all.")
    patience: float = setting(60.0, "seconds", "To wait while another process changes the index.", ge=0)
    pause: float = setting(0.5, "seconds", "Between two tries.", ge=0)
    settled_after: float = setting(
        1.0, "seconds", "Without a change of its size and time, from which a file of a watched folder is whole.", ge=0
    )
    looked_through_every: float = setting(
        30.0,
        "seconds",
        "After which a watched folder is looked through without a sign of a change.",
        ge=1,
    )


FOLDERS = FoldersSettings.read()


class GridSettings(Group, section="grid"):
    """Many questions at once, from a sheet."""

    head_rows: int = setting(5, "rows", "With words, among which the head of the column of questions may be.", ge=1)
    rows: int = setting(100_000, "rows", "Of a sheet of questions; one with more is refused.", ge=1)
    documents: int = setting(
        20, "documents", "Up to which an index of several has a column for each, if nothing else is said.", ge=1
    )


GRID = GridSettings.read()
