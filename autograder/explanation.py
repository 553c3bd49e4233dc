"""Say what went wrong in a test: for a person, without our own code and without hidden tests."""

from dataclasses import dataclass

MESSAGE_LIMIT = 300


@dataclass(frozen=True)
class Explanation:
    """What went wrong.

    Attributes:
        message: one line.
        text: the same with the line of the test, and the lines of the answer, in which it happened.
    """

    message: str
    text: str


def explain(error: BaseException, source: str, hidden_markers: tuple[str, str]) -> Explanation:
    """Explain the exception with which the test in `source` ended.

    Args:
        error: the exception; one that came from the learner's kernel has the lines of the answer in `learners_lines`.
        source: text of the test cell.
        hidden_markers: the comments between which hidden tests stand.
    """
    lines = source.splitlines()
    number = _line_of(error)
    said = f"{type(error).__name__}: {error}".removesuffix(": ").strip()
    told, place = [], ""
    if number is not None and 0 < number <= len(lines):
        if _is_hidden(lines, number, hidden_markers):
            told.append("In a hidden test:")
            place = " in a hidden test"
        else:
            told.append(f"In line {number} of the test:\n    {lines[number - 1].strip()}")
            place = f" in {lines[number - 1].strip()}"
    if places := getattr(error, "learners_lines", []):
        told.append("In the answer:")
        told += [f"    line {number}, in {name}: {text.strip()}" for name, number, text in places]
    message = said if str(error).strip() else said + place
    return Explanation(message.partition("\n")[0][:MESSAGE_LIMIT], "\n".join([*told, said]))


def _line_of(error: BaseException) -> int | None:
    """Return the line of the test cell in which an exception was raised."""
    if isinstance(error, SyntaxError):
        return error.lineno
    trace, number = error.__traceback__, None
    while trace is not None:
        if "ipykernel_" in trace.tb_frame.f_code.co_filename:
            number = trace.tb_lineno
        trace = trace.tb_next
    return number


def _is_hidden(lines: list[str], number: int, markers: tuple[str, str]) -> bool:
    begin, end = markers
    hidden = False
    for line in lines[: number - 1]:
        if begin in line:
            hidden = True
        elif end in line:
            hidden = False
    return hidden
