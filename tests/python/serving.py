# What the servers beside this file share: each listens on free ports of its own, says where, logs
# nothing, and lives until its standard input is closed, so that no test leaves one behind.
import asyncio
import logging
import os
import socket
import sys
import threading


def serve_asgi(apps):
    """Starts serving applications, by name, with uvicorn."""
    import uvicorn

    async def serve_all(sockets):
        servers = [uvicorn.Server(uvicorn.Config(app, log_config=None)) for app in apps.values()]
        await asyncio.gather(
            *(server.serve([listener]) for server, listener in zip(servers, sockets))
        )

    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in apps]
    _in_background(lambda: asyncio.run(serve_all(sockets)))
    for name, listener in zip(apps, sockets):
        _announce(name, listener.getsockname()[1])


def serve_wsgi(apps, threaded=True):
    """Starts serving applications, by name, with Werkzeug."""
    from werkzeug.serving import make_server

    servers = [make_server("127.0.0.1", 0, app, threaded=threaded) for app in apps.values()]
    for name, server in zip(apps, servers):
        _in_background(server.serve_forever)
        _announce(name, server.port)


def live_until_input_ends():
    sys.stdin.buffer.read()
    os._exit(0)


def _in_background(serve):
    logging.disable()
    threading.Thread(target=serve, daemon=True).start()


def _announce(name, port):
    print(f"{name} on http://127.0.0.1:{port}", flush=True)
