"""Index folders of formats 2 to 6: a `manifest.json`, and each document as files. They are read, never written.

documents/ID.bin    the bytes of the file; format 2: documents/0.txt, and 0.toml if it has an edition
documents/ID.text   the text in UTF-8, unless it equals the bytes
documents/ID.json   the rest of the `Source`, its origin, and a digest of both (`proof`)
background-*.npz    the common components of the model's vectors
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import IndexCorrupt, QAError
from corpus.source import Source
from index import index_messages
from index.manifest import FileRecord, Model, SegmentRecord, check_file
from index.storage.database_file import OLDER_MANIFEST, check_plain
from index.storage.sources import document_id, source_from

_DOCUMENTS = "documents"
_OURS = re.compile(
    rf"{_DOCUMENTS}/(?:[0-9a-f]{{16}}\.(?:bin|text|json|parts)|\d+\.(?:txt|toml)|\..+\.[0-9a-f]{{16}}\.new)"
    r"|manifest(?:\.\d)?\.json|\.manifest\.json\.[0-9a-f]{16}\.new|nulls\.json|background-[0-9a-f]+\.npz"
    r"|passages\.txt|vectors\.faiss|background\.npz|tokens\.(?:values|scales|offsets|starts)\.npy"
)
"""The files of these formats, relative to the folder."""


@dataclass(frozen=True, slots=True)
class OlderFolder:
    """What a folder of an older format holds."""

    folder: Path
    documents: list[tuple[Source, str]]
    """The intact sources, each with its origin, in order."""
    damaged: list[str]
    """The names of the others; their ids where the names are lost."""
    model: Model | None
    """The model of the vectors; None if they cannot be used again."""
    background: bytes | None
    segments: list[SegmentRecord]
    """Those whose files are whole."""

    @classmethod
    def read(cls, folder: Path) -> OlderFolder | None:
        """Return what is there; None if the folder holds no file of an older format.

        Raises IndexCorrupt for links, StoreError if the folder cannot be read.
        """
        is_listed = check_plain(folder, OLDER_MANIFEST)
        check_plain(folder, _DOCUMENTS, is_folder=True)
        if not is_listed and not any(folder.glob(f"{_DOCUMENTS}/*.bin")):
            return None
        record = _manifest(folder) if is_listed else {}
        documents, damaged = _documents(folder, record)
        if not documents and not damaged and record.get("documents") != []:
            return None  # other programs have a file of this name, too
        try:
            model = Model.model_validate(record["model"])
            files = {name: FileRecord.model_validate(one) for name, one in record["files"].items()}
            (name,) = (name for name in files if re.fullmatch(r"background-[0-9a-f]+\.npz", name))
            check_file(folder, folder / name, files[name], whole=True)
            background = (folder / name).read_bytes()
            segments = [*_segments(folder, record, files)]
        except (QAError, OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(folder, documents, damaged, None, None, [])
        return cls(folder, documents, damaged, model, background, segments)

    def delete(self) -> None:
        """Delete the files of the older formats; others stay. Raises OSError."""
        for path in self._files():
            path.unlink()
        self._delete_empty_folders()

    def set_aside(self) -> Path:
        """Move the files of the older formats to a folder beside them, and return it. Raises OSError."""
        aside = self.folder / f"damaged-{secrets.token_hex(4)}"
        for path in self._files():
            to = aside / path.relative_to(self.folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            path.rename(to)
        self._delete_empty_folders()
        return aside

    def _files(self) -> list[Path]:
        """Return the files; `manifest.json` comes last, because it shows that the others are there."""
        paths = [*(self.folder / _DOCUMENTS).glob("*"), *(self.folder / _DOCUMENTS).glob(".*"), *self.folder.iterdir()]
        ours = [path for path in paths if _OURS.fullmatch(path.relative_to(self.folder).as_posix())]
        return sorted((path for path in ours if path.is_file()), key=lambda path: path.name == OLDER_MANIFEST)

    def _delete_empty_folders(self) -> None:
        for name in (_DOCUMENTS, "bm25"):
            path = self.folder / name
            if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
                path.rmdir()


def refuse_other_manifest(folder: Path) -> None:
    """Raise IndexCorrupt if there is a `manifest.json`: call it where `OlderFolder.read` found nothing of ours."""
    if check_plain(folder, OLDER_MANIFEST):
        path, reason, remedy = folder / OLDER_MANIFEST, "it lists no documents", index_messages.MOVE_AWAY
        raise IndexCorrupt(index_messages.CANNOT_BE_READ.format(path=path, reason=reason, remedy=remedy))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / OLDER_MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _documents(folder: Path, record: dict[str, Any]) -> tuple[list[tuple[Source, str]], list[str]]:
    entries = record.get("documents")
    listed: list[Any] = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    found: list[tuple[Source, str]] = []
    damaged: list[str] = []
    known = {}
    for number, entry in enumerate(listed):
        if isinstance(identity := entry.get("id"), str) and re.fullmatch("[0-9a-f]{16}", identity):
            known[identity] = str(entry.get("name"))
        elif source := _format_2(folder, number, entry):
            found.append((source, ""))
        else:
            damaged.append(str(entry.get("name")))
    if not listed:
        known = {path.stem: path.stem for path in sorted((folder / _DOCUMENTS).glob("*.bin"))}
        damaged = [path.name for path in sorted((folder / _DOCUMENTS).glob("*.txt"))]  # format 2 has names in the list
    for identity, name in known.items():
        source_and_origin = _fetch(folder, identity)
        if source_and_origin is None:
            damaged.append(name)
        else:
            found.append(source_and_origin)
    return found, damaged


def _fetch(folder: Path, identity: str) -> tuple[Source, str] | None:
    stem = f"{_DOCUMENTS}/{identity}"
    try:
        if not (check_plain(folder, f"{stem}.bin") and check_plain(folder, f"{stem}.json")):
            return None
        data = (folder / f"{stem}.bin").read_bytes()
        rest = json.loads((folder / f"{stem}.json").read_bytes().decode("utf-8", "surrogatepass"))
        text = (folder / f"{stem}.text").read_bytes() if check_plain(folder, f"{stem}.text") else data
        is_proved = rest.pop("proof", None) in (None, _proof(rest))  # an older version wrote no digest
        source, origin = source_from(data, text, rest)
    except (QAError, OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return (source, origin) if document_id(source) == identity and is_proved else None


def _format_2(folder: Path, number: int, entry: dict[str, Any]) -> Source | None:
    stem = f"{_DOCUMENTS}/{number}"
    try:
        if not check_plain(folder, f"{stem}.txt"):
            return None
        edition = None
        if entry.get("edition"):
            check_plain(folder, f"{stem}.toml")
            edition = (folder / f"{stem}.toml").read_bytes().decode()
        return Source.from_bytes(str(entry.get("name")), (folder / f"{stem}.txt").read_bytes(), edition)
    except (OSError, QAError, ValueError):
        return None


def _segments(folder: Path, record: dict[str, Any], files: dict[str, FileRecord]) -> Iterator[SegmentRecord]:
    for entry in record["segments"]:
        prefix = f"segments/{entry['id']}/"
        own = {name.removeprefix(prefix): one for name, one in files.items() if name.startswith(prefix)}
        yield SegmentRecord.model_validate({**entry, "files": {name: one.model_dump() for name, one in own.items()}})


def _proof(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
