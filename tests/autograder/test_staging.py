"""Results take their place in one step, and what a killed run left is put right."""

import errno
import json
import os
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder import journal
from autograder import staging as staging_module
from autograder.course import Submission, open_course
from autograder.environment import interpreter_on_path
from autograder.errors import CourseError
from autograder.gradebook import GradebookWriter
from autograder.results import Outcome, Report, State, Verdict
from autograder.staging import Staging, only_grader


@pytest.fixture
def opened(course):
    return open_course(course)


def handed_in(course, student="ada"):
    folder = course.root / "submitted" / student / "sums"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.txt").write_text("2026-03-01 11:00:00 UTC")
    return Submission(student, "sums", folder, ())


def report(text="first", **about):
    printed = new_output("stream", text=text)
    notebook = new_notebook(cells=[new_code_cell("print()", outputs=[printed], id="a", execution_count=1)])
    return Report(State.GRADED, notebooks={"basics": notebook}, **about)


def hidden(course):
    return [folder.name for folder in course.root.glob(".autograded*")]


def go_through(staging, submission, report):
    staging.write(submission, report)
    final = staging.publish(submission.student, submission.assignment)
    staging.discard(submission.student, submission.assignment)
    return final


def printed(folder):
    return nbformat.read(folder / "basics.ipynb", 4).cells[0].outputs[0].text


def test_a_result_replaces_an_earlier_one(opened):
    staging = Staging(opened)
    for text in ("first", "second"):
        final = go_through(staging, handed_in(opened), report(text, files={f"{text}.txt": b"made"}))
        assert final == opened.root / "autograded/ada/sums"
        assert printed(final) == text
        assert {file.name for file in final.iterdir()} == {"basics.ipynb", f"{text}.txt", "timestamp.txt"}
    assert hidden(opened) == []


def test_files_are_written_as_nbgrader_writes_them(opened):
    final = go_through(Staging(opened), handed_in(opened), report(files={"a/b.bin": bytes(range(256))}))
    text = (final / "basics.ipynb").read_text()
    assert text == nbformat.writes(report().notebooks["basics"]) + "\n"
    assert (final / "a/b.bin").read_bytes() == bytes(range(256))
    files = [file for file in final.rglob("*") if file.is_file()]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o444}
    assert len(files) == 3


def test_a_group_of_instructors_may_write(course):
    with open(course / "nbgrader_config.py", "a") as config:
        config.write("c.CourseDirectory.groupshared = True\n")
    opened = open_course(course)
    final = go_through(Staging(opened), handed_in(opened), report())
    assert (final / "basics.ipynb").stat().st_mode & 0o777 == 0o664
    for folder in (course / "autograded", final):
        assert folder.stat().st_mode & 0o2770 == 0o2770


@pytest.mark.parametrize(
    "path",
    [
        "../bob/sums/basics.ipynb",
        "/tmp/autograder-was-here",
        "a/../../x",
        "a//b",
        ".",
        "",
        "..",
        "a/",
        "basics.ipynb",
        "basics.ipynb/x",
        "timestamp.txt",
        "zero\0byte",
        "lone \ud800",
        "x" * 300,
        "honest.txt/below",
    ],
)
def test_files_with_impossible_names_are_left_out(opened, path):
    files = {"honest.txt": b"kept", path: b"hostile"}
    final = go_through(Staging(opened), handed_in(opened), report(files=files))
    assert {file.name for file in final.iterdir()} <= {"basics.ipynb", "honest.txt", "timestamp.txt", "a"}
    assert (final / "honest.txt").read_bytes() == b"kept"
    assert (final / "timestamp.txt").read_text() == "2026-03-01 11:00:00 UTC"
    assert printed(final) == "first"
    found = [file for file in opened.root.rglob("*") if file.is_file() and b"hostile" in file.read_bytes()]
    assert found == []
    assert not os.path.exists("/tmp/autograder-was-here")


def test_an_output_that_is_no_text_can_be_written_and_read(opened):
    final = go_through(Staging(opened), handed_in(opened), report("lone \ud800"))
    assert printed(final) == "lone \ud800"


