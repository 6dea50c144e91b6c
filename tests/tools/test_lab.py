"""`python3 tasks.py lab` in earnest: the server comes up and serves lesson 00, whose cells run in its kernels."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest
import websocket

from tools import commands

ROOT = Path(__file__).parents[2]
IN_VENV = Path(sys.prefix) == commands.VENV
# In an environment of the reader's own (conda, the oldest versions), the server is that environment's, and `.venv`
# is left alone.
START = """import sys
from tools import commands
commands.PYTHON, commands.prepare = sys.executable, lambda: None
commands.main()"""
PROGRAM = ["tasks.py"] if IN_VENV else ["-c", START]
CELL_SECONDS = 300


class Server:
    """A JupyterLab that `tasks.py lab` has started, until it is asked to stop."""

    def __init__(self, folder: Path):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        own_settings = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
        self.process = subprocess.Popen(
            [sys.executable, *PROGRAM, "lab", "--no-browser", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | own_settings | {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self.port, self.said = port, []
        for line in self.process.stdout:
            self.said.append(line)
            if address := re.search(r"(http://(?:localhost|127\.0\.0\.1):\d+)(/lab\S*)\?token=(\w+)", line):
                self.base, self.page, self.token = address.groups()
                break
        else:
            pytest.fail("the server ended before it named its address:\n" + "".join(self.said))
        threading.Thread(target=self.process.stdout.read, daemon=True).start()  # a full pipe would stop the server
        while self.process.poll() is None:  # the address is printed a moment before somebody listens there
            with contextlib.suppress(urllib.error.URLError):
                self.request("/api/status")
                break
            time.sleep(0.2)

    def request(self, path: str, body: object = None, method: str | None = None) -> bytes:
        """Answer of the server to a GET, or to a POST of `body` as JSON."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def stop(self) -> int:
        """Ask the server to end; its exit code."""
        self.request("/api/shutdown", method="POST")
        return self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("jupyter"))
    try:
        yield server
    finally:
        if server.process.poll() is None:
            assert server.stop() == 0


def test_lab_installs_nothing_at_a_second_start(server):
    commands = [line for line in server.said if line.startswith("$ ")]
    assert len(commands) == 1
    assert "jupyterlab" in commands[0]


def test_lab_serves_lesson_00(server):
    assert server.page == "/lab/tree/my_notebooks/00_start_here.ipynb"
    assert b"JupyterLab" in server.request(server.page)
    for folder in ("notebooks", "my_notebooks"):
        lesson = json.loads(server.request(f"/api/contents/{folder}/00_start_here.ipynb"))
        assert lesson["type"] == "notebook"
        assert lesson["content"]["cells"][0]["source"].startswith("# 0 · ")


@pytest.mark.skipif(not IN_VENV, reason="only tasks.py's own environment is set so")
def test_lab_does_not_ask_about_news(server):
    settings = json.loads(server.request("/lab/api/settings/@jupyterlab/apputils-extension:notification"))
    defaults = {name: settings["schema"]["properties"][name]["default"] for name in ("fetchNews", "checkForUpdates")}
    assert defaults == {"fetchNews": "false", "checkForUpdates": False}


def test_lab_runs_every_cell_of_lesson_00(server):
    lesson = json.loads(server.request("/api/contents/notebooks/00_start_here.ipynb"))["content"]
    place = {"path": "notebooks/00_start_here.ipynb", "type": "notebook", "name": ""}
    session = json.loads(server.request("/api/sessions", place | {"kernel": {"name": "python3"}}))
    address = f"{server.base.replace('http', 'ws')}/api/kernels/{session['kernel']['id']}/channels"
    cells = [cell for cell in lesson["cells"] if cell["cell_type"] == "code"]
    assert cells
    channels = websocket.create_connection(
        address, header=[f"Authorization: token {server.token}"], timeout=CELL_SECONDS
    )
    try:
        for cell in cells:
            errors = run(channels, cell["source"])
            expected = "raises-exception" in cell["metadata"].get("tags", [])
            assert bool(errors) == expected, errors
    finally:
        channels.close()
        server.request(f"/api/sessions/{session['id']}", method="DELETE")


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_no_server_is_left_behind_where_lab_is_told_to_end(server):
    server.process.terminate()
    assert server.process.wait(timeout=60) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def run(channels: websocket.WebSocket, source: str) -> list[str]:
    """Execute a cell as JupyterLab does; the errors it stored, none if all went well."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": "test"}
    content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
    message = {"header": header | {"version": "5.3"}, "parent_header": {}, "metadata": {}, "content": content}
    channels.send(json.dumps(message | {"channel": "shell"}))
    errors = []
    while True:
        answer = json.loads(channels.recv())
        if answer["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if answer["msg_type"] == "error":
            errors.append(f"{answer['content']['ename']}: {answer['content']['evalue']}")
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            return errors
