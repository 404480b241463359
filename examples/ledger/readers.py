"""Readers of the three kinds of files: CSV from shops, JSON lines from providers, text from the bank."""

import csv
import datetime
import json
import re

from .model import Invalid, Order, Payment, parse_cents

STATEMENT_LINE = re.compile(
    r"(?P<day>\d\d\.\d\d\.\d{4})\s+(?P<kind>CR|DR)\s+(?P<amount>[\d,.]+)\s+(?P<currency>[A-Z]{3})\s+(?P<memo>.*)"
)
MEMO_CUSTOMER = re.compile(r"\bC\d{5}\b")


def read_orders(path):
    """Yield an Order, or the Invalid that it is, for each row of a shop's file."""
    with open(path, newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            source = f"{path.name}:{number}"
            try:
                yield parse_order(row, source)
            except (Invalid, ValueError, KeyError) as err:
                yield Invalid(f"{source}: {err}")


def parse_order(row, source):
    customer = row["customer"].strip().upper()
    if not customer.startswith("C"):
        raise Invalid(f"{customer!r} is no customer")
    return Order(
        number=row["order"].strip(),
        day=datetime.date.fromisoformat(row["date"]),
        customer=customer,
        product=row["product"].strip(),
        quantity=int(row["quantity"]),
        cents=parse_cents(row["price"]),
        currency=row["currency"].strip() or "EUR",
        source=source,
    )


def read_payments(path):
    """Yield a Payment or an Invalid for each line of a provider's file."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            source = f"{path.name}:{number}"
            try:
                data = json.loads(line)
                yield Payment(
                    reference=data["id"],
                    day=datetime.date.fromisoformat(data["created"][:10]),
                    customer=data["customer"]["id"],
                    cents=parse_cents(data["amount"]),
                    currency=data["currency"].upper(),
                    source=source,
                )
            except (ValueError, KeyError) as err:
                yield Invalid(f"{source}: {err}")


def read_statement(path):
    """Yield a Payment or an Invalid for each credit of a bank statement; debits are not ours."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            match = STATEMENT_LINE.match(line)
            if not match or match["kind"] == "DR":
                continue
            source = f"{path.name}:{number}"
            customer = MEMO_CUSTOMER.search(match["memo"])
            if not customer:
                yield Invalid(f"{source}: no customer in {match['memo'].strip()!r}")
                continue
            yield Payment(
                reference=f"BANK-{path.stem}-{number}",
                day=datetime.datetime.strptime(match["day"], "%d.%m.%Y").date(),
                customer=customer[0],
                cents=parse_cents(match["amount"]),
                currency=match["currency"],
                source=source,
            )
