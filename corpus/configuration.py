"""Reads settings. Each has a name, a default, a unit and a help sentence, and can be overridden.

A package declares its settings as fields of a `Group` (`corpus/corpus_settings.py`, `index/index_settings.py`,
`qa/qa_settings.py`, `web/web_settings.py`). For the setting `longest_heading` of the section `parser`:

1. the environment: `YUANWEN_PARSER_LONGEST_HEADING=50`
2. a file, `settings.toml` in the user's configuration folder or where `YUANWEN_SETTINGS` points: `[parser]`, then
   `longest_heading = 50`
3. the default

Settings are read once, when a group is imported. An invalid value is left out and recorded. Every command calls
`check()`, which raises an error that names the setting, so that no command runs with only some of the settings.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin, get_type_hints

from platformdirs import user_config_path

from corpus import corpus_messages
from corpus.errors import SettingsError

PREFIX = "YUANWEN_"
FILE = "settings.toml"
_INTRODUCTION = """# Settings

Every number that changes a result or a limit. `python -m qa settings` lists them with the values that hold here.
`longest_heading` of the section `parser`, for example, is read from, the first that has it:

1. the environment: `YUANWEN_PARSER_LONGEST_HEADING=50`
2. the file `settings.toml` in your configuration folder (on Linux `~/.config/yuanwen/`), or the file that
   `YUANWEN_SETTINGS` names: `[parser]`, then on a line of its own `longest_heading = 50`
3. its default

What cannot be used is refused with a sentence before anything runs. Lists are written as in TOML: `[0.1, 0.03]`.
Where the last column has a word, an index is built again (parser, chunks) or its null scores are measured again
(ranking) when the value changes. `YUANWEN_ENCODER` (`openvino` or `torch`) chooses what runs the bundled model.

This page is written by `python -m qa settings --markdown`."""

_OTHERS = (f"{PREFIX}SETTINGS", f"{PREFIX}ENCODER", f"{PREFIX}TEXTS", f"{PREFIX}MILVUS_TOKEN")
"""Variables that are no number: the settings file, what runs the bundled model, a folder for one test, a password."""

SECTIONS = (
    *("parser", "encoding", "formats", "documents", "pdf", "ocr", "reading", "originals"),
    *("chunks", "index", "search", "scripts", "encoder", "milvus"),
    *(
        "answers",
        "question",
        "glosses",
        "overview",
        "follow_ups",
        "ranking",
        "reader",
        "units",
        "reranker",
        "unmatched_words",
    ),
    *("quotations", "evaluation", "batch", "operations", "grid", "feedback", "folders", "process", "queue"),
    *("page", "uploads", "sheets", "server", "metrics", "api", "requests", "accounts"),
)
"""The sections of the table. A command imports the groups that it needs; a name in another section is no error."""

Affects = Literal["", "parser", "chunks", "ranking"]
"""What depends on a value. An index that was built with another value of a parser or chunks setting is stale."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table."""

    section: str
    name: str
    default: Any
    value: Any
    unit: str
    help: str
    affects: Affects

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return _variable(self.section, self.name)


@dataclass(frozen=True, slots=True)
class _Declared:
    """A field of a group, as its class body has it."""

    default: Any
    unit: str
    help: str
    bounds: Mapping[str, Any]


def setting(default: Any, unit: str, words: str, **bounds: Any) -> Any:
    """Declare a field of a group.

    `unit`: characters, bytes, rows, seconds, share (0 to 1), …; `words`: one sentence that says what it does. `bounds`
    are pydantic's `ge`, `gt`, `le`, `lt`, of each element where there are several; without `ge` a whole number must be
    1 or more and another one 0 or more. Infinity and NaN are never allowed.
    """
    bounds.setdefault("ge", 0 if isinstance(default, float) else 1)
    return _Declared(default, unit, words, bounds)


class Group:
    """The settings of one section, as attributes that cannot be assigned.

    `class ParserSettings(Group, section="parser", affects="parser")`, then `PARSER = ParserSettings.read()`. It
    is not a pydantic model, because creating one for each group takes a tenth of the start time of a command.
    """

    section: ClassVar[str]
    affects: ClassVar[Affects]
    declared: ClassVar[dict[str, _Declared]]

    def __init_subclass__(cls, *, section: str, affects: Affects = "") -> None:
        super().__init_subclass__()
        cls.section, cls.affects = section, affects
        cls.declared = {name: value for name, value in vars(cls).items() if isinstance(value, _Declared)}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.section}.{name} is read once and cannot be assigned")

    @classmethod
    def read(cls) -> Self:
        """Return the defaults with what the file and the environment override, and put the group into the table."""
        group = cls()
        values = _file_values().get(cls.section, {})
        unknown = (name for name in values if name not in cls.declared)
        _wrong.extend(_no_such(f"{cls.section}.{name}", settings_file()) for name in unknown)
        for name, declared in cls.declared.items():
            variable = _variable(cls.section, name)
            vars(group)[name] = declared.default
            if variable in os.environ:
                _take(group, name, _from_text(os.environ[variable]), variable, "")
            elif name in values:
                _take(group, name, values[name], f"{cls.section}.{name}", settings_file())
        _groups[cls.section] = group
        return group


