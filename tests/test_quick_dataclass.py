"""`quick_dataclass.dataclass` beside Python's own: the same class for the records that this package has."""

import copy
import dataclasses
import importlib
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from types import ModuleType
from typing import Any, ClassVar, Generic, TypeVar

import pytest

import gcli2api_tui
from gcli2api_tui import quick_dataclass

T = TypeVar("T")


def row(dataclass: Callable[..., Any]) -> Any:
    @dataclass(frozen=True, slots=True)
    class Row(Generic[T]):
        KIND: ClassVar[str] = "row"
        id: int
        name: str = field(repr=False)
        at: float = field(default=1.5, compare=False)
        more: list[int] = field(default_factory=list, hash=False)
        twice: int = field(init=False, default=0)
        last: str = field(default="x", kw_only=True)

        def __post_init__(self) -> None:
            object.__setattr__(self, "twice", 2 * self.id)

    return Row


QUICK, OWN = row(quick_dataclass.dataclass), row(dataclasses.dataclass)
MADE: list[Callable[[Any], Any]] = [
    lambda kind: kind(1, "a"), lambda kind: kind(1, "a", 2.5), lambda kind: kind(2, name="b", more=[1], last="y"),
    lambda kind: replace(kind(1, "a"), id=4, last="z"),
]  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Below(QUICK):  # type: ignore[misc]
    """One that inherits, as Python's own makes it."""

    extra: int = field(default=0, kw_only=True)


@quick_dataclass.dataclass(frozen=True, slots=True)
class Found:
    a: int
    b: tuple[str, ...] = ()


@pytest.mark.parametrize("made", MADE)
def test_it_holds_shows_compares_and_hashes_as_pythons_own(made: Callable[[Any], Any]) -> None:
    quick, own = made(QUICK), made(OWN)
    names = [one.name for one in fields(own)]
    assert [one.name for one in fields(quick)] == names
    assert [getattr(quick, name) for name in names] == [getattr(own, name) for name in names]
    assert repr(quick) == repr(own)
    assert hash(quick) == hash(own)
    assert [quick == other(QUICK) for other in MADE] == [own == other(OWN) for other in MADE]
    assert quick != own and quick != object()


def test_what_was_not_given_is_new_each_time() -> None:
    assert QUICK(1, "a").more is not QUICK(1, "a").more


def test_what_is_asked_wrongly_is_a_type_error_as_of_any_call() -> None:
    for asked in ((), (1,), (1, "a", 2.0, [], "x", "y")):
        for kind in (QUICK, OWN):
            with pytest.raises(TypeError):
                kind(*asked)


def test_it_is_replaced_as_by_pythons_own() -> None:
    for record, changes in (
        (Found(1), {"a": 3}),
        (QUICK(1, "a"), {"id": 4, "last": "z"}),
        (Below(1, "a"), {"extra": 2}),
    ):
        assert quick_dataclass.replace(record, **changes) == replace(record, **changes)
        assert type(quick_dataclass.replace(record, **changes)) is type(record)
        with pytest.raises(TypeError):
            quick_dataclass.replace(record, nothing=1)


def test_who_inherits_is_replaced_with_all_its_fields() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class More(Found):
        c: int = 0

    assert quick_dataclass.replace(More(1, (), 2), a=3) == More(3, (), 2)


def test_nothing_of_it_can_be_changed() -> None:
    made = Found(1)
    with pytest.raises(FrozenInstanceError):
        made.a = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.a
    with pytest.raises(FrozenInstanceError):
        made.more = 2  # type: ignore[attr-defined]
    assert not hasattr(made, "__dict__")


def test_it_is_copied_pickled_and_matched() -> None:
    made = Found(1, ("x",))
    assert copy.copy(made) == copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made
    match made:
        case Found(a, (b,)):
            assert (a, b) == (1, "x")
        case _:
            raise AssertionError("not matched")


def test_who_inherits_from_one_has_its_fields() -> None:
    made = Below(1, "a", extra=3)
    assert (made.id, made.extra, made.twice, made) == (1, 3, 2, Below(1, "a", extra=3))


def test_a_kind_of_it_that_adds_no_fields_stays_that_kind() -> None:
    class Same(Found):
        __slots__ = ()

    made = Same(1, ("x",))
    assert type(made) is Same and made != Found(1, ("x",)) and (made.a, made.b) == (1, ("x",))
    with pytest.raises(FrozenInstanceError):
        made.a = 2  # type: ignore[misc]


def test_what_is_made_of_it_is_frozen_before_more_is_worked_out() -> None:
    @quick_dataclass.dataclass(frozen=True, slots=True)
    class Late:
        a: int

        def __post_init__(self) -> None:
            self.a = 2  # type: ignore[misc]

    with pytest.raises(FrozenInstanceError):
        Late(1)


def test_docs_are_those_that_were_written() -> None:
    assert Found.__doc__ is None and Below.__doc__ == "One that inherits, as Python's own makes it."


def test_whoever_defines_a_method_keeps_it() -> None:
    @quick_dataclass.dataclass(frozen=True, slots=True)
    class Hidden:
        value: str

        def __repr__(self) -> str:
            return "hidden"

    assert repr(Hidden("a")) == "hidden" and Hidden("a") == Hidden("a")


def counting(dataclass: Callable[..., Any]) -> Any:
    @dataclass(slots=True)
    class Counting(Generic[T]):
        """One that changes."""

        name: str
        n: int = field(default=1, repr=False)
        more: list[int] = field(default_factory=list, compare=False)
        twice: int = field(init=False, default=2)

        def __post_init__(self) -> None:
            self.twice = 2 * self.n

    return Counting


def test_one_that_changes_is_as_pythons_own() -> None:
    quick, own = (kind("a", n=3, more=[1]) for kind in (counting(quick_dataclass.dataclass), counting(dataclass)))
    for made in (quick, own):
        same = type(made)("a", 3)
        assert (made, made.twice, made.more) == (same, 6, [1])
        made.n, made.twice, same.more = 4, 8, [5]
        assert made != same and copy.copy(made) == copy.deepcopy(made) == made == replace(made, more=[7])
        assert made.__hash__ is None and type(made).__match_args__ == ("name", "n", "more")
        assert not hasattr(made, "__dict__") and type(made).__doc__ == "One that changes."
    assert repr(quick) == repr(own)
    assert quick.__dataclass_params__.frozen is own.__dataclass_params__.frozen is False
    assert quick_dataclass.replace(quick, name="b").name == "b"


def test_threads_may_make_the_first_at_once() -> None:
    kind = row(quick_dataclass.dataclass)
    with ThreadPoolExecutor(8) as threads:
        assert {one.twice for one in threads.map(lambda n: kind(2, "a"), range(64))} == {4}


def test_every_record_of_ours_can_be_made() -> None:
    """What is compiled late must not be wrong late."""
    kinds = [one for module in modules() for one in vars(module).values() if isinstance(one, type)]
    quick = [one for one in kinds if getattr(one.__init__, "__module__", "") == quick_dataclass.__name__]
    for kind in quick:
        frozen = vars(kind)["__dataclass_params__"].frozen
        assert quick_dataclass._init(kind, fields(kind), frozen=frozen), kind
    assert len(quick) > 100


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(gcli2api_tui.__path__, "gcli2api_tui."):
        if not found.name.endswith("__main__") and ".postgresql" not in found.name:  # those need an extra
            yield importlib.import_module(found.name)


def test_anything_else_is_pythons_own() -> None:
    @quick_dataclass.dataclass(order=True)
    class Changing:
        a: int

    made = Changing(1)
    made.a = 2
    assert Changing(1) < made
