"""A real JupyterLab and a real Chromium for the tests of this folder."""

import functools
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)
READY = """() => {
    const panel = window.jupyterapp?.shell?.currentWidget;
    const kernel = panel?.sessionContext?.session?.kernel;
    return panel?.sessionContext?.isReady && panel.content?.widgets?.length
        && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
EXECUTE = """async (code) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    let text = "";
    const future = kernel.requestExecute({ code });
    future.onIOPub = (message) => {
        if (message.header.msg_type === "stream") text += message.content.text;
        if (message.header.msg_type === "error") text += message.content.traceback.join("\\n");
    };
    await future.done;
    return text;
}"""


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """A started Chromium, shared by all tests."""
    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        found = next(filter(None, map(shutil.which, names)), None)
        path = found or playwright.chromium.executable_path
        if not Path(path).exists():
            absent = "Chromium is not installed: run `playwright install chromium`, or take your system's."
            (pytest.fail if os.environ.get("CI") else pytest.skip)(absent)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()


@dataclass
class Server:
    """A running JupyterLab: its address, its token, and the folder it shows."""

    address: str
    token: str
    root: Path


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """A JupyterLab on a free port with settings, data and progress of its own."""
    private = tmp_path_factory.mktemp("jupyter")
    root = tmp_path_factory.mktemp("notebooks")
    port, token = _free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        *(f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True"),
        # Should this process be killed, the server ends by itself some minutes later.
        *("--MappingKernelManager.cull_idle_timeout=600", "--ServerApp.shutdown_no_activity_timeout=600"),
    ]
    notices = private / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    notices.parent.mkdir(parents=True)
    notices.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    log = (private / "server.log").open("w")
    process = subprocess.Popen(
        command, env=_environment(private), cwd=root, stdout=log, stderr=log, start_new_session=True
    )
    try:
        _wait_for_server(f"http://127.0.0.1:{port}/api?token={token}", process, private / "server.log")
        yield Server(f"http://127.0.0.1:{port}", token, root)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _environment(private):
    folders = ("CONFIG", "DATA", "RUNTIME")
    jupyter = {f"JUPYTER_{name}_DIR": str(private / name.lower()) for name in folders}
    return (
        os.environ
        | jupyter
        | {
            "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
            "IPYTHONDIR": str(private / "ipython"),
            "LAYER_BY_LAYER_PROGRESS": str(private / "progress.jsonl"),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")])),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
    )


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for_server(address, process, log, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"JupyterLab ended at once:\n{log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer within {seconds} seconds:\n{log.read_text()[-2000:]}")


class OpenNotebook:
    """A notebook open in JupyterLab, with its kernel; `page` is Playwright's."""

    def __init__(self, page, server, path):
        self.page, self.path = page, path
        workspace = f"auto-{secrets.token_hex(4)}"
        place = path.relative_to(server.root).as_posix()
        page.goto(f"{server.address}/lab/workspaces/{workspace}/tree/{place}?token={server.token}")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
        page.wait_for_function(READY, timeout=60_000)

    def run_all(self):
        """Run every cell and return at once; wait for what a cell shows."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")

    def wait_for_text(self, text, seconds=60):
        """Wait until an output area shows `text`."""
        area = self.page.locator(".jp-OutputArea-output", has_text=text)
        area.first.wait_for(timeout=1000 * seconds)

    def python(self, code):
        """Run code in the kernel, beside the notebook; returns what it printed."""
        return self.page.evaluate(EXECUTE, code)

    def value(self, expression):
        """A value from the kernel, of anything that JSON can hold."""
        text = self.python(f"import json; print(json.dumps({expression}))")
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            pytest.fail(f"{expression} failed in the kernel:\n{text}")

    def use_theme(self, name):
        """Switch JupyterLab to "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
        light = "true" if name.endswith("Light") else "false"
        self.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")

    def close(self):
        """Shut the kernel down and close the page."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()


@pytest.fixture(scope="module")
def open_notebook(chromium, jupyterlab):
    """Opens a notebook that lies below the server's root: open_notebook(path) -> OpenNotebook."""
    opened = []

    def open_path(path):
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        opened.append(OpenNotebook(page, jupyterlab, path))
        return opened[-1]

    yield open_path
    for notebook in opened:
        notebook.close()


@pytest.fixture(scope="module")
def open_cells(open_notebook, jupyterlab):
    """Writes a notebook of code cells and opens it: open_cells("print(1)", ...) -> OpenNotebook."""

    def open_sources(*sources):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        path = jupyterlab.root / f"{secrets.token_hex(4)}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
        return open_notebook(path)

    return open_sources


@pytest.fixture(scope="module")
def open_lesson(open_notebook, jupyterlab):
    """Opens a copy of a lesson as a learner gets it: open_lesson("01_neuron") -> OpenNotebook."""

    @functools.cache
    def copied():
        folder = jupyterlab.root / f"course-{secrets.token_hex(4)}"
        shutil.copytree(REPOSITORY / "course", folder)
        return folder

    def open_lesson_copy(lesson):
        return open_notebook(copied() / lesson / f"{lesson[3:]}.ipynb")

    return open_lesson_copy


@pytest.fixture
def page(chromium):
    """An empty page, in which no script may fail."""
    page = chromium.new_page(viewport={"width": 1000, "height": 900})
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    assert page.problems == []
    page.close()
