"""Gradio is imported without the work that it does for editors."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from web.gradio_import import without_stub_files

ROOT = Path(__file__).parents[2]

_CODE = """
import sys
from contextlib import nullcontext
from web.gradio_import import without_stub_files
with without_stub_files() if sys.argv[1] == "quick" else nullcontext():
    import gradio
print(gradio.Textbox(label="提问").get_config()["label"], gradio.Textbox.change is not None)
"""


@pytest.mark.browser
def test_components_work_as_ever() -> None:
    """The same label and events, with stub files and without."""
    quick, plain = (
        subprocess.run([sys.executable, "-c", _CODE, how], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for how in ("quick", "plain")
    )

    assert quick == plain == "提问 True\n"


def test_only_gradios_classes_are_hidden_and_only_meanwhile() -> None:
    """Whoever else asks for a file gets it."""
    gradios = type("None_", (), {"__module__": "gradio.no_such_module"})
    with without_stub_files():
        assert inspect.getfile(Path) == inspect.getsourcefile(Path)
        with pytest.raises(OSError, match="no stub file"):
            inspect.getfile(gradios)

    with pytest.raises(TypeError):
        inspect.getfile(gradios)
