"""Class bodies, metaclasses, descriptors, properties, __getattr__, super(), operators, __init_subclass__, __slots__."""

import abc


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **options):
        return {"prepared": name}

    def __new__(mcs, name, bases, namespace, **options):
        cls = super().__new__(mcs, name, bases, namespace)
        cls.options = options
        return cls

    def __init__(cls, name, bases, namespace, **options):
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        made.append(cls.__name__)
        return super().__call__(*args, **kwargs)

    def __instancecheck__(cls, instance):
        return super().__instancecheck__(instance) or hasattr(instance, "quacks")


class Typed:
    def __init__(self, kind):
        self.kind = kind

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.name)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name[1:]} is no {self.kind.__name__}")
        setattr(instance, self.name, value)


class Base(metaclass=Meta, colour="red"):
    registry = []
    number = Typed(int)

    def __init_subclass__(cls, **options):
        super().__init_subclass__()
        Base.registry.append(cls.__name__)

    def __init__(self, number):
        self.number = number

    def who(self):
        return ["Base"]

    @property
    def double(self):
        return self.number * 2

    @double.setter
    def double(self, value):
        self.number = value // 2


class Left(Base):
    def who(self):
        return ["Left", *super().who()]


class Right(Base):
    def who(self):
        return ["Right", *super().who()]


class Both(Left, Right):
    class Inner:
        for attribute in ("a", "b", "c"):
            locals()[attribute] = attribute * 2
        del attribute

    def who(self):
        return ["Both", *super().who()]


class Proxy:
    __slots__ = ("target", "asked")

    def __init__(self, target):
        object.__setattr__(self, "target", target)
        object.__setattr__(self, "asked", [])

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        self.asked.append(name)
        return getattr(self.target, name)

    def __setattr__(self, name, value):
        setattr(self.target, name, value)


class Vector:
    def __init__(self, *values):
        self.values = values

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(*map(sum, zip(self.values, other.values)))

    def __radd__(self, other):
        return self if other == 0 else NotImplemented

    def __getitem__(self, index):
        return self.values[index]

    def __len__(self):
        return len(self.values)

    def __contains__(self, value):
        return any(v == value for v in self.values)

    def __iter__(self):
        yield from self.values

    def __bool__(self):
        return any(self.values)

    def __format__(self, spec):
        return "<" + " ".join(format(v, spec) for v in self.values) + ">"


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


class Square(Shape):
    def area(self):
        return 4


made = []
both = Both(4)
print(both.who(), both.double, Base.registry, Base.options, Both.prepared, made)
both.double = 20
print(both.number, Both.Inner.a, Both.Inner.c)
try:
    both.number = "text"
except TypeError as err:
    print(err)
proxy = Proxy(both)
print(proxy.number, proxy.who(), proxy.asked, hasattr(proxy, "missing"))
proxy.double = 6
print(both.number)
vectors = [Vector(i, i + 1) for i in range(30)]
total = sum(vectors)
print(f"{total:03d}", 435 in total, len(total), bool(total), bool(Vector(0)), [*total])
try:
    Vector(1) + 1
except TypeError as err:
    print(err)
duck = type("Duck", (), {"quacks": True})()
print(isinstance(duck, Base), isinstance(3, Base))
try:
    Shape()
except TypeError:
    print("abstract")
print(Square().area(), type("Made", (Left,), {"who": lambda self: ["Made"]})(1).who(), Base.registry)
