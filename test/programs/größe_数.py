"""Names that are not ASCII: this file's, its functions', variables', classes', and the text it prints."""


class Größe:
    """Ein Maß."""

    einheit = "µm"

    def __init__(self, länge):
        self.länge = länge

    def verdoppeln(self):
        return Größe(self.länge * 2)

    def __str__(self):
        return f"{self.länge} {self.einheit}"


def 数える(数):
    合計 = 0
    for 個 in range(数):
        合計 += 個
    return 合計


def naïve(ﬁ):
    return fi  # NFKC: the parser turns the ligature into fi


𝔘𝔫𝔦𝔠𝔬𝔡𝔢 = lambda x: x + 1

print(ascii(str(Größe(21).verdoppeln())))
print(数える(10), naïve(3), Unicode(4), ascii(数える.__name__))
text = "😀 astral, é composed, e\u0301 decomposed"; print(ascii(text), len(text))
try:
    raise ValueError("ошибка")
except ValueError as err:
    print(ascii(str(err)))
