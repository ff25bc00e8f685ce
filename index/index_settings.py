"""The settings of `index/`: every number there that changes a result or a limit (`corpus/configuration.py`).

The weights in the score of a passage, BM25's among them, are in `qa/qa_settings.py`.
"""

from __future__ import annotations

from corpus.configuration import Group, setting


class ChunksSettings(Group, section="chunks", affects="chunks"):
    """How documents are cut into chunks."""

    length: int = setting(
        400,
        "characters",
        "A longer passage is read in chunks of whole sentences, none longer than this if its sentences allow.",
        ge=20,
    )
    overlap: int = setting(
        40, "characters", "That the pieces of a sentence longer than a chunk share, half a chunk at most.", ge=0
    )
    longest_label: int = setting(1000, "characters", "Of a heading in the context that precedes each chunk under it.")
    lead_in: int = setting(200, "characters", "Of the paragraph before a section that its heading keeps.", ge=0)
    title_block: int = setting(400, "characters", "Of a work's title block that its heading keeps.", ge=0)


CHUNKS = ChunksSettings.read()


class IndexSettings(Group, section="index"):
    """How chunks are kept."""

    large_document: int = setting(
        2_000, "passages", "From here on titles stand before the chunks of a lone document, too."
    )
    largest_segment: int = setting(
        65_536, "rows", "Of a segment: what a merge copies is bounded (some 300 MB of token vectors)."
    )
    small_token_rows: int = setting(
        16_384,
        "rows",
        "Of a segment, from which its token vectors are kept in 3 bits a component, not 8, and what rows share once.",
        ge=0,
    )
    token_step: float = setting(
        0.5875,
        "deviations",
        "Between two of the 8 levels: best for a normal distribution (Max, Quantizing for minimum distortion).",
        gt=0,
    )
    shortlist_drift: float = setting(
        1.1, "times", "The rows for which the shortlist was measured, from which it is measured again."
    )
    checked_at_opening: int = setting(
        1 << 20, "bytes", "Of a file whose SHA-256 is checked at each opening; `verify` checks all.", ge=0
    )
    kept_characters: int = setting(20_000_000, "characters", "Of documents that are kept in memory.")
    staged_bytes: int = setting(
        1 << 24, "bytes", "Of new documents, from which they are stored before their change is committed.", ge=0
    )
    longest_path: int = setting(480, "bytes", "Of a folder's path, from which SQLite may not open it.", ge=1)
    database_patience: float = setting(30.0, "seconds", "To wait while another process commits a change.", ge=0)
    copied_at_once: int = setting(1 << 24, "bytes", "That are copied at once, about.")
    abandoned_after: int = setting(3600, "seconds", "After which a half-built folder was left by a process that died.")
    replace_tries: int = setting(20, "tries", "To replace a file that another program holds open (Windows).")
    replace_pause: float = setting(0.05, "seconds", "Between two of them.")


INDEX = IndexSettings.read()


class SearchSettings(Group, section="search"):
    """How candidates are found."""

    exact_rows: int = setting(
        20_000, "rows", "Up to which every vector is compared: 30 MB of memory, and a millisecond a question.", ge=0
    )
    recall_at: int = setting(50, "rows", "Closest, of which the shortlist is to keep the share `recall`.")
    recall: float = setting(
        0.99, "share", "Of the closest rows that a shortlist keeps, over the everyday questions.", ge=0, le=1
    )
    shortlist_sizes: tuple[int, ...] = setting(
        (1024, 2048, 4096, 8192, 16384), "rows", "That a shortlist may have: the first that keeps enough."
    )
    block_rows: int = setting(16_384, "rows", "That are read at once.")
    long_postings: int = setting(
        4096, "postings", "Of a term, from which it is worth finding out whether they are needed."
    )
    common_share: float = setting(1 / 16, "share", "Of all rows that have such a term, too.", ge=0, le=1)
    lookup_cost: int = setting(4, "times", "A row is looked up among a term's in the time that adds so many.", ge=1)
    score_slack: float = setting(1e-5, "share", "Of a score that single precision may have lost.", ge=0, le=1)
    in_turn_rows: int = setting(20_000, "rows", "Up to which a thread takes longer to start than either search.", ge=0)


SEARCH = SearchSettings.read()


