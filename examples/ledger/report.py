"""The report: what was sold, who owes, what was rejected."""

import collections
import json

from .model import format_cents


def write(folder, book, result, products):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.txt").write_text("\n".join(summary(book, result, products)) + "\n", encoding="utf-8")
    with open(folder / "accounts.json", "w", encoding="utf-8") as file:
        json.dump(accounts(book), file, indent=1)
    with open(folder / "rejected.txt", "w", encoding="utf-8") as file:
        for text in sorted(result.rejected):
            print(text, file=file)


def accounts(book):
    rows = []
    for name in book.opened:
        account = book.accounts[name]
        rows.append(
            {
                "account": name,
                "debits": account.debits,
                "credits": account.credits,
                "balance": account.balance,
                "entries": account.entries,
            }
        )
    return rows


def summary(book, result, products):
    yield "SALES BY CATEGORY"
    by_category = collections.Counter()
    units = collections.Counter()
    for entry in book.journal:
        kind, _, product = entry.credit.partition(":")
        if kind == "sales":
            by_category[products[product]["category"]] += entry.cents
            units[product] += 1
    for category, cents in by_category.most_common():
        yield f"  {category:<16}{format_cents(cents):>16}"
    yield "BEST SELLERS"
    for product, count in units.most_common(10):
        yield f"  {products[product]['name']:<24}{count:>8}"
    yield "TURNOVER BY WEEK"
    for (week, group), cents in sorted(book.turnover.items()):
        yield f"  {week:>2} {group:<14}{format_cents(cents):>16}"
    yield "LARGEST DEBTORS"
    debtors = [a for a in book.accounts.values() if a.name.startswith("receivable:")]
    for account in sorted(debtors, key=lambda a: (-a.balance, a.name))[:10]:
        yield f"  {account.name:<24}{format_cents(account.balance):>14}"
    yield f"booked {result.booked}, duplicates {result.duplicates}, rejected {len(result.rejected)}"
    yield f"warnings {len(book.warnings)}"
