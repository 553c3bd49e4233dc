"""Attacks on tests of arrays and Keras models: patched libraries, look-alike models, hostile configurations."""

import pytest

from autograder import State

pytestmark = pytest.mark.slow
LESSON_TEXT = "keras_lesson.md"
FULL_MARKS = 7
LIMITS = {"cell_timeout": 60, "timeout": 180, "memory": 4096}
MODEL = """
def honest():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu"), keras.layers.Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model
"""
MARK = "import os\nos.system('touch @OUTSIDE@/executed')"
STUB = """
class Layer:
    def __init__(self, name): self.activation = type("A", (), {"__name__": name})
class History:
    history = {"loss": [1, 2]}
class Stub:
    output_shape = (None, 2)
    layers = [Layer("relu"), Layer("softmax")]
    weights = 0
    def count_params(self): return 23
    def get_weights(self):
        Stub.weights += 1
        return [np.full(3, Stub.weights)]
    def fit(self, *a, **k): return History()
    def predict(self, x, **k): return np.full((len(x), 2), 0.5)
"""
ATTACKS = {
    "allclose patched": {
        "mse": """
import numpy.testing
np.allclose = np.isclose = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
np.mean = lambda *a, **k: 0
def mse(y_true, y_pred): return 0.0
""",
    },
    "numpy replaced": {
        "mse": """
import sys, types
class Fake(types.ModuleType):
    def __getattr__(self, name): return lambda *a, **k: True
sys.modules["numpy"] = np = Fake("numpy")
def mse(y_true, y_pred): return 0.0
""",
    },
    "numpy's random numbers known": {
        "mse": """
np.random.default_rng = lambda *a: np.random.Generator(np.random.PCG64(0))
np.random.seed(0)
def mse(y_true, y_pred): return 2.0
""",
    },
    "an array that equals everything": {
        "mse": """
class Lying(np.ndarray):
    def __eq__(self, other): return np.array(True)
    def __array_ufunc__(self, *a, **k): return np.array(True)
    def __array_function__(self, *a, **k): return True
    def __array_finalize__(self, other): pass
    def __array_wrap__(self, *a): return self
def mse(y_true, y_pred): return np.zeros(()).view(Lying)
""",
    },
    "an object with an array function": {
        "mse": """
class Yes:
    def __array_function__(self, *a, **k): return True
    def __array_ufunc__(self, *a, **k): return True
    def __array__(self, *a, **k): return np.array(1.0)
def mse(y_true, y_pred): return Yes()
""",
    },
    "an array of objects": {"mse": "def mse(y_true, y_pred): return np.array([lambda: 1, {}], dtype=object)"},
    "not a number": {"mse": "def mse(y_true, y_pred): return np.nan"},
    "a masked array": {"mse": "def mse(y_true, y_pred): return np.ma.masked_all(())"},
    "a masked array that compares": {"mse": "def mse(y_true, y_pred): return np.ma.array(5.0, mask=True)"},
    "a memory map": {"mse": "def mse(y_true, y_pred): return np.memmap('m', 'float64', 'w+', shape=(10**6,))"},
    "an array of 10 GB": {"mse": "def mse(y_true, y_pred): return np.broadcast_to(np.float64(1), (10**5, 10**4))"},
    "an array without size": {"mse": "def mse(y_true, y_pred): return np.empty((0, 2**40))"},
    "a record array": {"mse": "def mse(y_true, y_pred): return np.zeros(1, dtype=[('a', 'O'), ('b', 'f8')])"},
    "arguments changed": {
        "mse": """
def mse(y_true, y_pred):
    y_pred[...] = y_true
    return 0.0
""",
    },
    "arguments resized": {
        "mse": """
def mse(y_true, y_pred):
    y_true.resize((0,), refcheck=False)
    y_pred.shape = (-1,)
    return 0.0
""",
    },
    "keras replaced": {"build": "import sys\n" + STUB + "sys.modules['keras'] = Stub\ndef build(): return Stub()"},
    "a stub model": {"build": STUB + "def build(): return Stub()"},
    "a stub that inherits": {
        "build": STUB
        + "class Model(Stub, keras.Model):\n    def __init__(self): keras.Model.__init__(self)\n"
        + "Model.__name__ = 'Sequential'\ndef build(): return Model()",
    },
    "a model of another class": {
        "build": MODEL
        + "class Sequential(keras.Sequential):\n    def count_params(self): return 23\n"
        + "def build(): return Sequential([keras.Input((4,)), keras.layers.Dense(1)])",
    },
    "methods of keras patched": {
        "build": STUB
        + """
for kind in (keras.Model, keras.Sequential):
    for name in ("count_params", "fit", "predict", "get_weights"):
        setattr(kind, name, lambda self, *a, name=name, **k: getattr(Stub(), name)(*a, **k))
    kind.output_shape = (None, 2)
    kind.layers = Stub.layers
def build(): return keras.Sequential()
""",
    },
    "methods of a model patched": {
        "build": STUB
        + """
def build():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    for name in ("count_params", "fit", "predict", "get_weights"):
        object.__setattr__(model, name, getattr(Stub(), name))
    return model
""",
    },
    "get_config overridden": {
        "build": MODEL
        + """
def build():
    model = honest()
    config = keras.Sequential.get_config(model)
    keras.Sequential.get_config = lambda self: config
    keras.layers.Dense.get_config = lambda self: {**config["layers"][1]["config"], "units": 3}
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
""",
    },
    "a lambda layer": {
        "build": f"def f(x):\n    {MARK.replace(chr(10), chr(10) + '    ')}\n    return x\n"
        "def build(): return keras.Sequential([keras.Input((4,)), keras.layers.Lambda(f)])",
    },
    "a forged lambda configuration": {
        "build": MODEL
        + f"""
import base64, marshal
code = base64.b64encode(marshal.dumps(compile({MARK!r}, "x", "exec"))).decode()
def build():
    model = honest()
    layer = {{"module": "keras.layers", "class_name": "Lambda", "config": {{"name": "l", "function": {{
        "class_name": "__lambda__", "config": {{"code": code, "defaults": None, "closure": None}}}}}}}}
    config = model.get_config()
    config["layers"].append(layer)
    keras.Sequential.get_config = lambda self: config
    return model
""",
    },
    "a forged class name": {
        "build": MODEL
        + """
def build():
    model = honest()
    config = model.get_config()
    config["layers"].append({"module": "os", "class_name": "system", "config": {"command": "touch @OUTSIDE@/executed"},
                             "registered_name": "os>system"})
    config["layers"][1]["config"]["activation"] = {"module": "os", "class_name": "function", "config": "system"}
    keras.Sequential.get_config = lambda self: config
    return model
""",
    },
    "a forged compile configuration": {
        "build": MODEL
        + """
def build():
    model = honest()
    forged = {"module": "builtins", "class_name": "function", "config": "exec", "registered_name": "function"}
    model.get_compile_config = lambda: {"optimizer": forged, "loss": forged, "metrics": [forged]}
    return model
""",
    },
    "a registered class": {
        "build": """
@keras.saving.register_keras_serializable("keras", "Dense")
class Dense(keras.layers.Layer):
    def call(self, x): return x[:, :2]
    def count_params(self): return 23
def build(): return keras.Sequential([keras.Input((4,)), Dense()])
""",
    },
    "a configuration that is too deep": {
        "build": MODEL
        + """
def build():
    model = honest()
    config = {}
    for _ in range(10_000):
        config = {"layers": [config]}
    keras.Sequential.get_config = lambda self: config
    return model
""",
    },
    "a model of a billion weights": {
        "build": """
def build():
    model = keras.Sequential.from_config(keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]).get_config())
    config = model.get_config()
    config["layers"][1]["config"]["units"] = 10**9
    keras.Sequential.get_config = lambda self: config
    return model
""",
    },
    "weights that are no numbers": {
        "build": MODEL
        + "def build():\n    model = honest()\n    model.get_weights = lambda: [np.array(['x'], object)] * 4\n"
        + "    model.count_params = lambda: 7\n    model.layers[0].units = 1\n    return keras.Sequential()",
    },
    "the wrong model": {"build": "def build(): return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])"},
}


def test_it_gains_nothing(attacked, attack):
    attacked.check_no_gain(attack)


def test_nothing_was_executed(attacked):
    assert not list((attacked.root.parent / "outside").iterdir())


def test_an_unusual_model_is_left_to_a_person_or_fails(attacked):
    assert attacked.outcome("a lambda layer").state in (State.NEEDS_PERSON, State.GRADED)


def test_neighbours_keep_everything(attacked):
    attacked.check_neighbours()
