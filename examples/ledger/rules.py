"""What a record must satisfy to be booked."""

from .model import Invalid

LARGE = 5_000_00


class Rules:
    def __init__(self, products, first, last):
        self.products = products
        self.first = first
        self.last = last

    def check_order(self, order):
        self.check_day(order)
        if order.product not in self.products:
            raise Invalid(f"unknown product {order.product}")
        if not 0 < order.quantity <= 500:
            raise Invalid(f"quantity {order.quantity}")
        if order.cents <= 0:
            raise Invalid("price is not positive")
        listed = self.products[order.product]["cents"]
        if order.currency == "EUR" and abs(order.cents - listed) * 2 > listed:
            raise Invalid(f"price is far from the listed {listed}")

    def check_payment(self, payment):
        self.check_day(payment)
        if payment.cents == 0:
            raise Invalid("nothing paid")
        if payment.cents > LARGE and not payment.reference.startswith("BANK"):
            raise Invalid("too large for a provider")

    def check_day(self, record):
        if not self.first <= record.day <= self.last:
            raise Invalid(f"{record.day} is not in the month")
