"""What is booked. Money is whole cents, so that sums are exact."""

import dataclasses
import datetime


@dataclasses.dataclass(slots=True)
class Order:
    """One line of a shop's order file."""

    number: str
    day: datetime.date
    customer: str
    product: str
    quantity: int
    cents: int
    currency: str
    source: str


@dataclasses.dataclass(slots=True)
class Payment:
    """Money that came in, from a provider or the bank."""

    reference: str
    day: datetime.date
    customer: str
    cents: int
    currency: str
    source: str


@dataclasses.dataclass(slots=True)
class Entry:
    """An amount moved from one account to another."""

    day: datetime.date
    debit: str
    credit: str
    cents: int
    text: str


class Invalid(ValueError):
    """A record that cannot be booked; the message says why."""


def parse_cents(text):
    """Parse an amount such as 1,234.50 or -3."""
    text = text.replace(",", "")
    negative = text.startswith("-")
    whole, _, fraction = text.lstrip("-").partition(".")
    if not whole.isdigit() or len(fraction) > 2 or (fraction and not fraction.isdigit()):
        raise Invalid(f"{text!r} is no amount")
    cents = int(whole) * 100 + int(fraction.ljust(2, "0"))
    return -cents if negative else cents


def format_cents(cents):
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02}"
