"""Serves a folder of files as S3 serves its bucket: `python -m infra_cdk.local.file_server PORT FOLDER`.

It takes the forms and shows the addresses that `storage.providers.folder` has signed, and nothing else.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from infra_cdk.local.processes import LOOPBACK, end_with_parent
from storage.providers.folder import SERVER, UnsafeKey, folder_store
from storage.providers.served import TICKET, ServedStore, TicketRefused
from storage.purposes import RULES, Uploader

HEALTH = "/.health"
_FORM_BYTES = 64 * 1024
MAX_BYTES = _FORM_BYTES + max(rules.max_bytes for rules in RULES.values() if rules.uploader is not Uploader.SYSTEM)
_ANY_PAGE = {"Access-Control-Allow-Origin": "*"}


def application(store: ServedStore) -> web.Application:
    """A server of a store."""

    async def put(request: web.Request) -> web.Response:
        fields = await request.post()
        file = fields.get("file")
        if not isinstance(file, web.FileField):
            raise web.HTTPBadRequest(text="The form has no file.")
        texts = {name: value for name, value in fields.items() if isinstance(value, str)}
        store.accept(texts, file.file.read())
        return web.Response(status=204, headers=_ANY_PAGE)

    async def get(request: web.Request) -> web.Response:
        served = store.serve(request.match_info["key"], request.query.get(TICKET, ""))
        if served is None:
            raise web.HTTPNotFound
        headers = {
            **_ANY_PAGE,
            "Content-Type": served.content_type,
            "Content-Disposition": served.disposition,
            "Cache-Control": "private, max-age=300",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=served.content, headers=headers)

    made = web.Application(middlewares=[_refusing], client_max_size=MAX_BYTES)
    made.add_routes([web.post("/", put), web.get(HEALTH, _health), web.get("/{key:.*}", get)])
    return made


async def _health(_: web.Request) -> web.Response:
    return web.Response()


@web.middleware
async def _refusing(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except (TicketRefused, UnsafeKey):
        return web.Response(status=403, text="This is not allowed, or not any more.")


def serve(folder: Path, port: int) -> None:
    """Serve a folder until the process ends; `folder_store` finds the server by what stands there."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / SERVER
    place.touch(mode=0o600)
    place.write_text(json.dumps({"address": f"http://{LOOPBACK}:{port}", "secret": secrets.token_hex()}))
    store = folder_store(folder)
    web.run_app(application(store), host=LOOPBACK, port=port, print=None, access_log=None, shutdown_timeout=1)


if __name__ == "__main__":
    end_with_parent()
    serve(Path(sys.argv[2]), int(sys.argv[1]))
