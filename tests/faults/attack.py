"""Runs commands on an index that was attacked, and judges what they did.

A case names what is attacked, how, and the command that comes first; the others follow. Nothing may be lost, quoted
wrongly, read or written outside the folder; no command may end in a traceback, crash or hang.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict

from corpus.errors import QAError
from index import index_messages
from index.index_settings import INDEX
from index.searcher import Index
from tests.faults import world
from tests.faults.children import NOBODY, in_child
from tests.faults.scenarios import three_segments
from tests.faults.world import Documents

COMMANDS = ("ask", "list", "verify", "add", "build", "remove", "repair", "export")
CATALOGUES = ("index.sqlite", "manifest.json")
_SECONDS = 15


class _Told(TypedDict):
    """What happened to the commands."""

    breach: str
    errors: dict[str, str]
    """The last line of each error, by command."""
    done: list[str]
    """The commands that succeeded."""
    repair: str
    """What the repair said."""


class Attack:
    """A family of cases on copies of one index."""

    quick = 12
    firsts: tuple[str, ...] = COMMANDS
    """The commands that come first."""
    is_large = False
    """Whether files count as large: only their size is checked when an index is opened."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.before, self.other, self.outside = work / "before", work / "other", work / "outside"
        work.mkdir()
        work.chmod(0o755)
        (work / "z.txt").write_bytes(world.FILES["z.txt"])
        found = in_child(self._begin)
        assert found.value, found
        self.documents, self.added, self.others, self.answers = found.value

    def _begin(self) -> tuple[Documents, Documents, Documents, list[Any]]:
        world.seed("attack")
        three_segments(self.before)
        _, reply = world.asked(self.before, world.QUESTIONS[0])
        assert reply is not None
        for name, data in world.OTHERS.items():
            world.add(self.other, name, data=data)
        shutil.copytree(self.before, self.work / "more")
        world.add(self.work / "more", world.LATER)
        own, more, other = map(world.documents, (self.before, self.work / "more", self.other))
        return own, more, other, _answer(reply)

    @cached_property
    def names(self) -> list[str]:
        """The files of the index."""
        return sorted(path.relative_to(self.before).as_posix() for path in self.before.rglob("*") if path.is_file())

    @cached_property
    def cases(self) -> list[str]:
        """The names of the cases: family, what is attacked, how, the first command."""
        attacks = self.attacks()
        found = [f"{self.name}:{what}:{how}:{first}" for what, how in attacks for first in self.firsts]
        random.Random(1).shuffle(found)  # so that any share of them is a fair sample
        return found

    name = ""

    def attacks(self) -> list[tuple[str, str]]:
        """Return what is attacked and how."""
        raise NotImplementedError

    def attack(self, folder: Path, what: str, how: str) -> None:
        """Attack a copy of the index."""
        raise NotImplementedError

    def limit(self, what: str, how: str) -> None:
        """Limit the process that runs the commands."""

    def run(self, case: str) -> tuple[str, str]:
        """Run a case. Return how it ended, and what there is to say of it."""
        _, what, how, first = case.split(":")
        shutil.rmtree(self.outside, ignore_errors=True)
        shutil.rmtree(self.work / "case", ignore_errors=True)
        folder, progress = self.work / "case" / "index", self.work / "case" / "progress"
        shutil.copytree(self.before, folder)
        self.outside.mkdir()
        progress.touch()
        self.attack(folder, what, how)
        as_nobody = how in ("forbidden", "read-only")
        for path in [folder.parent, *folder.parent.rglob("*"), *self.outside.rglob("*")] if as_nobody else ():
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        outside = world.files(self.outside)
        ended = in_child(
            lambda: self._commands(folder, progress, what, how, first), seconds=_SECONDS, as_nobody=as_nobody
        )
        if ended.trouble or ended.signal:
            outcome, _, detail = (ended.trouble or f"crash: signal {ended.signal}").partition(": ")
            return outcome, f"{progress.read_text().split()[-1:]}: {detail}"
        if world.files(self.outside) != outside:
            return "outside", f"{outside} became {world.files(self.outside)}"
        told: _Told = ended.value
        if told["breach"]:
            return told["breach"], str(told)
        judged = in_child(lambda: self._judge(folder, what, how, told), as_nobody=as_nobody)
        if judged.trouble:
            outcome, _, detail = judged.trouble.partition(": ")
            return outcome, f"afterwards: {detail}; {told}"
        outcome, detail = judged.value
        if outcome == "unlisted":
            return "broken" if "list" in told["done"] else "named", f"{detail} {told}"
        return ("repaired" if outcome == "old" and told["errors"] else outcome), f"{detail} {told}"

    def _commands(self, folder: Path, progress: Path, what: str, how: str, first: str) -> _Told:
        world.seed(f"{what} {how} {first}")
        if self.is_large:
            vars(INDEX)["checked_at_opening"] = 0
        told = _Told(breach="", errors={}, done=[], repair="")
        at = COMMANDS.index(first)
        with progress.open("w") as file:
            self.limit(what, how)
            for name in COMMANDS[at:] + COMMANDS[:at]:
                file.write(f"{name}\n")
                file.flush()
                ran = world.command(*self._argv(name, folder))
                if name == "repair":
                    told["repair"] = ran.err
                if ran.code == 0:
                    told["done"].append(name)
                    told["breach"] = self._breach(folder, name, ran, told["done"])
                elif ran.err.strip():
                    told["errors"][name] = ran.err.strip().splitlines()[-1]
                else:
                    told["breach"] = "no word"
                if told["breach"]:
                    return told
        return told

    def _breach(self, folder: Path, name: str, ran: world.Ran, done: list[str]) -> str:
        """Return what is wrong with an answer or with exported files; empty if nothing is."""
        if name == "export":
            written = [path.read_bytes() for path in (folder.parent / "exported").iterdir() if path.suffix != ".jsonl"]
            return "" if {hashlib.sha256(data).hexdigest() for data in written} <= {*world.TEXTS} else "wrong file"
        if name != "ask":
            return ""
        reply = json.loads(ran.out)
        if world.wrong_quotes(reply):
            return "wrong quote"
        is_same = _answer(reply) == self.answers or {*done} & {"add", "build", "remove", "repair"}
        return "" if is_same or self._is_known(folder) else "other answer"

    def _is_known(self, folder: Path) -> bool:
        """Whether an answer may be another: a large file is damaged, and `verify` says so."""
        return self.is_large and world.command("index", "verify", "--index", folder).code != 0

    def _argv(self, name: str, folder: Path) -> list[str | Path]:
        match name:
            case "ask":
                return ["ask", "--index", folder, "--json", world.QUESTIONS[0]]
            case "add":
                return ["index", "add", "--index", folder, self.work / "z.txt"]
            case "remove":
                return ["index", "remove", "--index", folder, "d"]
            case "repair":
                return ["index", "verify", "--index", folder, "--repair"]
            case "export":
                return ["index", "export", "--index", folder, folder.parent / "exported"]
        return ["index", name, "--index", folder]

    def _expected(self, what: str, how: str, told: _Told) -> list[Documents]:
        """Return the states that may be there after the commands."""
        added = {"z": self.added["z"]} if "add" in told["done"] else {}
        states = [self.documents | added]
        if what in CATALOGUES and how == "foreign":
            states.append(self.others | added)
        gone = {"d"} if "remove" in told["done"] else set()
        if what in CATALOGUES:  # the bytes of these are gone; the repair has said so, and kept the damaged file
            names = {name for held in states for name in held}
            gone |= {name for name in names if index_messages.LOST.format(name=name).en in told["repair"]}
        return [{name: one for name, one in held.items() if name not in gone} for held in states]

    def _judge(self, folder: Path, what: str, how: str, told: _Told) -> tuple[str, str]:
        """Return the outcome after all commands, and what there is to say of it."""
        expected = self._expected(what, how, told)
        listed = world.command("index", "list", "--index", folder)
        if listed.code:
            return "unlisted", listed.err
        names = {line.split("\t")[0] for line in listed.out.splitlines()}
        if all(names != {*held} for held in expected):
            missing = {*expected[0]} - names
            return "lost" if missing else "mixed", f"{sorted(missing)} of {sorted(expected[0])}: {sorted(names)}"
        try:
            found = world.documents(folder)
        except QAError as error:
            return "named", str(error)
        live = {segment.record.id for segment in Index.open(folder).segments}
        if (folder / what).is_symlink() and (what in ("index.sqlite", "segments") or {*Path(what).parts} & live):
            return "followed", f"{what} is a link, and verify finds nothing wrong"
        for name in found:
            if index_messages.REREAD.format(name=name).en in told["repair"]:  # what a person supplied may be gone
                same = (held[name] for held in expected if held.get(name, "")[:12] == found[name][:12])
                found[name] = next(same, found[name])
        return ("old", "") if found in expected else ("wrong text", f"{found}")


def _answer(reply: dict[str, Any]) -> list[Any]:
    """Return what makes an answer the same: where it quotes, and how surely."""
    hits = reply["hits"] + reply["near"]
    return [reply["status"], *([hit["document"], hit["passage_id"], hit["text"], hit["confidence"]] for hit in hits)]
