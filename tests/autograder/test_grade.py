"""What grading a class of every kind gives, learner by learner."""

import contextlib
import json
import sqlite3

import pytest

from autograder import CourseError, State, grade
from autograder.course import open_course
from autograder.environment import interpreter_on_path
from autograder.gradebook import GradebookWriter


def outcome(graded, student):
    return next(outcome for outcome in graded[1].outcomes if outcome.student == student)


def points(outcome):
    return {cell.cell: cell.score for cell in outcome.exercises}


def test_a_right_submission_earns_all_that_needs_no_person(graded):
    ada = outcome(graded, "ada")
    assert ada.state is State.NEEDS_PERSON  # for `explain`
    assert (ada.score, ada.max_score, ada.late_penalty) == (8.0, 11.0, 0.0)
    assert points(ada) == {"check_add": 2, "check_file": 1, "check_steps": 4, "check_triple": 1, "explain": 0}
    assert ada.needs_manual_grade
    assert ada.seconds > 0.01


def test_partial_credit_and_a_non_ascii_name(graded):
    zoe = outcome(graded, "Zoë Müller")
    assert points(zoe)["check_add"] == 0
    assert points(zoe)["check_steps"] == 2.5


def test_a_missing_notebook_scores_zero(graded):
    assert points(outcome(graded, "late"))["check_triple"] == 0


def test_a_late_submission_loses_its_points(graded):
    late = outcome(graded, "late")
    assert (late.score, late.late_penalty) == (0.0, 7.0)


def test_changed_tests_and_points_do_not_count(graded):
    tampered = outcome(graded, "tampered")
    assert tampered.max_score == 11
    assert points(tampered)["check_add"] == 0
    assert any("check_add" in warning for warning in tampered.warnings)


def test_an_endless_loop_costs_its_own_cell(graded):
    loops = outcome(graded, "loops")
    assert loops.state is State.TIMED_OUT
    assert "check_add: the time limit of the cell was reached" in loops.reason
    assert points(loops)["check_add"] == 0
    assert points(loops)["check_steps"] == 4
    comment = next(cell.comment for cell in loops.exercises if cell.cell == "check_add")
    assert "the time limit of the cell was reached" in comment


@pytest.mark.parametrize(("student", "says"), [("dies", "code 3"), ("assassin", "")])
def test_an_answer_that_ends_its_process_costs_what_comes_after(graded, student, says):
    ended = outcome(graded, student)
    assert ended.state in (State.GRADED, State.NEEDS_PERSON)
    assert points(ended)["check_add"] == 0
    assert says in next(cell.comment for cell in ended.exercises if cell.cell == "check_add")


def test_more_points_than_there_are_is_none(graded):
    greedy = outcome(graded, "greedy")
    assert points(greedy)["check_steps"] == 0
    assert points(greedy)["check_add"] == 2
    assert "from 0 to 4" in next(cell.comment for cell in greedy.exercises if cell.cell == "check_steps")


@pytest.mark.parametrize(
    ("student", "state", "says"),
    [
        ("notjson", State.REFUSED, "basics.ipynb: "),
        ("renamed", State.REFUSED, "it holds no basics.ipynb or more.ipynb, only basics (1).ipynb"),
        ("empty", State.REFUSED, "it holds no basics.ipynb or more.ipynb"),
        ("baddate", State.REFUSED, "timestamp.txt does not hold a time"),
    ],
)
def test_a_broken_submission_is_named_with_its_reason(graded, student, state, says):
    broken = outcome(graded, student)
    assert broken.state is state
    assert says in broken.reason
    assert not (graded[0] / "autograded" / student).exists()


def test_everybody_has_an_outcome_and_nothing_is_left_over(graded):
    root, result = graded
    assert [outcome.student for outcome in result.outcomes] == sorted(
        folder.name for folder in (root / "submitted").iterdir()
    )
    assert sum(result.counts.values()) == 13
    assert not list(root.glob(".autograded.*"))
    assert not (root / "course").exists(), "the release folder is not the grader's to write"


def test_json_holds_the_whole_result(graded, tmp_path):
    root, result = graded
    file = tmp_path / "result.json"
    file.write_text("an older result")
    result.write_json(file)
    told = json.loads(file.read_text())
    assert told["assignment"] == "sums"
    assert told["course_root"] == str(root)
    assert told["counts"] == result.counts
    ada = next(learner for learner in told["learners"] if learner["student"] == "ada")
    assert (ada["state"], ada["score"], ada["max_score"]) == ("needs a person", 8.0, 11.0)
    check_add = next(exercise for exercise in ada["exercises"] if exercise["cell"] == "check_add")
    assert (check_add["score"], check_add["max_score"], check_add["needs_manual_grade"]) == (2.0, 2.0, False)
    assert list(tmp_path.iterdir()) == [file]


def test_graded_submissions_are_skipped_with_their_scores(graded, example_course):
    root, _ = graded
    before = example_course.read_grades(root)
    again = grade("sums", root, students=["ada", "late"])
    assert again.counts == {"skipped": 2}
    assert (again.outcomes[0].score, again.outcomes[0].max_score) == (8.0, 11.0)
    assert example_course.read_grades(root) == before


