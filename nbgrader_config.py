"""nbgrader's settings for this course, which nbgrader, Formgrader and the grader read from this folder."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent

c = get_config()  # noqa: F821  traitlets provides it

c.CourseDirectory.course_id = "layer-by-layer"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"

# A lesson's text source stays with the solutions; all else in its folder is handed out with the notebook.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    *(f"{lesson.name[3:]}.py" for lesson in sorted((ROOT / "solutions").glob("[0-9][0-9]_*"))),
]

# The first cell imports TensorFlow, which takes long from a cold disk; no exercise trains for a minute.
c.Execute.timeout = 180
c.Execute.startup_timeout = 180

# nbgrader starts the program `alembic` by its bare name, which fails where the environment is not activated.
programs = str(Path(sys.executable).parent)
if programs not in os.environ["PATH"].split(os.pathsep):
    os.environ["PATH"] = programs + os.pathsep + os.environ["PATH"]
