"""Grade a class's Jupyter notebooks into nbgrader's gradebook, several at a time.

The command is `autograder grade LESSON` (`autograder --help` lists the rest). The same from Python:

    from autograder import grade

    result = grade("01_neuron", course_root="my-course", students=["ada"], jobs=4)
    for outcome in result.outcomes:
        print(outcome.student, outcome.state, outcome.score, outcome.max_score, outcome.reason)

`grade` works on any nbgrader course (a folder with `nbgrader_config.py`, a source folder and `submitted/`)
and leaves what `nbgrader autograde` would leave: the same scores in the gradebook, the same notebooks in
`autograded/`. Learners' code runs as `nbgrader autograde` runs it: in an ordinary kernel with the rights of
whoever grades, NOT in a sandbox. Grade only submissions that you would run yourself.

How a submission travels: `course` finds it, `batch` decides whether it needs grading, `gradebook` (the one
writer) enters the learner, `engine`, in a process of `workers`, rebuilds and executes the notebooks in a
folder of `staging`, `gradebook` saves the scores, `staging` moves the folder to `autograded/`, and `results`
reports.
"""

from autograder.errors import CourseError
from autograder.results import CellScore, GradingResult, Outcome, State

__all__ = ["CellScore", "CourseError", "GradingResult", "Outcome", "State", "grade"]


def __getattr__(name: str) -> object:
    """Import `grade` when it is first used: it needs nbgrader, which takes seconds to import."""
    if name == "grade":
        from autograder.batch import grade

        return grade
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
