"""The notebook that this code runs in, if it runs in one, and how to show something there."""

import sys


def shell():
    """IPython's running shell, or None where there is none. Does not import IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def kernel():
    """The running Jupyter kernel, or None outside one."""
    return getattr(shell(), "kernel", None)


def show(html, text):
    """Show HTML in a notebook, with `text` as its plain form; print the text elsewhere."""
    if kernel() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)
