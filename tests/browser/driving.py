"""What the browser tests share: finding a widget's controls, pressing keys, reading numbers off the picture, timing.

`lab` is a notebook opened by the fixture `open_cells`; a widget is found by its title.
"""

import math

import pytest

from utils.widgets import assets

# From the key press until the frame with the new number is painted: a message posted while a frame is drawn
# arrives after it.
MEASURE = """([control, quantity]) => new Promise((resolve) => {
    const root = document.querySelector(`[data-control="${control}"]`).closest(".lbl-widget");
    const places = [".lbl-picture", "p"].map((place) => `${place} [data-quantity="${quantity}"]`);
    const number = () => root.querySelector(places.join(", ")).dataset.value;
    const before = number();
    let pressed = 0;
    window.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, { capture: true, once: true });
    const painted = new MessageChannel();
    painted.port1.onmessage = () => resolve(performance.now() - pressed);
    const observer = new MutationObserver(() => {
        if (number() === before) return;
        observer.disconnect();
        painted.port2.postMessage("drawn");
    });
    observer.observe(root, { subtree: true, childList: true, attributes: true });
})"""


def widget(lab, title):
    """The widget of this title, as drawn in the page."""
    return lab.page.locator(f'.lbl-widget[aria-label="{title}"]')


def control(lab, title, label):
    """A slider, menu or box of the widget."""
    return widget(lab, title).locator(f'[data-control="{label}"]')


def press(target, *keys):
    """Focus a control and press the keys, one after the other."""
    target.focus()
    for key in keys:
        target.press(key)


def shown(lab, title, quantity):
    """The number that the picture shows, in full precision."""
    return float(widget(lab, title).locator(f'[data-quantity="{quantity}"]').first.get_attribute("data-value"))


def until_shown(lab, title, text):
    """Wait until the widget shows this text."""
    widget(lab, title).get_by_text(text).first.wait_for(timeout=5000)


def until_quantity(lab, title, quantity, expected):
    """Wait until the picture shows this number, to 1e-9."""
    for _ in range(100):
        found = shown(lab, title, quantity)
        if math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9):
            return
        lab.page.wait_for_timeout(50)
    pytest.fail(f"the picture shows {quantity} = {found}, expected {expected}")


def eventually(lab, expression, expected):
    """Wait until Python has heard of what happened in the browser."""
    for _ in range(50):
        found = lab.value(expression)
        if found == expected or (isinstance(expected, float) and math.isclose(found, expected, abs_tol=1e-9)):
            return
        lab.page.wait_for_timeout(50)
    pytest.fail(f"{expression} is {found}, expected {expected}")


def key_to_paint(lab, title, label, quantity, turns=40):
    """Milliseconds from an arrow key on a control, right and left in turn, until the new number is painted."""
    target = control(lab, title, label)
    target.scroll_into_view_if_needed()
    target.focus()
    waits = []
    for turn in range(turns):
        lab.page.evaluate(f"() => {{ window.wait = ({MEASURE})({[label, quantity]!r}); }}")
        target.press("ArrowRight" if turn % 2 == 0 else "ArrowLeft")
        waits.append(lab.page.evaluate("window.wait"))
    return waits


def functions(page, name):
    """Make the functions of a widget's module callable from the page."""
    page.set_content("<!doctype html><title>functions</title>")
    page.add_script_tag(content=assets.module(name).replace("export default { render };", ""))
