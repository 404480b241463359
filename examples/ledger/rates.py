"""Exchange rates: the latest that is not later than a day."""

import bisect
import datetime
import json

from .model import Invalid


class Rates:
    def __init__(self, by_currency):
        self._days = {}
        self._rates = {}
        for currency, by_day in by_currency.items():
            pairs = sorted((datetime.date.fromisoformat(day), rate) for day, rate in by_day.items())
            self._days[currency] = [day for day, _ in pairs]
            self._rates[currency] = [rate for _, rate in pairs]

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    def to_euro(self, cents, currency, day):
        if currency == "EUR":
            return cents
        if currency not in self._days:
            raise Invalid(f"no rate for {currency}")
        at = bisect.bisect_right(self._days[currency], day) - 1
        if at < 0:
            raise Invalid(f"no rate for {currency} on {day}")
        return round(cents * self._rates[currency][at])
