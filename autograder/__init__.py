"""Grade a class's Jupyter notebooks into nbgrader's gradebook: confined, judged from outside, many at a time.

The command is `autograder grade ASSIGNMENT` (`autograder --help` lists the rest). The same from Python:

    from autograder import grade

    result = grade("01_neuron", course_root="my-course", students=["ada"], jobs=4)
    for outcome in result.outcomes:
        print(outcome.student, outcome.state, outcome.score, outcome.max_score, outcome.reason)

`grade` works on any Python nbgrader course (a folder with `nbgrader_config.py`, a source folder and `submitted/`) and
leaves what `nbgrader autograde` would leave: the same scores in the gradebook, executed notebooks in `autograded/`.

How a submission travels: `course` finds it and `batch` decides whether it needs grading. `intake` reads its files,
which may be broken or hostile, and `rebuild` puts its answers into the instructor's copy of the notebook. `examiner`
lets two warm processes fork for it. In the one, inside the sandbox (`sandbox`), `kernel` runs the learner's cells; in
the other, `judge` has them run one after the other and runs the tests itself, on plain data and proxies that come over
a pipe (`bridge`); `trusted` tells it which of the instructor's statements the tests need, `namespace` which names they
see, and `workspace` which files. `staging` puts the result aside, `scoring` says what it earns, `gradebook`, the one
writer, saves that, `staging` moves the folder to `autograded/`, `journal` keeps the outcome, and `results` reports.
`class_report`, `feedback` and `export` are for afterwards.
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
