"""Makes the input of the ledger: python make_input.py FOLDER. The same files each time."""

import csv
import json
import pathlib
import random
import sys

SHOPS = ("berlin", "lyon", "porto", "gdansk", "online")
CATEGORIES = ("books", "garden", "kitchen", "music", "toys")
CURRENCIES = ("EUR", "EUR", "EUR", "PLN", "USD", "CHF")
CUSTOMERS = 6_000
ORDERS_PER_SHOP = 4_300
PAYMENTS = 5_000
STATEMENT_LINES = 2_500


def day(rng):
    # A few days lie outside of the month.
    return f"2024-03-{rng.randint(1, 31):02}" if rng.random() < 0.995 else "2024-04-01"


def customer(rng):
    return f"C{rng.randrange(CUSTOMERS):05}"


def make_products(rng):
    products = {}
    for number in range(120):
        category = rng.choice(CATEGORIES)
        products[f"P{number:03}"] = {
            "name": f"{category.title()} item {number}",
            "category": category,
            "cents": rng.randint(199, 24_999),
        }
    return products


def make_rates(rng):
    rates = {}
    for currency, rate in (("PLN", 0.232), ("USD", 0.921), ("CHF", 1.043)):
        days = (f"2024-{month:02}-{d:02}" for month in (2, 3) for d in range(1, 30))
        rates[currency] = {d: round(rate * rng.uniform(0.98, 1.02), 5) for d in days}
    return rates


def write_orders(path, rng, products, shop):
    names = sorted(products)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "date", "customer", "product", "quantity", "price", "currency"])
        previous = None
        for number in range(ORDERS_PER_SHOP):
            if previous and rng.random() < 0.03:
                writer.writerow([previous[0].lower(), *previous[1:]])
                continue
            product = rng.choice(names)
            price = products[product]["cents"] * rng.uniform(0.8, 1.1) / 100
            quantity = rng.choice((1, 1, 1, 2, 3, 10)) if rng.random() < 0.99 else 0
            previous = [
                f"{shop[:2].upper()}-{number:06}",
                day(rng),
                customer(rng) if rng.random() < 0.995 else "guest",
                product,
                quantity,
                f"{price:,.2f}",
                rng.choice(CURRENCIES),
            ]
            writer.writerow(previous)


def write_payments(path, rng, count):
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            data = {
                "id": f"pay_{path.stem[-1]}{number:06x}",
                "created": f"{day(rng)}T{rng.randrange(24):02}:{rng.randrange(60):02}:00Z",
                "customer": {"id": customer(rng), "verified": rng.random() < 0.5},
                "amount": f"{rng.uniform(1, 900):.2f}",
                "currency": rng.choice(CURRENCIES).lower(),
            }
            line = json.dumps(data)
            file.write(line[: rng.randrange(len(line))] if rng.random() < 0.002 else line)
            file.write("\n")


def write_statement(path, rng):
    with open(path, "w", encoding="utf-8") as file:
        file.write("STATEMENT OF ACCOUNT\n\n")
        for _ in range(STATEMENT_LINES):
            kind = "CR" if rng.random() < 0.8 else "DR"
            memo = f"transfer {customer(rng)} order" if rng.random() < 0.98 else "cash deposit"
            year, month, date = day(rng).split("-")
            file.write(f"{date}.{month}.{year}  {kind}  {rng.uniform(5, 9_000):>12,.2f}  EUR  {memo}\n")


def main(folder):
    rng = random.Random(20240331)
    folder.mkdir(parents=True, exist_ok=True)
    products = make_products(rng)
    (folder / "products.json").write_text(json.dumps(products, indent=1), encoding="utf-8")
    (folder / "rates.json").write_text(json.dumps(make_rates(rng), indent=1), encoding="utf-8")
    for shop in SHOPS:
        write_orders(folder / f"orders-{shop}.csv", rng, products, shop)
    for provider in "ab":
        write_payments(folder / f"payments-{provider}.jsonl", rng, PAYMENTS // 2)
    write_statement(folder / "statement-2024-03.txt", rng)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python make_input.py FOLDER")
    main(pathlib.Path(sys.argv[1]))
