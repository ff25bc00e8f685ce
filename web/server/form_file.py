"""Reads a form that sends one file: its parts `name` and `file`, and further fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file that a form sends. It is open: `data` closes it, or whoever takes `file`."""

    name: str
    file: UploadFile
    fields: Mapping[str, str]
    """The other parts by their names."""

    async def data(self) -> bytes:
        """Return the bytes of the file, and close it."""
        try:
            return await self.file.read()
        finally:
            await self.file.close()


async def read_form(request: Request, *, most_fields: int = 1) -> FormFile | None:
    """Return what a form sends; None for what is no form, has no file, or has more files or fields."""
    try:
        form = await request.form(max_files=1, max_fields=most_fields)
    except HTTPException:  # Starlette makes it of what is no form
        return None
    sent, name = form.get("file"), form.get("name")
    if not isinstance(sent, UploadFile):
        await form.close()
        return None
    fields = {key: value for key, value in form.items() if isinstance(value, str)}
    return FormFile(name if isinstance(name, str) else sent.filename or "", sent, fields)
