"""The limits that the system sets this process: open files and memory. Windows has no such limits."""

from __future__ import annotations

import sys

from corpus.errors import QAError
from qa import qa_messages
from qa.qa_settings import PROCESS


def prepare() -> None:
    """Raise the limit of open files as far as may be: an index of many segments needs hundreds.

    Raises QAError if the address space is too small. The libraries that compute would end the process without a word.
    """
    if sys.platform == "win32":
        return
    import resource

    space, _ = resource.getrlimit(resource.RLIMIT_AS)
    if space != resource.RLIM_INFINITY and space < PROCESS.address_space:
        found, needed = space >> 20, PROCESS.address_space >> 20
        raise QAError(qa_messages.TOO_LITTLE_MEMORY.format(found=found, needed=needed))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = PROCESS.open_files if hard == resource.RLIM_INFINITY else min(PROCESS.open_files, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
