"""Outputs of cells, as notebook files hold them."""

import json
import re

from autograder.kernel import MAX_OUTPUT_BYTES

_MIME_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+", re.IGNORECASE)


def valid_outputs(outputs: object) -> list[dict]:
    """Return the outputs that a notebook file can hold; what an untrusted kernel sent besides is dropped."""
    valid = [output for output in map(_valid_output, outputs if type(outputs) is list else []) if output]
    if len(json.dumps(valid)) > 3 * MAX_OUTPUT_BYTES:  # an honest kernel keeps to the limit itself
        return [error_output("OutputTooLong", "the output was too long to keep", ["The output was too long to keep."])]
    return valid


def _valid_output(output: object) -> dict | None:
    if type(output) is not dict:
        return None
    text = {key: output.get(key) for key in ("name", "text", "ename", "evalue")}
    match output.get("output_type"):
        case "stream" if text["name"] in ("stdout", "stderr") and type(text["text"]) is str:
            return {"output_type": "stream", "name": text["name"], "text": text["text"]}
        case "error" if type(text["ename"]) is str and type(text["evalue"]) is str:
            trace = output.get("traceback")
            lines = [line for line in trace if type(line) is str] if type(trace) is list else []
            return error_output(text["ename"], text["evalue"], lines)
        case "display_data" | "execute_result" as kind:
            data = output.get("data")
            if type(data) is not dict or not all(_MIME_TYPE.fullmatch(mime) for mime in data):
                return None
            data = {mime: value for mime, value in data.items() if type(value) is str or mime.endswith("json")}
            valid = {"output_type": kind, "data": data, "metadata": {}}
            if kind == "execute_result":
                count = output.get("execution_count")
                valid["execution_count"] = count if type(count) is int else None
            return valid
    return None


def error_output(name: str, value: str, traceback: list[str]) -> dict:
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": traceback}


def points_given(outputs: list[dict]) -> float | None:
    """Return the points that a test gives by its last expression, as nbgrader reads them."""
    for output in outputs:
        if output["output_type"] == "execute_result":
            try:
                return float(output["data"].get("text/plain", ""))
            except ValueError:
                return None
    return None