def test_a_timestamp_that_is_a_link_is_not_followed(opened):
    submission = handed_in(opened)
    (submission.folder / "timestamp.txt").unlink()
    (submission.folder / "timestamp.txt").symlink_to(opened.root / "nbgrader_config.py")
    assert not (go_through(Staging(opened), submission, report()) / "timestamp.txt").exists()


def test_discard_leaves_other_submissions_alone(opened):
    staging = Staging(opened)
    for student in ("ada", "bob"):
        staging.write(handed_in(opened, student), report(student))
    staging.discard("ada", "sums")
    assert [student for student, _ in Staging(opened).recover("sums")] == ["bob"]
    assert printed(staging.folder("bob", "sums")) == "bob"


def test_a_staging_folder_is_as_deep_as_the_final_one(opened):
    staged = Staging(opened).folder("ada", "sums")
    final = opened.path("autograded", "ada", "sums")
    assert staged.parts[-2:] == final.parts[-2:]
    assert len(staged.parts) == len(final.parts)


def test_a_full_disk_is_told_and_leaves_nothing(opened, monkeypatch):
    staging = Staging(opened)
    go_through(staging, handed_in(opened), report("earlier"))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space left"):
        patched.setattr(staging_module, "_write_notebook", full)
        staging.write(handed_in(opened), report("later"))
    assert hidden(opened) == []
    assert Staging(opened).recover("sums") == []
    assert printed(opened.root / "autograded/ada/sums") == "earlier"


def test_recover_gives_the_whole_report(opened):
    verdicts = {("basics", "check_add"): Verdict("why", True, "message")}
    whole = report(seconds=2.5, reason="slow", warnings=("one",), verdicts=verdicts, files={"x": b"y"})
    Staging(opened).write(handed_in(opened, "[x] 李雷"), whole)
    [(student, recovered)] = Staging(opened).recover("sums")
    assert student == "[x] 李雷"
    assert recovered == Report(**{**vars(whole), "files": {}})


def test_recover_clears_away_what_is_not_whole(opened):
    staging = Staging(opened)
    folder = staging.folder("ada", "sums")
    folder.mkdir(parents=True)
    (folder / "half.txt").write_text("half")
    (folder.parent / ".sums.part").write_text("{")
    staging.write(handed_in(opened, "bob"), report())
    shutil.rmtree(staging.folder("bob", "sums"))
    assert Staging(opened).recover("sums") == []
    assert hidden(opened) == []


@pytest.mark.parametrize("told", ["", "null", "[1]", "{}", '{"student": 1}', '{"student": "ada", "state": "x"}'])
def test_a_damaged_marker_counts_for_nothing(opened, told):
    staging = Staging(opened)
    staging.write(handed_in(opened), report())
    staging.folder("ada", "sums").with_name(".sums.report").write_text(told)
    assert Staging(opened).recover("sums") == []
    assert hidden(opened) == []


def test_other_assignments_keep_what_they_have_to_record(opened):
    Staging(opened).write(handed_in(opened), report())
    assert Staging(opened).recover("products") == []
    assert [student for student, _ in Staging(opened).recover("sums")] == ["ada"]


def test_recover_puts_back_a_result_that_was_being_replaced(opened, monkeypatch):
    staging = Staging(opened)
    go_through(staging, handed_in(opened), report("earlier"))
    staging.write(handed_in(opened), report("later"))
    (opened.root / ".autograded.replaced/ada").mkdir(parents=True)
    (opened.root / "autograded/ada/sums").rename(opened.root / ".autograded.replaced/ada/sums")
    staging = Staging(opened)
    [(_, recovered)] = staging.recover("sums")
    assert printed(opened.root / "autograded/ada/sums") == "earlier"
    assert printed(go_through(staging, handed_in(opened), recovered)) == "later"
    assert hidden(opened) == []


STEPS = ("write", "save", "publish", "journal", "discard")


class Killed(BaseException):
    """Stands for the end of the process."""


