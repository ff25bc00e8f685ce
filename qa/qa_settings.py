"""The settings of `qa/`: every number there that changes a result or a limit (`corpus/configuration.py`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus.configuration import Group, setting


class AnswersSettings(Group, section="answers"):
    """How the engine asks."""

    top: int = setting(3, "passages", "In an answer, and near a not-found, at most.", ge=1)
    candidates: int = setting(
        100, "passages", "That are compared token by token: as many from FAISS, and as many from BM25.", ge=1
    )
    longest_question: int = setting(2000, "characters", "A longer question is rejected.", ge=1)
    placed_confidence: float = setting(
        0.9, "probability", "That a passage of the section that a question points at is meant.", ge=0, le=1
    )
    sample: int = setting(300, "passages", "That say what kind of text an index holds.")
    turns: int = setting(8, "questions", "Before, that a question may lean on, one on the other.")
    gain_of_earlier_hits: tuple[float, ...] = setting(
        (0.1, 0.03, 0.03),
        "score",
        "That the first, second, … hit of the question before gains for a question without a topic of its own.",
    )
    remembered_changes: int = setting(1000, "changes", "Whose outcome can be asked for.")


ANSWERS = AnswersSettings.read()


@dataclass(frozen=True, slots=True)
class Settings:
    """How one engine asks, where it is to ask otherwise than `ANSWERS` says."""

    top: int = field(default_factory=lambda: ANSWERS.top)
    """Hits in an answer, and nearest passages of a not-found, at most."""
    candidates: int = field(default_factory=lambda: ANSWERS.candidates)
    """Passages that are compared token by token: as many from FAISS, and as many from BM25."""
    longest_question: int = field(default_factory=lambda: ANSWERS.longest_question)
    """Characters; a longer question is rejected."""


class QuestionSettings(Group, section="question", affects="ranking"):
    """How a question is read."""

    place_sample: int = setting(300, "passages", "That are looked through for common places, about.")
    common_place: float = setting(
        0.12, "share", "Of these passages, from which a place is common and answers nothing.", ge=0, le=1
    )
    longest_wording: int = setting(4, "words", "Of an English wording that is looked up in the dictionary.")
    no_topic: float = setting(
        0.8, "weight", "Of the questions before, from which the new one has no topic of its own.", ge=0, le=1
    )
    few_works: int = setting(3, "works", "Among more, a question has to name the one in which it counts.")
    kept_look_ups: int = setting(100_000, "look-ups", "Of the word segmenter that are kept.")
    kept_links: int = setting(
        8, "tables", "Of probabilities between two characters, that are kept for a question.", ge=1
    )
    named_share: float = setting(
        0.3, "share", "Of a name, by weight: a title that has less of it is not named.", ge=0, le=1
    )
    rows_read_for_a_word: int = setting(
        256, "rows", "That have all character pairs of a word and are read to see whether they have the word."
    )


QUESTION = QuestionSettings.read()


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
    year: float = setting(0.1, "score", "For the year that a question names, in the headings.")
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


class QuotationsSettings(Group, section="quotations"):
    """How a quotation is compared with the source."""

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
    aligned_documents: int = setting(
        8, "documents", "That share most pairs of characters with a quotation, and are aligned with it."
    )
    characters: int = setting(10_000_000, "characters", "Of all places of one quotation that are looked at.")
    places: int = setting(10_000, "places", "Of one quotation that are looked at.")


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


UNMATCHED_WORDS = UnmatchedWordsSettings.read()
