"""Predict, then try: a question that the widget's own state answers."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Choice:
    """One answer to choose: right if the deciding quantity ends between `low` and `high` (None: open)."""

    text: str
    low: float | None = None
    high: float | None = None

    @classmethod
    def exactly(cls, text, value, tolerance=1e-6):
        """The answer that is right if the quantity is `value`."""
        return cls(text, value - tolerance, value + tolerance)


@dataclass(frozen=True)
class Question:
    """A question whose answer the learner predicts and then brings about with the controls.

    text: the question.
    choices: the answers to choose from; exactly one should come true.
    instruction: what to do with the controls to find out.
    when: {quantity: (low, high)}; the answer is judged once every quantity lies in its range (None: open).
    decided_by: the quantity whose value then says which choice was right.
    explanation: why, shown with the verdict.
    start: {trait: value} that the button "Set it up" applies; nothing by default.
    """

    text: str
    choices: tuple[Choice, ...]
    instruction: str
    when: dict
    decided_by: str
    explanation: str
    start: dict = field(default_factory=dict)

    def as_state(self):
        """The question as plain data for the browser."""
        state = asdict(self)
        state["choices"] = [asdict(choice) for choice in self.choices]
        state["when"] = {name: list(bounds) for name, bounds in self.when.items()}
        return state


def judge(question, quantities, prediction):
    """What is known about a prediction: "not predicted", "predicted", "right" or "wrong".

    question: a question as plain data (`Question.as_state`).
    quantities: {name: number} of the widget's state.
    prediction: the text of the chosen answer, "" for none.
    """
    if not prediction:
        return "not predicted"
    if not all(_between(quantities[name], *bounds) for name, bounds in question["when"].items()):
        return "predicted"
    deciding = quantities[question["decided_by"]]
    true = [choice["text"] for choice in question["choices"] if _between(deciding, choice["low"], choice["high"])]
    return "right" if prediction in true else "wrong"


def _between(value, low, high):
    return (low is None or value >= low) and (high is None or value <= high)
