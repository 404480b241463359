"""The job, from the files to the report."""

import dataclasses
import datetime
import json

from . import readers, report
from .book import Book
from .dedupe import Duplicates
from .model import Entry, Invalid
from .rates import Rates
from .rules import Rules

FIRST, LAST = datetime.date(2024, 3, 1), datetime.date(2024, 3, 31)


@dataclasses.dataclass
class Result:
    booked: int = 0
    duplicates: int = 0
    rejected: list = dataclasses.field(default_factory=list)


class Job:
    def __init__(self, folder):
        self.folder = folder
        with open(folder / "products.json", encoding="utf-8") as file:
            self.products = json.load(file)
        self.rates = Rates.load(folder / "rates.json")
        self.rules = Rules(self.products, FIRST, LAST)
        self.duplicates = Duplicates()
        self.book = Book()
        self.result = Result()

    def book_all(self, records, to_entry):
        for record in records:
            try:
                if isinstance(record, Invalid):
                    raise record
                entry = to_entry(record)
                if entry is None:
                    continue
                self.book.post(entry)
            except Invalid as err:
                source = getattr(record, "source", None)
                self.result.rejected.append(f"{source}: {err}" if source else str(err))
            else:
                self.result.booked += 1

    def order_entry(self, order):
        if not self.duplicates.is_new("order", order.number, order.product):
            return None
        self.rules.check_order(order)
        cents = self.rates.to_euro(order.cents * order.quantity, order.currency, order.day)
        return Entry(order.day, f"receivable:{order.customer}", f"sales:{order.product}", cents, order.number)

    def payment_entry(self, payment):
        if not self.duplicates.is_new("payment", payment.reference, payment.customer, payment.cents):
            return None
        self.rules.check_payment(payment)
        cents = self.rates.to_euro(payment.cents, payment.currency, payment.day)
        account = "bank" if payment.reference.startswith("BANK") else "provider"
        return Entry(payment.day, account, f"receivable:{payment.customer}", cents, payment.reference)


def run(folder, report_folder):
    job = Job(folder)
    for pattern, read, to_entry in (
        ("orders-*.csv", readers.read_orders, job.order_entry),
        ("payments-*.jsonl", readers.read_payments, job.payment_entry),
        ("statement-*.txt", readers.read_statement, job.payment_entry),
    ):
        for path in sorted(folder.glob(pattern)):
            job.book_all(read(path), to_entry)
    job.book.check()
    job.result.duplicates = job.duplicates.count
    report.write(report_folder, job.book, job.result, job.products)
    return job.result