def test_a_newer_submission_is_graded_again_and_manual_grades_stay(graded_copy, example_course):
    with example_course.gradebook(graded_copy) as book:
        found = book.find_grade("explain", "basics", "sums", "ada")
        found.manual_score = 1.5
        found.extra_credit = 0.5
        book.find_comment("explain", "basics", "sums", "ada").manual_comment = "Say more."
        book.db.commit()
    answers = {**example_course.RIGHT, "add": "add = None"}
    example_course.hand_in(graded_copy, "ada", answers, timestamp="2026-03-01 11:00:01 UTC")
    again = grade("sums", graded_copy, students=["ada"]).outcomes[0]
    assert again.state is State.NEEDS_PERSON
    assert (again.score, again.needs_manual_grade) == (8.0 - 2.0 + 2.0, True)
    rows = example_course.read_grades(graded_copy)
    assert rows["grades"]["ada", "basics", "explain"] == (None, 1.5, 2.0, True)
    assert rows["comments"]["ada", "basics", "explain"][1] == "Say more."


def test_force_grades_again_but_a_failure_keeps_the_earlier_result(graded_copy, example_course):
    example_course.hand_in(graded_copy, "ada", {**example_course.RIGHT, "add": "add = None"})
    assert grade("sums", graded_copy, students=["ada"]).counts == {"skipped": 1}
    assert grade("sums", graded_copy, students=["ada"], force=True).outcomes[0].score == 6.0
    for notebook in (graded_copy / "submitted/ada/sums").glob("*.ipynb"):
        notebook.unlink()
    kept = example_course.read_autograded(graded_copy)
    assert grade("sums", graded_copy, students=["ada"], force=True).counts == {"refused": 1}
    assert example_course.read_autograded(graded_copy) == kept


def test_a_lost_gradebook_is_filled_again(graded_copy):
    (graded_copy / "grades.db").unlink()
    again = grade("sums", graded_copy, students=["ada"])
    assert again.counts == {"needs a person": 1}
    assert again.outcomes[0].score == 8.0


def test_a_changed_source_is_entered_before_the_first_submission(course, example_course):
    entered = ["Entered sums in the gradebook from its source notebooks."]
    with interpreter_on_path():
        assert register(course) == entered
        assert register(course) == []
        text = change_a_test(course)
        assert register(course) == entered
    assert text in example_course.read_grades(course)["cells"]["basics", "check_add"][0]


def register(root):
    with GradebookWriter(open_course(root), "sums") as gradebook:
        return gradebook.register()


def test_a_changed_source_is_named_after_the_first_submission(graded_copy):
    change_a_test(graded_copy)
    notes = grade("sums", graded_copy, students=["ada"]).notes
    assert len(notes) == 1
    assert "nbgrader generate_assignment sums --force" in notes[0]


def change_a_test(root):
    """Change a test in the source, and return its new text."""
    source = root / "solutions/sums/basics.ipynb"
    source.write_text(source.read_text().replace("add(1, 2) == 3", "add(2, 2) == 4"))
    return "add(2, 2) == 4"


def test_a_folder_with_glob_characters_keeps_the_source_notebooks_back(course, example_course):
    example_course.hand_in(course, "[x] 李雷")
    (course / "solutions/sums/__pycache__").mkdir()
    (course / "solutions/sums/__pycache__/data.pyc").write_text("compiled")
    result = grade("sums", course, jobs=1)
    assert result.outcomes[0].score == 7.0
    files = {str(file.relative_to(course)) for file in course.glob("autograded/**/*") if file.is_file()}
    assert files == {f"autograded/[x] 李雷/sums/{name}" for name in ("basics.ipynb", "data.txt")}


def test_hooks_and_a_group_of_instructors(course, example_course):
    with open(course / "nbgrader_config.py", "a") as config:
        config.write(HOOKS)
    example_course.hand_in(course, "ada")
    assert grade("sums", course).counts == {"needs a person": 1}
    told = [json.loads(line) for line in (course / "hooks.jsonl").read_text().splitlines()]
    notebooks = [str(course / "submitted/ada/sums/basics.ipynb")]
    assert told == [
        {"hook": "pre", "assignment": "sums", "student": "ada", "notebooks": notebooks},
        {"hook": "post", "assignment": "sums", "student": "ada", "notebooks": notebooks},
    ]
    assert (course / "autograded/ada/sums/basics.ipynb").stat().st_mode & 0o777 == 0o664
    for folder in ("autograded", "autograded/ada/sums"):
        assert (course / folder).stat().st_mode & 0o2770 == 0o2770


HOOKS = """
import json
def tell(hook):
    def told(**about):
        with open("hooks.jsonl", "a") as file:
            print(json.dumps({"hook": hook, **about}), file=file)
    return told
c.Autograde.pre_convert_hook = tell("pre")
c.Autograde.post_convert_hook = tell("post")
c.CourseDirectory.groupshared = True
"""


def test_a_notebook_in_another_language_is_named(course, example_course):
    source = course / "solutions/sums/basics.ipynb"
    source.write_text(source.read_text().replace('"language": "python"', '"language": "java"'))
    example_course.hand_in(course, "ada")
    with pytest.raises(CourseError, match=r"basics\.ipynb is written in java"):
        grade("sums", course)


def test_learners_who_must_be_enrolled_first(graded_copy, example_course):
    with open(graded_copy / "nbgrader_config.py", "a") as config:
        config.write("c.Autograde.create_student = False\n")
    example_course.hand_in(graded_copy, "newcomer")
    refused = grade("sums", graded_copy, students=["newcomer"]).outcomes[0]
    assert refused.state is State.REFUSED
    assert "no such learner in the gradebook" in refused.reason


def test_a_locked_gradebook_fails_the_submission_with_the_way_out(graded_copy, example_course):
    example_course.hand_in(graded_copy, "newcomer")
    with contextlib.closing(sqlite3.connect(graded_copy / "grades.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        failed = grade("sums", graded_copy, students=["newcomer"]).outcomes[0]
    assert failed.state is State.FAILED
    assert "database is locked. Another program, formgrader perhaps" in failed.reason
    assert not (graded_copy / "autograded/newcomer").exists()
