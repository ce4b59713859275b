"""Whether a request names a thing that belongs to somebody: a file, cached content, a bucket, a store, a tuned model.

In: a request as Google gets it, in either spelling of its fields, and the model's id. Out: yes or no. Pure and total;
what people say, and the arguments and results of their tools, are words and name nothing.
"""

from collections.abc import Mapping

_NAMES = frozenset(
    {"fileuri", "cachedcontent", "filesearchstorenames", "datastore", "datastorespecs", "engine", "ragcorpora",
     "ragresources", "ragcorpus", "gcsuri", "gcssource"}
)  # fmt: skip
"""Fields that hold names, as small letters without underscores."""
_WORDS = frozenset({"text", "functioncall", "functiondeclarations", "response", "responseschema", "responsejsonschema",
                    "inlinedata", "executablecode", "codeexecutionresult", "stopsequences", "labels"})  # fmt: skip
"""Fields in which a name would be the client's own text."""
_THINGS = ("gs://", "projects/", "tunedModels/", "cachedContents/", "fileSearchStores/")


def names_a_thing(request: Mapping[str, object], model: str = "") -> bool:
    """Linear in the request, and never deeper than a list of what is still to be looked at."""
    if "/" in model.removeprefix("models/"):
        return True
    waiting: list[object] = [request]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            for key, value in one.items():
                name = str(key).replace("_", "").lower()
                if name in _NAMES and value:
                    return True
                if name not in _WORDS:
                    waiting.append(value)
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and one.startswith(_THINGS):
            return True
    return False
