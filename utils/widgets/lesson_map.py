"""The lessons of the course in their order: what is done, what it earned, and what fits into today."""

import os
from pathlib import Path

import numpy as np

from .base import Widget
from .question import Choice, Question
from .traits import Number, Plain

LONGEST_DAY = 600
OUTCOMES = ("not attempted", "not yet", "right")


def minutes_left(minutes, right, exercises):
    """Minutes of work left in each lesson: the share of exercises that are not right yet, rounded up.

    minutes, right, exercises: whole numbers (lessons,): minutes of the whole lesson, its exercises that are
    right, all its exercises. A lesson without exercises counts in full. Returns an array (lessons,).
    """
    minutes, right, exercises = (np.asarray(values, dtype=int) for values in (minutes, right, exercises))
    return -(-minutes * (exercises - right) // np.maximum(exercises, 1)) * (exercises > 0) + minutes * (exercises == 0)


def lessons_that_fit(left, available):
    """How many of the open lessons, taken in order, fit into the minutes available.

    left: minutes left in each lesson (lessons,), 0 for one that is finished; available: minutes.
    """
    still_open = np.asarray(left, dtype=int)
    still_open = still_open[still_open > 0]
    return int(np.searchsorted(np.cumsum(still_open), available, side="right"))


class LessonMap(Widget):
    """The lessons with their minutes, what they build on, their exercises and points, and a link to each.

    lessons: objects with the attributes id, title, minutes, builds_on, exercises (each with name and points)
        and notebook (a path); by default the course's own, from `utils.lessons.catalogue`.
    outcomes: {lesson id: {exercise name: outcome}}; by default what `utils.progress.read` finds.
    minutes: minutes that the learner has today, from 0 (no plan) to 600.

    Both defaults are read again by `refresh` and by the button of the same name.
    """

    module_name = "lesson_map"
    title = "Lesson map"

    lessons = Plain(list)
    minutes = Number(0, 0, LONGEST_DAY, whole=True)
    refreshes = Number(0, 0, 10**9, whole=True)
    home = Plain(str)

    def __init__(self, lessons=None, outcomes=None, minutes=0, question=None):
        self._given_lessons, self._given_outcomes = lessons, outcomes
        entries = self._read()
        question = question or _question(entries)
        super().__init__(question, lessons=entries, minutes=minutes, home=str(Path.home()))
        self.observe(self._read_again, names=["refreshes"])

    def refresh(self):
        """Read the lessons and the learner's progress again."""
        self.lessons = self._read()

    @property
    def points(self):
        """Points earned and points that can be earned in the whole course, two numbers."""
        earned, available = (sum(lesson[key] for lesson in self.lessons) for key in ("earned", "points"))
        return earned, available

    def quantities(self):
        return {
            "minutes": self.minutes,
            "lessons that fit": lessons_that_fit([lesson["left"] for lesson in self.lessons], self.minutes),
            "earned": self.points[0],
            "points": self.points[1],
        }

    def summary(self):
        earned, available = self.points
        lines = [f"{earned:g} of {available:g} points"]
        for lesson in self.lessons:
            counts = ", ".join(f"{count} {outcome}" for outcome, count in _counts(lesson).items() if count)
            built = f", builds on {', '.join(lesson['builds_on'])}" if lesson["builds_on"] else ""
            lines.append(
                f"{lesson['id']}: {lesson['title']} ({lesson['minutes']} minutes{built}): "
                f"{lesson['earned']:g} of {lesson['points']:g} points; {counts or 'no exercises'}"
            )
        return "\n".join(lines)

    def _state_of_page(self, folder):
        """Links that lead from the page's folder, and no folder of this machine's owner."""
        entries = [lesson | {"link": _relative(lesson["notebook"], folder), "notebook": ""} for lesson in self.lessons]
        return self.state() | {"lessons": entries, "home": ""}

    def _resettable(self):
        state = super()._resettable()
        return {name: value for name, value in state.items() if name not in ("lessons", "refreshes", "home")}

    def _read_again(self, change):
        self.refresh()

    def _read(self):
        from utils import lessons, progress

        known = lessons.catalogue() if self._given_lessons is None else self._given_lessons
        outcomes = progress.read() if self._given_outcomes is None else self._given_outcomes
        return [_entry(lesson, outcomes.get(lesson.id, {})) for lesson in known]


def _entry(lesson, outcomes):
    """One lesson as plain data for the browser."""
    notebook = _notebook(lesson)
    exercises = [
        {
            "name": exercise.name,
            "points": exercise.points,
            "outcome": outcomes.get(exercise.name, OUTCOMES[0]),
        }
        for exercise in lesson.exercises
    ]
    right = [exercise for exercise in exercises if exercise["outcome"] == "right"]
    return {
        "id": lesson.id,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "builds_on": list(lesson.builds_on),
        "exercises": exercises,
        "earned": sum(exercise["points"] for exercise in right),
        "points": sum(exercise["points"] for exercise in exercises),
        "left": int(minutes_left(lesson.minutes, len(right), len(exercises))),
        "notebook": notebook.resolve().as_posix(),
        "link": _relative(notebook, Path.cwd()),
    }


def _notebook(lesson):
    """The lesson's notebook beside the folder of the open one, where the course was copied to; else its own."""
    own = Path(lesson.notebook)
    beside = Path.cwd().parent / lesson.id / own.name
    return beside if beside.exists() else own


def _relative(notebook, folder):
    """`notebook` as a path from `folder`, with forward slashes."""
    try:
        return Path(os.path.relpath(notebook, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return Path(notebook).resolve().as_uri()


def _counts(lesson):
    found = [exercise["outcome"] for exercise in lesson["exercises"]]
    return {outcome: found.count(outcome) for outcome in OUTCOMES}


def _question(entries):
    """A question about planning the open lessons; None where fewer than two are open."""
    left = [lesson["left"] for lesson in entries if lesson["left"]]
    if len(left) < 2:
        return None
    fit = (len(left) + 1) // 2
    needed = sum(left[:fit])
    available = min(LONGEST_DAY, -(-(needed + left[fit] // 2) // 5) * 5) if fit < len(left) else needed
    answer = lessons_that_fit(left, available)
    sums = np.cumsum(left)[: answer + 1]
    return Question(
        text=f"You have {available} minutes. How many of the open lessons can you finish, taken in order?",
        choices=tuple(Choice.exactly(str(count), count) for count in range(max(0, answer - 1), answer + 2)),
        instruction=f"Move “Minutes you have” to {available} and count the lessons marked as fitting.",
        when={"minutes": (available, available)},
        decided_by="lessons that fit",
        explanation=f"Added up in order, the open lessons need {', then '.join(map(str, sums))} minutes: "
        f"{available} are enough for {answer}.",
        start={"minutes": 0},
    )
