"""Results take their place in one step, and what a killed run left is put right."""

import pytest

from autograder.course import open_course
from autograder.errors import CourseError
from autograder.staging import Staging, only_grader


@pytest.fixture
def opened(course):
    return open_course(course)


def stage(staging, student, text):
    folder = staging.folder(student, "sums")
    folder.mkdir(parents=True)
    (folder / "basics.ipynb").write_text(text)


def test_publish_replaces_an_earlier_result(opened):
    staging = Staging(opened)
    for text in ("first", "second"):
        stage(staging, "ada", text)
        final = staging.publish("ada", "sums")
        assert final == opened.root / "autograded/ada/sums"
        assert (final / "basics.ipynb").read_text() == text
    assert [folder.name for folder in opened.root.glob(".*")] == []


def test_discard_leaves_other_submissions_alone(opened):
    staging = Staging(opened)
    stage(staging, "ada", "one")
    stage(staging, "bob", "two")
    staging.discard("ada", "sums")
    assert not staging.folder("ada", "sums").exists()
    assert (staging.folder("bob", "sums") / "basics.ipynb").read_text() == "two"


def test_recover_puts_back_a_result_that_was_being_replaced(opened):
    earlier = opened.root / ".autograded.replaced-12ab/ada/sums"
    earlier.mkdir(parents=True)
    (earlier / "basics.ipynb").write_text("earlier")
    stage(Staging(opened), "ada", "newer, not yet in its place")
    assert Staging(opened).recover() == {("ada", "sums")}
    assert (opened.root / "autograded/ada/sums/basics.ipynb").read_text() == "earlier"
    assert [folder.name for folder in opened.root.glob(".*")] == []


def test_a_staging_folder_is_as_deep_as_the_final_one(opened):
    staged = Staging(opened).folder("ada", "sums")
    final = opened.path("autograded", "ada", "sums")
    assert staged.parts[-2:] == final.parts[-2:]
    assert len(staged.parts) == len(final.parts)


def test_a_second_grader_is_turned_away(opened):
    with (
        only_grader(opened),
        pytest.raises(CourseError, match="Another autograder is grading"),
        only_grader(opened),
    ):
        pass
    with only_grader(opened):
        pass
