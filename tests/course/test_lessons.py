"""Every lesson of the course keeps the rules, and its notebooks are in step with its source."""

import time
from pathlib import Path

import nbformat
import pytest
import rules

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(folder.name for folder in (ROOT / "solutions").glob("[0-9][0-9]_*"))
EXECUTION_SECONDS = 60


@pytest.fixture(scope="session")
def course(build, root):
    return rules.Course(**build.settings(root))


@pytest.fixture(scope="session")
def sources(build, root):
    """Lesson → the notebook that its source describes."""
    return {lesson.id: build.read_source(lesson.source) for lesson in build.find_lessons(root)}


@pytest.fixture(scope="session")
def regenerated(build, root, tmp_path_factory):
    """A course folder made from the sources just now."""
    folder = tmp_path_factory.mktemp("regenerated")
    list(build.release(build.find_lessons(root), root, folder))
    return folder / "course"


def notebook(folder, lesson):
    return nbformat.read(ROOT / folder / lesson / f"{lesson[3:]}.ipynb", as_version=4)


def files(folder):
    """Path below `folder` → content, for all files but those that an editor leaves behind."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_the_course_has_lessons():
    assert LESSONS, "solutions/ holds no lesson"
    assert sorted(folder.name for folder in (ROOT / "course").iterdir()) == LESSONS


@pytest.mark.parametrize("lesson", LESSONS)
def test_anatomy(sources, course, lesson):
    assert list(rules.anatomy(sources[lesson], lesson, course)) == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_names_are_well_formed(sources, lesson):
    assert list(rules.well_formed_names(sources[lesson])) == []


def test_no_name_is_used_in_two_lessons(sources):
    assert list(rules.names_used_once(sources)) == []


def test_all_lessons_fetch_the_course_alike(sources, course):
    assert list(rules.one_fetch_snippet(sources, course)) == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_course_is_in_step_with_the_source(regenerated, lesson):
    committed, wanted = files(ROOT / "course" / lesson), files(regenerated / lesson)
    assert sorted(committed) == sorted(wanted)
    differing = [name for name in wanted if committed[name] != wanted[name]]
    assert differing == [], f"run: make course LESSON={lesson}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_course_gives_nothing_away(sources, lesson):
    assert list(rules.nothing_given_away(notebook("course", lesson), sources[lesson])) == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_solution_is_executed_from_the_source(build, sources, lesson):
    source = sources[lesson]
    complaints = list(rules.executed_from(notebook("solutions", lesson), source, build.digest(source)))
    assert complaints == [], f"run: make solutions LESSON={lesson}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_solution_is_quiet_and_portable(lesson):
    solution = notebook("solutions", lesson)
    assert [*rules.quiet(solution), *rules.portable(solution)] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_figures_are_described(lesson):
    assert list(rules.described_figures(notebook("solutions", lesson))) == []


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_notebook_without_full_training_is_quick_and_quiet(build, sources, lesson):
    """All answers right: no error, nothing on standard error, and done within a minute."""
    fresh = nbformat.from_dict(sources[lesson])
    start = time.perf_counter()
    build.execute(fresh, ROOT / "course" / lesson, full_training=False)
    seconds = time.perf_counter() - start
    assert list(rules.quiet(fresh)) == []
    assert seconds < EXECUTION_SECONDS, f"{lesson} took {seconds:.0f} s without its full training"


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_readme_lists_the_lesson_with_its_minutes(sources, lesson):
    about = sources[lesson].metadata["layer_by_layer"]
    notebook = f"course/{lesson}/{lesson[3:]}.ipynb"
    row = f"| [{lesson[:2]} {about['title']}]({notebook}) | {about['minutes']} |"
    assert row in (ROOT / "README.md").read_text(encoding="utf-8")
