"""The JavaScript and CSS of the widgets, put together here, and the page that needs no network."""

import html
import json
from pathlib import Path

_FOLDER = Path(__file__).parent
_SHARED = ("controls.js", "plot.js", "frame.js")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 1rem; background: light-dark(#ffffff, #14171c); }}
main {{ max-width: 64rem; margin: 0 auto; }}
{style}
</style>
</head>
<body>
<main id="widget"></main>
<script type="module">
{script}
const state = {state};
render({{ model: offlineModel(state), el: document.getElementById("widget") }});
</script>
</body>
</html>
"""


def style():
    """The style sheet that all widgets share."""
    return _read("controls.css")


def module(name):
    """The JavaScript module of one widget, such as "neuron_explorer", as anywidget loads it."""
    return _functions(name) + "\nexport default { render };\n"


def page(name, title, state):
    """A complete HTML page with the widget in `state` (plain data), which requests nothing from anywhere."""
    # Inside a script element only "<" can end it, so it is written as an escape.
    data = json.dumps(state, allow_nan=False).replace("<", "\\u003c")
    script = _functions(name) + "\n" + _read("offline.js")
    return _PAGE.format(title=html.escape(title), style=style(), script=script, state=data)


def _functions(name):
    return "\n".join(_read(part) for part in (*_SHARED, f"{name}.js"))


def _read(name):
    return (_FOLDER / name).read_text(encoding="utf-8")
