"""What is left of a folder when the power fails: only what was synced is sure to be there.

SQLite's own files are left alone: it rolls back by itself, which kills and torn writes try.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.shim import Call

_OF_SQLITE = "index.sqlite"


@dataclass(slots=True)
class Unsynced:
    """What a run of calls has changed and not synced."""

    data: dict[str, int] = field(default_factory=dict)
    """The size up to which a file's content was synced, by path."""
    names: list[tuple[str, str, str]] = field(default_factory=list)
    """Changes of folders, in order: create, mkdir, unlink or rename; path; new path."""

    def take(self, call: Call, size_before: int) -> None:
        """Note a call. `size_before`: of the file when the run began; -1 where there was none."""
        path = call.path
        match call.kind:
            case "create":
                if size_before < 0 and not any(path in (name, new) for _, name, new in self.names):
                    self.names.append(("create", path, ""))
                    self.data.setdefault(path, 0)
                if call.other == "truncated":
                    self.data[path] = 0
            case "write" | "truncate":
                self.data.setdefault(path, max(size_before, 0))
            case "sync":
                self.data.pop(path, None)
                self.names = [one for one in self.names if _folder(one[2] or one[1]) != path]
            case "rename":
                inside = [name for name in self.data if name == path or name.startswith(path + "/")]
                for name in inside:
                    self.data[call.other + name[len(path) :]] = self.data.pop(name)
                self.names.append(("rename", path, call.other))
            case "mkdir":
                self.names.append(("mkdir", path, ""))
            case "unlink":
                self.data.pop(path, None)
                self.names.append(("unlink", path, ""))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def unsynced(root: Path, calls: Sequence[Call], before: Path) -> Unsynced:
    """Return what is not synced after some calls. `before`: a copy of the folder when they began."""
    found = Unsynced()
    for call in calls:
        if call.is_done and not Path(call.path).name.startswith(_OF_SQLITE):
            old = before / Path(call.path).relative_to(root) if call.path.startswith(f"{root}/") else before
            found.take(call, old.stat().st_size if old.is_file() else -1)
    return found


def fail(root: Path, calls: Sequence[Call], before: Path, *, names: bool) -> None:
    """Take from a folder the content that was not synced; with `names` also the changes of folders that were not."""
    lost = unsynced(root, calls, before)
    for path, size in lost.data.items():
        file = Path(path)
        if file.is_file() and file.stat().st_size > size:
            with file.open("r+b") as opened:
                opened.truncate(size)
    for kind, path, new in reversed(lost.names) if names else ():
        old, file = before / Path(path).relative_to(root), Path(path)
        match kind:
            case "create" | "mkdir":
                shutil.rmtree(file) if file.is_dir() else file.unlink(missing_ok=True)
            case "unlink":
                if old.is_file() and not file.exists() and file.parent.is_dir():
                    shutil.copy2(old, file)
            case "rename":
                replaced = before / Path(new).relative_to(root)
                if Path(new).exists() and not file.exists() and file.parent.is_dir():
                    Path(new).rename(file)
                    if replaced.is_file():
                        shutil.copy2(replaced, new)


def wrong_order(root: Path, calls: Sequence[Call], before: Path) -> Iterator[str]:
    """Yield what was not synced when a transaction that may name it was committed, or was deleted too early.

    A transaction is committed when its journal is deleted, and the commit is on the disk when the index folder is
    synced after that.
    """
    is_sure = True
    for place, call in enumerate(calls):
        in_segments = call.path.startswith(f"{root}/segments/")
        if call.kind == "unlink" and call.is_done and call.path == f"{root}/{_OF_SQLITE}-journal":
            lost = unsynced(root, calls[:place], before)
            waiting = [*lost.data, *(new or path for kind, path, new in lost.names if kind != "unlink")]
            yield from (f"{path} is not synced at call {call.number}" for path in waiting if "/segments" in path)
            is_sure = False
        elif call.kind == "sync" and call.path == str(root):
            is_sure = True
        elif call.kind in ("unlink", "rmdir") and in_segments and not is_sure:
            yield f"{call.path} is deleted before the commit is synced, at call {call.number}"
