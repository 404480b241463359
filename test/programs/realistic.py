"""A small ordinary program: parse text, log, aggregate with dataclasses, report; most of its time in own code."""

import argparse
import collections
import csv
import dataclasses
import io
import logging
import sys


@dataclasses.dataclass
class Order:
    customer: str
    item: str
    amount: int
    price: int

    @property
    def total(self):
        return self.amount * self.price


class Handler(logging.Handler):
    def emit(self, record):
        lines.append(f"{record.levelname}: {record.getMessage()}")


def make_text(rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["customer", "item", "amount", "price"])
    state = 12345
    for _ in range(rows):
        state = (state * 1103515245 + 12345) % 2**31
        writer.writerow([f"c{state % 17}", "abcdefg"[state % 7], state % 13, state % 101])
    return out.getvalue()


def parse(text):
    for number, row in enumerate(csv.DictReader(io.StringIO(text))):
        try:
            order = Order(row["customer"], row["item"], int(row["amount"]), int(row["price"]))
            validate(order)
        except ValueError as err:
            log.warning("row %d: %s", number, err)
        else:
            yield order


def validate(order):
    if order.amount == 0:
        raise ValueError("no amount")
    if order.total > 1000:
        log.info("large order of %s", order.customer)


def aggregate(orders):
    by_customer = collections.defaultdict(lambda: collections.Counter())
    for order in orders:
        by_customer[order.customer][order.item] += order.total
    return by_customer


def report(by_customer, limit):
    ranked = sorted(by_customer.items(), key=lambda pair: -sum(pair[1].values()))
    for customer, items in ranked[:limit]:
        best, value = max(items.items(), key=lambda pair: (pair[1], pair[0]))
        yield f"{customer:4} {sum(items.values()):6} {best} {value}"


def main(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--limit", type=lambda text: int(text), default=5)
    options = parser.parse_args(argv)
    orders = parse(make_text(options.rows))
    for line in report(aggregate(orders), options.limit):
        print(line)
    print(collections.Counter(line.split(":")[0] for line in lines))


lines = []
log = logging.getLogger("orders")
log.addHandler(Handler())
log.setLevel(logging.INFO)
log.propagate = False

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
