"""A module of the package."""

print("running", __name__)


def double(value):
    return value + value


if __name__ == "ran_as_path":
    print("by path", double(2))
