"""The data sets themselves, and every way in which a download can go wrong, against a local server."""

import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from utils import data, download

REAL_CACHE = os.environ.get(download.CACHE_VARIABLE)
CONTENT = b"Gender,Height,Weight\nMale,70,180\nFemale,64,130\nFemale,66.5,141\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
EMBEDDED = [name for name in data.names() if name not in data.FILES]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and no proxy between the tests and their own server."""
    monkeypatch.setenv(download.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "cache"


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests += 1
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        body = {"/other": CONTENT[::-1], "/broken": CONTENT[:20]}.get(self.path, CONTENT)
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        running.requests = 0
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def point_at(server, monkeypatch):
    """Makes a path of the local server the official address of `heights_weights`."""

    def point(path="/people.csv"):
        url = f"http://127.0.0.1:{server.server_port}{path}"
        file = download.RemoteFile("people.csv", url, SHA256, len(CONTENT))
        monkeypatch.setitem(data.FILES, "heights_weights", file)

    return point


# Embedded sets


@pytest.mark.parametrize("name", EMBEDDED)
def test_embedded_sets_need_no_network_and_agree_with_their_description(name):
    dataset = data.load(name)
    assert dataset.embedded
    assert dataset.name == name
    assert dataset.features.dtype == np.float32
    assert dataset.features.shape[-1] == len(dataset.feature_names)
    assert len(dataset.targets) == dataset.rows == len(dataset.features)
    assert np.isfinite(dataset.features).all()
    if dataset.classes:
        assert dataset.targets.dtype == np.int32
        assert set(dataset.targets) == set(range(len(dataset.classes)))
    else:
        assert dataset.targets.dtype == np.float32
        assert dataset.targets.shape == (dataset.rows, 1)
    assert all((dataset.description, dataset.source, dataset.licence))


def test_celsius_to_fahrenheit_is_the_seven_points():
    dataset = data.load("celsius_to_fahrenheit")
    assert dataset.features.shape == dataset.targets.shape == (7, 1)
    assert dataset.features[:, 0].tolist() == [-40, -10, 0, 8, 15, 22, 38]
    np.testing.assert_array_equal(dataset.targets, np.round(1.8 * dataset.features + 32))


def test_two_moons_can_be_separated_but_not_by_a_line():
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    moons = data.load("two_moons")
    assert np.bincount(moons.targets).tolist() == [200, 200]
    line = LogisticRegression().fit(moons.features, moons.targets).score(moons.features, moons.targets)
    curve = KNeighborsClassifier(15).fit(moons.features, moons.targets).score(moons.features, moons.targets)
    assert line < 0.9 < 0.95 < curve


def test_two_moons_of_other_settings():
    fresh = data.two_moons(rows=10, noise=0.0, seed=3)
    upper = fresh.features[fresh.targets == 0]
    assert fresh.rows == 10
    assert np.bincount(fresh.targets).tolist() == [5, 5]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1.0, rtol=1e-6)
    np.testing.assert_array_equal(data.two_moons().features, data.load("two_moons").features)
    with pytest.raises(ValueError, match="at least 2 rows and a noise of at least 0, got 1 rows"):
        data.two_moons(rows=1)
    with pytest.raises(ValueError, match="noise -1"):
        data.two_moons(noise=-1)


def test_random_walk_is_dated_by_weekdays():
    walk = data.load("random_walk")
    assert np.is_busday(walk.index).all()
    assert (np.diff(walk.index) > np.timedelta64(0, "D")).all()
    assert abs(np.diff(walk.targets[:, 0]).std() - 1.0) < 0.05


def test_digits_are_pictures_with_one_channel():
    digits = data.load("digits")
    assert digits.features.shape == (1797, 8, 8, 1)
    assert (digits.features.min(), digits.features.max()) == (0, 16)


def test_every_call_gives_the_same_values_in_fresh_arrays():
    first, second = data.load("two_moons"), data.load("two_moons")
    np.testing.assert_array_equal(first.features, second.features)
    first.features[:] = 0
    assert second.features.any()


def test_labels_columns_and_summary():
    dataset = data.load("celsius_to_fahrenheit")
    assert dataset.label("Fahrenheit") == "Fahrenheit (°F)"
    np.testing.assert_array_equal(dataset.column("Celsius"), dataset.features[:, 0])
    assert repr(dataset).startswith("Dataset celsius_to_fahrenheit: 7 rows\n  features (7, 1) float32: Celsius (°C)")
    with pytest.raises(ValueError, match="Did you mean 'Celsius'"):
        dataset.column("Celcius")


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no data set called 'two_moon'. Did you mean 'two_moons'.*digits"):
        data.load("two_moon")
    with pytest.raises(ValueError, match=r"'digits' is embedded and has no file"):
        data.fetch("digits")


def test_importing_reads_no_file_and_needs_no_network_library():
    code = "import sys, utils.data; print({'pooch', 'requests', 'sklearn', 'pandas', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# Downloaded sets


def test_a_download_is_checked_kept_and_used_again(server, point_at, cache, capfd):
    point_at()
    assert data.fetch("heights_weights") == cache / "people.csv"
    people = data.load("heights_weights")
    assert server.requests == 1
    assert [path.name for path in cache.iterdir()] == ["people.csv"]
    assert (cache / "people.csv").stat().st_mode & 0o044 == 0o044
    assert people.classes == ("Female", "Male")
    assert people.targets.tolist() == [1, 0, 0]
    np.testing.assert_array_equal(people.features, np.float32([[70, 180], [64, 130], [66.5, 141]]))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/missing", r"127.0.0.1:\d+ answered 404 Not Found"),
        ("/other", "is not the expected file"),
        ("/broken", r"broke off"),
    ],
)
def test_a_failed_transfer_says_why_and_leaves_nothing(path, reason, point_at, cache, capfd):
    point_at(path)
    with pytest.raises(data.DataUnavailable, match=reason) as caught:
        data.load("heights_weights")
    assert list(cache.iterdir()) == []
    assert capfd.readouterr().err == ""
    for needed in (
        str(cache / "people.csv"),
        f"http://127.0.0.1:.*{path}",
        "LAYER_BY_LAYER_DATA",
        "'two_moons'",
    ):
        assert caught.match(needed)


def test_an_interrupted_transfer_leaves_nothing(point_at, cache, monkeypatch):
    def interrupt(*arguments):
        assert len(list(cache.iterdir())) == 1
        raise KeyboardInterrupt

    point_at()
    monkeypatch.setattr(download._TransferProgress, "update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        data.fetch("heights_weights")
    assert list(cache.iterdir()) == []


def test_a_transfer_that_takes_long_shows_how_far_it_is(point_at, monkeypatch, capfd):
    point_at()
    monkeypatch.setattr("utils.status_line.StatusLine.due", lambda line: True)
    data.fetch("heights_weights")
    output = capfd.readouterr()
    lines = output.out.strip("\r\n").split("\r")
    assert lines[0].strip() == f"people.csv {'█' * download.BAR_CELLS} 100% of 0.0 MB"
    assert lines[-1].strip() == "people.csv: downloaded 0.0 MB."
    assert output.err == ""


def test_a_damaged_file_is_reported_and_replaced(point_at, cache, capfd):
    point_at()
    cache.mkdir()
    (cache / "people.csv").write_bytes(CONTENT[:-1])
    assert data.fetch("heights_weights").read_bytes() == CONTENT
    output = capfd.readouterr()
    assert f"The cached file {cache / 'people.csv'} is damaged" in output.out
    assert output.err == ""


def test_a_damaged_file_is_never_used(point_at, cache):
    point_at("/missing")
    cache.mkdir()
    (cache / "people.csv").write_bytes(CONTENT[:-1])
    with pytest.raises(data.DataUnavailable, match=r"people.csv is damaged .* answered 404"):
        data.load("heights_weights")


def test_a_file_put_into_the_cache_by_hand_needs_no_network(server, point_at, cache):
    point_at()
    cache.mkdir()
    (cache / "people.csv").write_bytes(CONTENT)
    assert data.load("heights_weights").rows == 3
    assert server.requests == 0


@pytest.fixture
def offline(server, point_at):
    """The official address belongs to a port that nobody listens on."""
    point_at()
    server.server_close()


def test_without_a_network_the_lesson_carries_on_with_its_fallback(offline, cache, capfd):
    dataset = data.load("heights_weights", fallback="two_moons")
    assert dataset.name == "two_moons"
    output = capfd.readouterr()
    assert "There is no connection to 127.0.0.1" in output.out
    assert str(cache / "people.csv") in output.out
    assert output.out.endswith("We carry on with the embedded set 'two_moons'.\n")
    assert output.err == ""


def test_without_network_and_fallback_it_raises(offline):
    with pytest.raises(data.DataUnavailable, match="no connection"):
        data.load("heights_weights")


def test_a_fallback_has_to_be_embedded():
    with pytest.raises(ValueError, match="no embedded data set called 'googl'"):
        data.load("bank", fallback="googl")


def test_a_cache_folder_that_is_a_file_is_named(point_at, tmp_path, monkeypatch):
    point_at()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(download.CACHE_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(data.DataUnavailable, match="cache folder can't be written"):
        data.fetch("heights_weights")


def test_a_read_only_cache_folder_is_named(point_at, cache):
    point_at()
    cache.mkdir()
    cache.chmod(0o555)
    if os.access(cache, os.W_OK):
        pytest.skip("this user may write into read-only folders")
    with pytest.raises(data.DataUnavailable, match="cache folder can't be written: permission denied"):
        data.fetch("heights_weights")


def test_a_full_disk_is_named(point_at, monkeypatch):
    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    point_at()
    monkeypatch.setattr("pooch.retrieve", full)
    with pytest.raises(data.DataUnavailable, match="can't be written: No space left on device"):
        data.fetch("heights_weights")


def test_the_cache_folder_follows_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(download.CACHE_VARIABLE, "~/sets")
    assert download.cache_folder() == tmp_path / "sets"
    monkeypatch.setenv(download.CACHE_VARIABLE, "")
    assert download.cache_folder().name == "layer-by-layer"


def test_the_table_inside_the_bank_archive_is_coded(point_at, cache, monkeypatch):
    table = 'age;job;y\n58;"management";"no"\n33;"admin.";"yes"\n41;"management";"no"\n'
    cache.mkdir()
    with zipfile.ZipFile(cache / "bank.zip", "w") as archive:
        archive.writestr("bank-full.csv", table)
    sha256 = hashlib.sha256((cache / "bank.zip").read_bytes()).hexdigest()
    monkeypatch.setitem(data.FILES, "bank", download.RemoteFile("bank.zip", "http://127.0.0.1", sha256, 1))
    bank = data.load("bank")
    np.testing.assert_array_equal(bank.features, np.float32([[58, 1], [33, 0], [41, 1]]))
    assert bank.column("job").tolist() == ["management", "admin.", "management"]
    assert bank.column("age").tolist() == [58, 33, 41]
    assert bank.targets.tolist() == [0, 1, 0]


@pytest.mark.parametrize("name", data.FILES)
def test_files_are_pinned(name):
    file = data.FILES[name]
    assert file.url.startswith("https://")
    assert len(bytes.fromhex(file.sha256)) == 32
    assert data.NEAREST_EMBEDDED[name] in EMBEDDED


@pytest.mark.parametrize(
    ("name", "shape", "first", "mean"),
    [
        ("heights_weights", (10_000, 2), [73.847017, 241.893563], 0.5),
        ("bank", (45_211, 16), [58, 4], 5_289 / 45_211),
        ("googl", (3_019, 5), [211.47, 218.05], None),
    ],
)
def test_the_real_files(name, shape, first, mean, monkeypatch):
    if not REAL_CACHE or not os.path.exists(os.path.join(REAL_CACHE, data.FILES[name].filename)):
        pytest.skip(f"{download.CACHE_VARIABLE} names no folder with {data.FILES[name].filename}")
    monkeypatch.setenv(download.CACHE_VARIABLE, REAL_CACHE)
    dataset = data.load(name)
    assert not dataset.embedded
    assert dataset.features.shape == shape
    assert len(dataset.feature_names) == shape[1]
    np.testing.assert_allclose(dataset.features[0, :2], first, rtol=1e-6)
    assert np.isfinite(dataset.features).all()
    if mean is not None:
        assert dataset.targets.mean() == pytest.approx(mean)
    else:
        np.testing.assert_array_equal(dataset.targets[:, 0], dataset.column("close"))
        assert str(dataset.index[-1]) == "2017-12-29"
