"""The grader leaves the same gradebook and the same notebooks as `nbgrader autograde`."""

import re

import pytest

EXECUTED_BY_BOTH = ("ada", "Zoë Müller", "late", "tampered")


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
        of_both = {key: value for key, value in theirs[kind].items() if key[0] in EXECUTED_BY_BOTH}
        assert len({key[0] for key in of_both}) == len(EXECUTED_BY_BOTH)
        rows = of_the_same_learners(ours[kind], of_both)
        # ours also says why a test has no points, which nbgrader has no comment for
        assert {key: rows[key] for key in of_both} == of_both


@pytest.mark.slow
def test_autograded_files_are_equal_but_for_hidden_tests(graded, stock, example_course):
    theirs = visible(example_course.read_autograded(stock))
    ours = visible(example_course.read_autograded(graded[0]))
    assert len(theirs) >= len(EXECUTED_BY_BOTH) - 1
    assert {name: ours.get(name) for name in theirs} == theirs


def visible(files):
    """The files of learners whom both executed, their notebooks without hidden tests and the words of errors."""
    found = {}
    for name, (mode, content) in files.items():
        if name.split("/")[1] in EXECUTED_BY_BOTH[:-1]:  # ours keeps what replaced a test as a cell of its own
            cells = content if isinstance(content, str) else [visible_cell(*cell) for cell in content]
            found[name] = mode, cells
    return found


def visible_cell(source, metadata, outputs):
    shown = re.sub(r"### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS", "# (hidden tests)", source, flags=re.DOTALL)
    about = {
        key: value for key, value in (metadata or {}).items() if key != "cell_type"
    }  # the release's, not the source's
    return shown, about, outputs


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
