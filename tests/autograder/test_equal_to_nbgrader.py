"""The grader leaves the same gradebook and the same notebooks as `nbgrader autograde`."""

import pytest


@pytest.fixture(scope="module")
def stock(example_course, tmp_path_factory):
    """The same class, without those whom nbgrader does not survive, graded by stock nbgrader."""
    root = example_course.write_course(tmp_path_factory.mktemp("stock") / "course")
    example_course.set_due_date(root)
    example_course.hand_in_class(root, killers=False)
    assert example_course.nbgrader(root, "generate_assignment", "sums").returncode == 0
    example_course.nbgrader(root, "autograde", "sums")  # fails for `dies`, `notjson`, `renamed` and `greedy`
    return root


def of_the_same_learners(rows, example):
    students = {key[0] for key in example}
    return {key: value for key, value in rows.items() if key[0] in students}


@pytest.mark.slow
def test_grades_comments_and_penalties_are_equal(graded, stock, example_course):
    theirs = example_course.read_grades(stock)
    ours = example_course.read_grades(graded[0])
    assert len({key[0] for key in theirs["grades"]}) == 10
    assert ours["cells"] == theirs["cells"]
    for kind in ("grades", "comments", "penalties"):
        assert of_the_same_learners(ours[kind], theirs[kind]) == theirs[kind]


@pytest.mark.slow
def test_autograded_files_are_equal(graded, stock, example_course):
    theirs = example_course.read_autograded(stock)
    ours = example_course.read_autograded(graded[0])
    assert len([name for name in theirs if name.endswith("basics.ipynb")]) == 6
    assert ours == theirs


@pytest.mark.slow
def test_feedback_and_export_work_on_our_result(graded, example_course):
    root, _ = graded
    feedback = example_course.nbgrader(root, "generate_feedback", "sums")
    assert feedback.returncode == 0, feedback.stderr
    assert (root / "feedback/ada/sums/basics.html").is_file()
    export = example_course.nbgrader(root, "export")
    assert export.returncode == 0, export.stderr
    line = next(line for line in (root / "grades.csv").read_text().splitlines() if ",ada," in line)
    assert line.endswith(",8.0,0.0,8.0,11.0")