def record(course, writer, submission, report, killed_after=None):
    """Take the steps of a run up to the one after which it is killed."""
    staging = Staging(course)
    [*_, (_, report)] = [("", report), *staging.recover("sums")]
    take = {
        "write": lambda: staging.write(submission, report),
        "save": lambda: writer.save(submission, report),
        "publish": lambda: staging.publish("ada", "sums"),
        "journal": lambda: journal.append(course, "sums", Outcome("ada", report.state)),
        "discard": lambda: staging.discard("ada", "sums"),
    }
    for name in STEPS:
        take[name]()
        if name == killed_after:
            return


def state(course, example_course):
    return (
        example_course.read_grades(course.root),
        example_course.read_autograded(course.root),
        journal.read(course, "sums"),
        hidden(course),
    )


@pytest.fixture(scope="module")
def registered(tmp_path_factory, example_course):
    """A course with its assignment in the gradebook, and one submission; making it takes seconds."""
    root = example_course.write_course(tmp_path_factory.mktemp("registered") / "course")
    example_course.hand_in(root, "ada")
    with interpreter_on_path(), GradebookWriter(open_course(root), "sums") as writer:
        writer.register()
    return root


@pytest.mark.parametrize("earlier", [False, True], ids=["first result", "replaces another"])
@pytest.mark.parametrize("killed_after", STEPS)
def test_a_kill_after_any_step_changes_nothing(registered, tmp_path, example_course, killed_after, earlier):
    states = []
    for kills in ([], [killed_after], [killed_after, killed_after]):
        course = open_course(shutil.copytree(registered, tmp_path / f"killed {len(kills)} times"))
        [submission] = course.submissions("sums")
        with GradebookWriter(course, "sums") as writer:
            notebooks = {name: notebook.released for name, notebook in writer.instructor_notebooks().items()}
            if earlier:
                record(course, writer, submission, Report(State.TIMED_OUT, "earlier", notebooks=notebooks))
            graded = Report(State.GRADED, notebooks=notebooks, files={"made.txt": b"1"})
            for number, step in enumerate([*kills, None]):
                new = number == 0 or killed_after == "discard"
                record(course, writer, submission, graded if new else None, step)
        states.append(state(course, example_course))
    assert states[0] == states[1] == states[2]
    assert states[0][-1] == []
    assert "autograded/ada/sums/made.txt" in states[0][1]


@pytest.mark.parametrize("rename", [1, 2])
def test_a_kill_while_a_result_is_replaced_changes_nothing(opened, monkeypatch, rename):
    go_through(Staging(opened), handed_in(opened), report("earlier"))
    staging = Staging(opened)
    staging.write(handed_in(opened), report("later"))
    calls = []
    original = type(opened.root).rename

    def kill(path, target):
        original(path, target)
        calls.append(path)
        if len(calls) == rename:
            raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(type(opened.root), "rename", kill)
        staging.publish("ada", "sums")
    staging = Staging(opened)
    [(student, recovered)] = staging.recover("sums")
    assert (student, recovered) == ("ada", report("later"))
    final = go_through(staging, handed_in(opened), recovered)
    assert printed(final) == "later"
    assert (final / "basics.ipynb").stat().st_mode & 0o777 == 0o444
    assert hidden(opened) == []


def test_the_marker_tells_no_more_than_the_report(opened):
    Staging(opened).write(handed_in(opened), report(files={"secret": b"large"}))
    told = json.loads((opened.root / ".autograded.partial/ada/.sums.report").read_text())
    assert told.keys() == {"student", "state", "reason", "seconds", "warnings", "notebooks", "verdicts"}


def test_a_folder_that_may_not_be_written_is_named(opened, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(staging_module, "open", denied, raising=False)
    with (
        pytest.raises(CourseError, match=r"cannot be written: Permission denied\. Check its owner"),
        only_grader(opened),
    ):
        pass


def test_a_second_grader_is_turned_away(opened):
    with (
        only_grader(opened),
        pytest.raises(CourseError, match="Another autograder is grading"),
        only_grader(opened),
    ):
        pass
    with only_grader(opened):
        pass
