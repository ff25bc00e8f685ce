"""The desks of the users' own libraries."""

from __future__ import annotations

from pathlib import Path
from weakref import WeakKeyDictionary

from starlette.exceptions import HTTPException
from starlette.requests import Request

from qa.service.own_libraries import OwnLibraries, OwnLibrary
from web.api.desk import Desk
from web.security.identity import visitor_of
from web.security.users import library_folder


class OwnDesks:
    """Gives each user the desk of the user's own library."""

    def __init__(self, libraries: OwnLibraries, base: Path) -> None:
        """`base`: the folder that holds them, each in a folder of its own."""
        self._libraries = libraries
        self._base = base
        self._desks: WeakKeyDictionary[OwnLibrary, Desk] = WeakKeyDictionary()

    def of(self, request: Request) -> Desk:
        """Return the desk for a request of a user. Raises HTTPException for a program's token: it has no library."""
        user = visitor_of(request.scope).user
        if not user:
            raise HTTPException(404)
        library = self._libraries.at(library_folder(self._base, user))
        desk = self._desks.get(library)
        if desk is None:
            desk = self._desks[library] = Desk(library.engine, keeps_feedback=False, jobs=library.jobs)
        return desk

    def close(self) -> None:
        """End the processes that draw pages."""
        for desk in list(self._desks.values()):
            desk.close()
