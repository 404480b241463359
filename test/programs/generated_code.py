"""Code that the standard library generates for the program: dataclasses, namedtuples, enums, typed dicts."""

import collections
import dataclasses
import enum
import functools
import typing


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = dataclasses.field(default_factory=list, compare=False)

    def __post_init__(self):
        self.tags.append(self.x + self.y)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    a: int
    b: str = "b"


Pair = collections.namedtuple("Pair", "left right", defaults=[0])


class Named(typing.NamedTuple):
    first: int
    second: str = "two"

    def both(self):
        return f"{self.first} {self.second}"


class Colour(enum.Enum):
    RED = enum.auto()
    GREEN = enum.auto()

    @classmethod
    def _missing_(cls, value):
        return cls.RED if value == "rot" else None

    @property
    def pretty(self):
        return self.name.title()


class Flags(enum.Flag):
    A = 1
    B = 2
    C = 4

    def describe(self):
        return "+".join(member.name for member in self)


class Settings(typing.TypedDict):
    depth: int


@functools.total_ordering
class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts


points = [Point(i % 5, i % 3) for i in range(30)]
points.sort()
print(points[0], points[-1], Point(1, 1) == Point(1, 1), Point(1) < Point(2))
print(dataclasses.replace(points[0], y=9), dataclasses.asdict(points[1]))
frozen = Frozen(a=1)
print(frozen, hash(frozen) == hash(Frozen(a=1)))
try:
    frozen.a = 2
except dataclasses.FrozenInstanceError as err:
    print(err)
pairs = [Pair(i) for i in range(20)]
print(pairs[3]._replace(right=4), sum(p.left for p in pairs), Pair._make([1, 2])._asdict())
print(Named(1).both(), Named(2, "zwei"))
print(Colour["RED"].pretty, Colour(2).pretty, Colour("rot").pretty, [c.value for c in Colour])
print((Flags.A | Flags.C).describe(), Flags.B in Flags(3))
print(Settings(depth=3), Version(3, 12) >= Version(3, 9), Version(3, 12) > Version(3, 14))
Made = dataclasses.make_dataclass("Made", [("value", int), ("other", int, 5)], namespace={"sum": lambda self: self.value + self.other})
print(Made(1).sum(), Made(2))
