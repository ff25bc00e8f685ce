"""Nothing that comes from outside is run: no pickles, no code as text, no shell, no XML that reads other files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    ROOT / "app.py",
    *sorted(path for package in ("corpus", "index", "qa", "web", "yuanwen") for path in (ROOT / package).rglob("*.py")),
]
FORBIDDEN_IMPORTS = {
    *("pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "code", "codeop", "runpy"),
    *("xml", "pyexpat", "xmlrpc", "jsonpickle"),
}
FORBIDDEN_CALLS = {
    *("eval", "exec", "compile", "__import__", "builtins.eval", "builtins.exec"),
    *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"),
    *("torch.load", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "pd.read_pickle", "pandas.read_pickle"),
    *("etree.XMLDTDValidator", "etree.DTD", "etree.XSLT", "objectify.fromstring", "html.fromstring"),
}
ONLY_FALSE = {"allow_pickle", "trust_remote_code", "shell", "resolve_entities", "load_dtd", "dtd_validation"}
"""Arguments that may have no other value."""
PARSERS = {
    "etree.XMLParser": {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False},
    "etree.HTMLParser": {"no_network": True},
}
"""The arguments with which lxml reads no other file, and expands nothing."""
NEEDS_PARSER = {"etree.fromstring", "etree.XML", "etree.HTML", "etree.parse", "etree.fromstringlist"}
FORBIDDEN_EVENTS = {"etree.iterparse", "etree.XMLPullParser", "etree.HTMLPullParser"}


def violations(source: str) -> Iterator[str]:
    """Yield what a module does that it must not do."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names):
                yield from (one.name for one in names if one.name.partition(".")[0] in FORBIDDEN_IMPORTS)
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in FORBIDDEN_IMPORTS:
                yield module
            case ast.Call():
                yield from _of_call(node)


def _of_call(call: ast.Call) -> Iterator[str]:
    called = ast.unparse(call.func)
    keywords = {one.arg: one.value for one in call.keywords if one.arg is not None}
    if called in FORBIDDEN_CALLS | FORBIDDEN_EVENTS:
        yield called
    for name in ONLY_FALSE & keywords.keys():
        value = keywords[name]
        if not (isinstance(value, ast.Constant) and value.value is False):
            yield f"{called}({name}={ast.unparse(value)})"
    if called in PARSERS:
        given = {name: value.value for name, value in keywords.items() if isinstance(value, ast.Constant)}
        yield from (f"{called}({name})" for name, value in PARSERS[called].items() if given.get(name) is not value)
    if called in NEEDS_PARSER and len(call.args) < 2 and "parser" not in keywords:
        yield f"{called} with lxml's own parser"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_runs_what_comes_from_outside(path: Path) -> None:
    assert list(violations(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "import xml.etree.ElementTree as ET",
        "from xml.sax import parse",
        "eval('1')",
        "exec(text)",
        "compile(text, 'x', 'exec')",
        "__import__(name)",
        "os.system('ls')",
        "subprocess.run('ls', shell=True)",
        "subprocess.run('ls', shell=shell)",
        "np.load(path, allow_pickle=True)",
        "torch.load(path)",
        "yaml.load(text)",
        "AutoModel.from_pretrained(name, trust_remote_code=True)",
        "etree.XMLParser(resolve_entities=True, no_network=True, load_dtd=False, huge_tree=False)",
        "etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)",
        "etree.HTMLParser()",
        "etree.fromstring(data)",
        "etree.iterparse(file)",
    ],
)
def test_each_of_these_would_be_found(source: str) -> None:
    assert len(list(violations(source))) >= 1


@pytest.mark.parametrize(
    "source",
    ["re.compile('a')", "np.load(path, mmap_mode='r')", "etree.fromstring(data, parser)", "subprocess.run(['ls'])"],
)
def test_and_none_of_these(source: str) -> None:
    assert list(violations(source)) == []
