"""`dataclass` for slotted records, frozen or not, made in an eighth of the time; anything else is Python's own.

In: what `dataclasses.dataclass` takes. Out: the same class: fields, `replace`, equality, hash, repr, copy. Python's own
compiles six functions a class; with some 280 classes that was more than a third of what a start computes
(docs/performance.md). Here one is compiled, `__init__`, when the first record is made: two thirds of a start's classes
make none by then. The others are shared. To mypy it is Python's own.
"""

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from types import FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import replace as replace
    from typing import ClassVar, Protocol

    class Record(Protocol):
        """Any of them."""

        __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[object]]]
else:

    def replace(record, /, **changes):
        """In half the time of Python's own, which names each field of the copy: every event of a request makes one."""
        quickly = getattr(record, "__replaced__", None)
        return quickly(changes) if quickly else dataclasses.replace(record, **changes)

    def dataclass(kind=None, /, **wanted):
        return _made(kind, wanted) if kind is not None else lambda kind: _made(kind, wanted)


OWN = frozenset({"__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__"})
_ABSENT = object()
_BECOME = vars(object)["__class__"].__set__
_UNFROZEN = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
Fields = tuple["dataclasses.Field[object]", ...]


def _made(kind: type, wanted: dict[str, bool]) -> type:
    frozen = wanted.get("frozen", False)
    if wanted not in ({"slots": True}, {"frozen": True, "slots": True}) or _is_special(kind):
        return dataclasses.dataclass(**wanted)(kind)
    documented = kind.__doc__
    kind.__doc__ = documented or kind.__name__  # else a signature is computed for it
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(kind)
    made.__doc__ = documented
    for told in ("init", "repr", "eq"):
        setattr(vars(made)["__dataclass_params__"], told, True)
    vars(made)["__dataclass_params__"].frozen = frozen
    for name, method in _methods(made, dataclasses.fields(made), frozen=frozen).items():
        setattr(made, name, method)
    return made


def _is_special(kind: type) -> bool:
    """What inherits fields, or brings along one of the methods itself."""
    return (
        any(hasattr(base, "__dataclass_fields__") for base in kind.__bases__)
        or not OWN.isdisjoint(vars(kind))
        or "InitVar" in str(vars(kind).get("__annotations__", ""))
    )


def _methods(made: type, fields: Fields, *, frozen: bool) -> dict[str, Callable[..., object] | None]:
    shown = [field.name for field in fields if field.repr]
    compared = _values([field.name for field in fields if field.compare])

    def __init__(self: object, *values: object, **named: object) -> None:  # noqa: N807
        """The first time: from then on the class has its own."""
        init = _init(made, fields, frozen=frozen)
        type.__setattr__(made, "__init__", init)
        init(self, *values, **named)

    def __repr__(self: object) -> str:  # noqa: N807
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__qualname__}({told})"

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    methods: dict[str, Callable[..., object] | None] = {
        "__init__": __init__,
        "__repr__": __repr__,
        "__eq__": __eq__,
        "__hash__": None,
    }
    if frozen:
        hashed = _values([field.name for field in fields if (field.compare if field.hash is None else field.hash)])

        def __hash__(self: object) -> int:  # noqa: N807
            return hash(hashed(self))

        methods |= {
            "__hash__": __hash__,
            "__setattr__": _assigned,
            "__delattr__": _deleted,
            "__getstate__": _state,
            "__setstate__": _set_state,
        }
    if len(fields) > 1 and all(field.init and not field.kw_only for field in fields):
        methods["__replaced__"] = _replacing(made, fields)
    return methods


def _replacing(made: type, fields: Fields) -> Callable[..., object]:
    places = {field.name: place for place, field in enumerate(fields)}
    values = attrgetter(*places)

    def __replaced__(self: "Record", changes: dict[str, object]) -> object:  # noqa: N807
        if type(self) is not made:  # who inherits from it has more fields
            return dataclasses.replace(self, **changes)
        found = list(values(self))
        for name, value in changes.items():
            if name not in places:
                raise TypeError(f"{made.__name__} has no field {name!r}")
            found[places[name]] = value
        return made(*found)

    return __replaced__


def _values(names: list[str]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda self: ()


def _init(made: type, fields: Fields, *, frozen: bool) -> FunctionType:
    """While it is filled, a frozen one is of a kind that is not: a call in C for each field cost more than all else.

    Who inherits from one without fields of its own says `__slots__ = ()`: other layouts cannot be filled so.
    """
    known: dict[str, object] = {"_absent": _ABSENT}
    asked: list[str] = ["self"]
    only_named: list[str] = []
    body: list[str] = []
    if frozen:
        known |= {"_become": _BECOME, "_unfrozen": type(made.__name__, (made,), _UNFROZEN.copy())}
        body += [" _frozen = type(self)", " _become(self, _unfrozen)"]
    for field in fields:
        name, value = field.name, field.name
        given = name
        if field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            given = f"{name}=_default_{name}"
            value = name if field.init else f"_default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            known[f"_new_{name}"] = field.default_factory
            given = f"{name}=_absent"
            value = f"_new_{name}() if {name} is _absent else {name}" if field.init else f"_new_{name}()"
        if field.init:
            (only_named if field.kw_only else asked).append(given)
        if field.init or value != name:
            body.append(f" self.{name} = {value}")
    if frozen:
        body.append(" self.__class__ = _frozen")
    if only_named:
        asked += ["*", *only_named]
    if hasattr(made, "__post_init__"):
        body.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(asked)}):\n" + ("\n".join(body) or " pass"), known)
    init = known["__init__"]
    assert isinstance(init, FunctionType)
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _assigned(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _deleted(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: "Record") -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: "Record", state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
