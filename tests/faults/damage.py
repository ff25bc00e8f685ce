"""The attacks: damaged files, strange links, and little to work with."""

from __future__ import annotations

import os
import random
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

from qa.qa_settings import PROCESS
from tests.faults.attack import CATALOGUES, Attack

_PLACES, _CATALOGUE_PLACES = 40, 300
"""Places of a file where a byte is flipped."""
_JUNK = bytes(range(7, 44))


class Damage(Attack):
    """Each file is flipped at many places, truncated, emptied, removed, swapped, linked, forbidden."""

    name = "damage"

    def attacks(self) -> list[tuple[str, str]]:
        found = []
        for name in self.names:
            size = (self.before / name).stat().st_size
            whole = ("empty", "half", "less", "more", "removed", "swapped", "foreign", "folder", "fifo", "forbidden")
            found += [(name, how) for how in (*whole, "link", "hard-link")]
            most = _CATALOGUE_PLACES if name in CATALOGUES else _PLACES
            random_places = random.Random(name).sample(range(size), min(size, most))
            places = {*range(0, min(size, 128), 11), *range(max(0, size - 24), size, 7), *random_places}
            found += [(name, f"flip@{place}") for place in sorted(places)[: max(most, 1)]]
        return found

    def attack(self, folder: Path, what: str, how: str) -> None:
        path = folder / what
        data = path.read_bytes()
        kind, _, place = how.partition("@")
        match kind:
            case "flip":
                at = int(place)
                path.write_bytes(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :])
            case "empty" | "half" | "less":
                path.write_bytes(data[: {"empty": 0, "half": len(data) // 2, "less": max(len(data) - 1, 0)}[kind]])
            case "more":
                path.write_bytes(data + _JUNK)
            case "swapped":
                name = self.names[(self.names.index(what) + 1) % len(self.names)]
                path.write_bytes((folder / name).read_bytes())
                (folder / name).write_bytes(data)
            case "foreign":
                path.write_bytes(self._foreign(what).read_bytes())
            case "forbidden":
                path.chmod(0)
            case _:
                path.unlink()
                _REPLACED[kind](path, self.outside / "file", data)

    def _foreign(self, name: str) -> Path:
        """Return the file of the other index that has the same purpose."""
        own = Path(name)
        same = [path for path in sorted(self.other.rglob("*")) if path.is_file() and path.suffix == own.suffix]
        return next((path for path in same if path.name == own.name), same[0] if same else self.work / "z.txt")


def _removed(path: Path, outside: Path, data: bytes) -> None:
    pass


def _folder(path: Path, outside: Path, data: bytes) -> None:
    path.mkdir()
    (path / "file").write_bytes(data)


def _link(path: Path, outside: Path, data: bytes) -> None:
    outside.write_bytes(data)
    path.symlink_to(outside)


def _hard_link(path: Path, outside: Path, data: bytes) -> None:
    outside.write_bytes(data)
    path.hardlink_to(outside)


def _fifo(path: Path, outside: Path, data: bytes) -> None:
    os.mkfifo(path)


_REPLACED: dict[str, Callable[[Path, Path, bytes], None]] = {
    **{"removed": _removed, "folder": _folder, "link": _link, "hard-link": _hard_link, "fifo": _fifo}
}
"""What stands in the place of a file."""


class LargeDamage(Damage):
    """The same with files that are too large to be checked at each opening."""

    name = "large-damage"
    quick = 6
    firsts = ("ask", "verify", "add")
    is_large = True

    def attacks(self) -> list[tuple[str, str]]:
        kinds = ("flip", "empty", "half", "less", "more", "swapped", "foreign")
        return [one for one in super().attacks() if one[0].startswith("segments/") and one[1].startswith(kinds)]


class Links(Attack):
    """A stranger's index, in which folders and files are links to others outside."""

    name = "links"
    quick = 6

    def attacks(self) -> list[tuple[str, str]]:
        parts = {parent.as_posix() for name in self.names for parent in Path(name).parents} - {"."}
        more = ("building", "documents", "manifest.json", "manifest.json.new", "index.sqlite-journal", "nulls.json")
        names = sorted({*self.names, *parts, *more, "segments/0123456789abcdef", "index.sqlite-wal"})
        return [(name, how) for name in names for how in ("same", "precious-folder", "precious-file", "other-index")]

    def attack(self, folder: Path, what: str, how: str) -> None:
        path, target = folder / what, self.outside / "target"
        match how:
            case "same" if path.exists():
                shutil.move(path, target)
            case "other-index" if (self.other / what).exists():
                twin = self.other / what
                shutil.copytree(twin, target) if twin.is_dir() else shutil.copy2(twin, target)
            case "precious-file":
                target.write_text("梧桐")
            case _:
                target.mkdir()
                for number, name in enumerate({*(Path(name).name for name in self.names), "will.txt", "0" * 16}):
                    (target / name).write_text(f"梧桐{number}")
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.symlink_to(target)


class Limits(Attack):
    """A whole index, and few descriptors, little memory, or a folder that cannot be written."""

    name = "limits"
    quick = 6

    def attacks(self) -> list[tuple[str, str]]:
        files = [("files", str(count)) for count in range(8, 90)]
        return [*files, *(("memory", str(4 * megabytes)) for megabytes in range(0, 40)), ("folder", "read-only")]

    def attack(self, folder: Path, what: str, how: str) -> None:
        for path in [folder, *folder.rglob("*")] if what == "folder" else ():
            path.chmod(0o555 if path.is_dir() else 0o444)

    def limit(self, what: str, how: str) -> None:
        if what == "files":
            resource.setrlimit(resource.RLIMIT_NOFILE, (int(how), int(how)))
        elif what == "memory":
            vars(PROCESS)["address_space"] = 0  # else each command stops before it begins
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            limit = pages * os.sysconf("SC_PAGE_SIZE") + (int(how) << 20)
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


ATTACKS: tuple[type[Attack], ...] = (Damage, LargeDamage, Links, Limits)
