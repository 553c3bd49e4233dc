"""Finding the course, its lessons and its submissions, and saying what is missing."""

import pytest
from sqlalchemy import make_url

from autograder import CourseError, grade
from autograder.course import open_course, submitted_at
from autograder.errors import SubmissionError, did_you_mean


def test_the_configuration_is_respected(course, example_course):
    example_course.hand_in(course, "ada")
    opened = open_course(course)
    assert opened.lessons() == ["sums"]
    assert make_url(opened.db_url).database == str(course / "grades.db")
    assert [file.name for file in opened.source_notebooks("sums")] == ["basics.ipynb", "more.ipynb"]


@pytest.mark.parametrize("student", ["Zoë Müller", "a.b+c@d", "[x]", "{student_id}", "$HOME", "-f", "李雷"])
def test_odd_learners_are_found(course, example_course, student):
    example_course.hand_in(course, student)
    found = open_course(course).submissions("sums")
    assert [(submission.student, submission.folder) for submission in found] == [
        (student, course / "submitted" / student / "sums")
    ]


def test_other_folder_structures(course, example_course):
    with open(course / "nbgrader_config.py", "a") as config:
        config.write('c.CourseDirectory.directory_structure = "{student_id}/{nbgrader_step}/{assignment_id}"\n')
        config.write('c.CourseDirectory.submitted_directory = "in.box"\n')
        config.write('c.CourseDirectory.student_id_exclude = "bob,eve"\n')
    for student in ("ada", "bob"):
        (course / student / "in.box" / "sums").mkdir(parents=True)
    assert [found.student for found in open_course(course).submissions("sums")] == ["ada"]


def test_timestamps(tmp_path):
    assert submitted_at(tmp_path) is None
    (tmp_path / "timestamp.txt").write_text("2026-03-01 12:00:00 CET")
    assert submitted_at(tmp_path).isoformat() == "2026-03-01T11:00:00"
    (tmp_path / "timestamp.txt").write_text("soon")
    with pytest.raises(SubmissionError, match=r"timestamp\.txt does not hold a time"):
        submitted_at(tmp_path)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("01_neurn", " Did you mean '01_neuron'?"), ("neuron", " Did you mean '01_neuron'?"), ("xyz", "")],
)
def test_did_you_mean(name, hint):
    assert did_you_mean(name, ["00_start_here", "01_neuron"]) == hint


def broken_config(course):
    (course / "nbgrader_config.py").write_text("c = get_config()\nraise RuntimeError('no luck')")


def wrong_option(course):
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.root = 3")


@pytest.mark.parametrize(
    ("prepare", "lesson", "says"),
    [
        (lambda course: None, "sum", r"no lesson 'sum' .* Did you mean 'sums'\? Lessons: sums\."),
        (lambda course: None, "../sums", r"no lesson '\.\./sums'"),
        (
            lambda course: None,
            "sums",
            r"Nobody has handed in sums: put the notebooks into .*submitted/STUDENT/sums",
        ),
        (lambda course: (course / "nbgrader_config.py").unlink(), "sums", r"holds no nbgrader_config\.py"),
        (broken_config, "sums", r"nbgrader_config\.py cannot be read: .*no luck"),
        (wrong_option, "sums", r"nbgrader_config\.py is not a valid configuration|cannot be read"),
    ],
)
def test_what_stands_in_the_way_is_named(course, prepare, lesson, says):
    prepare(course)
    with pytest.raises(CourseError, match=says):
        grade(lesson, course)
    assert not (course / "grades.db").exists(), "a mistyped name must not create a gradebook"


def test_no_such_folder(tmp_path):
    with pytest.raises(CourseError, match=r"no folder .*nowhere.* --course-root"):
        grade("sums", tmp_path / "nowhere")


def test_a_folder_in_the_course_points_to_the_course(course):
    with pytest.raises(CourseError, match=r"Did you mean --course-root .*a course"):
        grade("sums", course / "solutions")


def test_unknown_learners(course, example_course):
    example_course.hand_in(course, "ada")
    with pytest.raises(CourseError, match=r"'adda' handed in no sums. Did you mean 'ada'"):
        grade("sums", course, students=["adda"])


def test_a_broken_source_is_named(course, example_course):
    example_course.hand_in(course, "ada")
    (course / "solutions/sums/more.ipynb").write_text("{}")
    with pytest.raises(CourseError, match="source notebooks of 'sums' are broken: "):
        grade("sums", course)


def test_a_gradebook_that_is_none(course, example_course):
    example_course.hand_in(course, "ada")
    (course / "grades.db").write_text("this is not a database, but long enough to be taken for one" * 40)
    with pytest.raises(CourseError, match=r"gradebook .* cannot be used: file is not a database"):
        grade("sums", course)


def test_the_number_of_jobs(course):
    with pytest.raises(CourseError, match="number of jobs is 0"):
        grade("sums", course, jobs=0)
