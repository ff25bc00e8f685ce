"""Lets a proxy serve this server below a path, whether it takes that path off or not."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """Takes off the root path where it stands twice: uvicorn puts it before each path, and the proxy left it there.

    So `/ask` and `/yuanwen/ask` are one address below `--root-path /yuanwen`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = str(scope.get("root_path", ""))
        if root and scope["type"] == "http" and scope["path"] == root + root:  # addresses on the page need the slash
            await RedirectResponse(f"{root}/")(scope, receive, send)
            return
        if root and scope["type"] == "http" and scope["path"].startswith(f"{root}{root}/"):
            scope["path"] = scope["path"][len(root) :]
            # Its bytes are percent-encoded: they begin so too, unless a client has encoded letters of it.
            scope["raw_path"] = scope["raw_path"].removeprefix(root.encode())
        await self.app(scope, receive, send)