def table() -> list[Setting]:
    """Return every setting of the groups that are imported, in the order of `SECTIONS` and of their declaration."""
    return [
        Setting(section, name, one.default, getattr(group, name), one.unit, one.help, group.affects)
        for section, group in sorted(_groups.items(), key=lambda one: _place(one[0]))
        for name, one in group.declared.items()
    ]


def _place(section: str) -> int:
    """Return the number of a section: groups are imported in any order."""
    return SECTIONS.index(section) if section in SECTIONS else len(SECTIONS)


def as_markdown() -> str:
    """Return the table as `docs/settings.md` has it: defaults, whatever is overridden here."""
    lines = [_INTRODUCTION]
    for section, settings in groupby(table(), key=lambda one: one.section):
        lines += ["", f"## {section}", "", (_groups[section].__doc__ or "").strip(), ""]
        lines += ["| setting | default | unit | what it does | affects |", "|---|---|---|---|---|"]
        lines += (f"| `{one.name}` | {one.default} | {one.unit} | {one.help} | {one.affects} |" for one in settings)
    return "\n".join(lines) + "\n"


def changed(*affects: Affects) -> dict[str, Any]:
    """Return the values that differ from their defaults, of the settings that affect one of these, by section.name."""
    return {
        f"{one.section}.{one.name}": one.value for one in table() if one.affects in affects and one.value != one.default
    }


def check() -> None:
    """Raise SettingsError for a setting that cannot be used, or whose name no setting has."""
    if _wrong:
        raise _wrong[0]
    if problem := _read()[1]:
        raise problem
    if unknown := [section for section in _file_values() if section not in SECTIONS]:
        raise _no_such(unknown[0], settings_file())
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in _OTHERS and not _is_variable(variable):
            raise _no_such(variable, "")


def _variable(section: str, name: str) -> str:
    return f"{PREFIX}{section}_{name}".upper()


def _is_variable(variable: str) -> bool:
    """Return whether a setting may have this variable: one of a group, or of a section whose group is not imported."""
    return any(
        variable in (_variable(section, name) for name in _groups[section].declared)
        if section in _groups
        else variable.startswith(_variable(section, ""))
        for section in SECTIONS
    )


def settings_file() -> Path:
    """Return where the settings file is looked for."""
    named = os.environ.get(f"{PREFIX}SETTINGS")
    return Path(named) if named else user_config_path("yuanwen", appauthor=False) / FILE


_groups: dict[str, Group] = {}
_wrong: list[SettingsError] = []
"""What could not be used."""
_COMMAND = "python -m qa settings"


def _take(group: Group, name: str, value: object, setting_: str, where: object) -> None:
    """Put an overriding value into the group, or record why it cannot be used."""
    from pydantic import Field, TypeAdapter, ValidationError

    declared = group.declared[name]
    hint = get_type_hints(type(group))[name]
    one = get_args(hint)[0] if get_origin(hint) is tuple else hint
    bounds = {**declared.bounds, "allow_inf_nan": False} if one is float else dict(declared.bounds)
    bounded: Any = Annotated[one, Field(**bounds)]
    if one is not hint:
        bounded = Annotated[tuple[bounded, ...], Field(min_length=1)]
    value = str(value) if isinstance(value, bool) else value  # to pydantic, True is 1
    try:
        vars(group)[name] = TypeAdapter(bounded).validate_python(value)
    except ValidationError as error:
        message = corpus_messages.SETTING_UNUSABLE.format(
            setting=setting_,
            value=repr(value),
            reason=error.errors()[0]["msg"],
            default=repr(declared.default),
            command=_COMMAND,
        )
        _wrong.append(SettingsError(message, where))


def _from_text(text: str) -> object:
    """Return a list for `[…]`, as TOML has it; else the text, of which pydantic makes a number."""
    with suppress(ValueError):
        return tomllib.loads(f"value = {text}")["value"] if text.strip().startswith("[") else text
    return text


def _no_such(name: str, where: object) -> SettingsError:
    return SettingsError(corpus_messages.NO_SETTING.format(setting=name, command=_COMMAND), where)


def _file_values() -> Mapping[str, Any]:
    return _read()[0]


@cache
def _read() -> tuple[Mapping[str, Any], SettingsError | None]:
    """Return the tables of the settings file, and what is wrong where it cannot be read."""
    path = settings_file()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        is_named = f"{PREFIX}SETTINGS" in os.environ
        return {}, SettingsError(corpus_messages.NO_SETTINGS_FILE, path) if is_named else None
    except (OSError, ValueError) as error:
        return {}, SettingsError(corpus_messages.SETTINGS_NOT_TOML.format(reason=error), path)
    flat = next((name for name, value in values.items() if not isinstance(value, dict)), None)
    return ({}, _no_such(flat, path)) if flat else (values, None)
