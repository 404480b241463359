"""The book: accounts, their balances, and the journal."""

from .model import Invalid

CREDIT_LIMIT = 8_000_00


class Account:
    def __init__(self, name):
        self.name = name
        self.debits = 0
        self.credits = 0
        self.entries = 0

    @property
    def balance(self):
        return self.debits - self.credits


class Book:
    def __init__(self):
        self.accounts = {}
        self.opened = []  # names in the order of first use, as the report lists them
        self.journal = []
        self.turnover = {}
        self.warnings = []

    def account(self, name):
        account = self.accounts.get(name)
        if account is None:
            account = self.accounts[name] = Account(name)
        return account

    def post(self, entry):
        """Book an entry on both of its accounts."""
        if entry.cents < 0:
            entry.debit, entry.credit = entry.credit, entry.debit
            entry.cents = -entry.cents
        if entry.debit == entry.credit:
            raise Invalid(f"{entry.text}: both sides are {entry.debit}")
        for name in (entry.credit, entry.debit):
            if name not in self.opened:
                self.opened.append(name)

        debit = self.account(entry.debit)
        credit = self.account(entry.credit)
        debit.debits += entry.cents
        debit.entries += 1
        credit.credits += entry.cents
        credit.entries += 1
        if debit.name.startswith("receivable:") and debit.balance > CREDIT_LIMIT:
            self.warnings.append(f"{debit.name} owes {debit.balance}")

        week = entry.day.isocalendar().week
        group = entry.credit.partition(":")[0]
        key = (week, group)
        self.turnover[key] = self.turnover.get(key, 0) + entry.cents
        self.journal.append(entry)

    def check(self):
        """Raise if debits and credits differ."""
        difference = sum(account.balance for account in self.accounts.values())
        if difference:
            raise ArithmeticError(f"the book is off by {difference} cents")