class ScriptsSettings(Group, section="scripts", affects="ranking"):
    """Which rows are in Chinese characters, and which in another script."""

    fewest_letters: int = setting(
        40, "letters", "Of a row in letters that may differ from a document in Chinese.", ge=1
    )
    prose_words: int = setting(
        8, "words", "One after the other, that make it a sentence in a language, not code or a table.", ge=2
    )
    letters_of_han: int = setting(
        8, "letters", "For each Chinese character in it, at least: a few Chinese names may stand in it.", ge=1
    )
    fewest_han: int = setting(
        8, "characters", "Chinese, of a row that differs from a document in another script.", ge=1
    )
    fewest_rows: int = setting(3, "rows", "That differ from their document, from which it is bilingual.", ge=1)
    counted_at_once: int = setting(16_384, "rows", "Whose letters are counted at once.", ge=1)


SCRIPTS = ScriptsSettings.read()


class EncoderSettings(Group, section="encoder"):
    """How texts go through the model."""

    batch_tokens: int = setting(512, "tokens", "Of a batch, about; larger ones fall out of the processor's cache.")
    slice_characters: int = setting(
        40_000, "characters", "Of the texts that are read before their results are handed on."
    )
    faithful_cosine: float = setting(
        0.998,
        "cosine",
        "Of 8-bit vectors to those in float32 on any probe, at least; below it float32 is used.",
        ge=0,
        le=1,
    )
    questions_together: int = setting(
        8, "questions", "Of several people that are read in one batch, where they come at the same time.", ge=1
    )
    usual_question: int = setting(16, "tokens", "Of a question, as most have.")
    reader_streams: int = setting(
        2, "batches", "Of passages that the reader computes beside each other, each with its part of the threads.", ge=1
    )
    reader_requests: int = setting(
        2, "batches", "For each of them, that wait or are computed: none has to wait until Python hands it over.", ge=1
    )
    torch_batch: int = setting(32, "texts", "Of a batch on torch.")
    torch_slice: int = setting(256, "texts", "That are encoded before their results are handed on.")
    fingerprint_values: int = setting(1024, "values", "Of each parameter that the fingerprint of a model looks at.")
    ordinary_surprisal: float = setting(12.0, "nats", "Of a usual content word, for tokenizers that do not say.")
    few_characters: int = setting(
        2_000, "characters", "Up to which only the pieces that stand in a text are looked up."
    )


ENCODER = EncoderSettings.read()


class MilvusSettings(Group, section="milvus"):
    """An index on a Milvus server (docs/scaling.md)."""

    timeout: float = setting(30.0, "seconds", "To wait for an answer of the server.")
    creation: float = setting(10.0, "seconds", "To wait while another process creates the collections.", ge=0)
    piece: int = setting(
        45_000, "bytes", "Of a document or of token vectors in one row: 60,000 characters in base64.", ge=1, le=48_000
    )
    longest_key: int = setting(256, "bytes", "Of a field by which rows are looked up.", ge=128, le=65_535)
    longest_text: int = setting(65_535, "bytes", "Of another field of text: as many as a server takes.", ge=1)
    batch_bytes: int = setting(8_000_000, "bytes", "That are written or read at once, about; a server takes 64 MB.")
    batch_rows: int = setting(500, "rows", "That are written or read at once, at most.", ge=1, le=16_384)
    sampled_rows: int = setting(
        20_000, "rows", "Evenly spread, from which the frequency of a term is estimated; up to so many all are counted."
    )
    kept_rows: int = setting(50_000, "rows", "Whose words and numbers stay in memory: 2 KB each.", ge=1)
    kept_token_bytes: int = setting(64_000_000, "bytes", "Of token vectors that stay in memory.", ge=0)
    usual_terms: float = setting(
        300.0, "terms", "Of a row, by which the server's BM25 scales lengths, so that rows need not be written again."
    )
    hnsw_links: int = setting(16, "links", "Of a vector in the server's HNSW graph (M).", ge=4, le=64)
    hnsw_build: int = setting(200, "vectors", "That it looks at when one is added (efConstruction).", ge=8)
    hnsw_search: int = setting(256, "vectors", "That it looks at for a question, at least (ef).", ge=1)


MILVUS = MilvusSettings.read()
