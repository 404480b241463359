"""What starts.py starts as a script and as a module."""

import sys

import kin

kin.call(int(sys.argv[1]))
kin.leave()
print("started", sys.argv[1:], len(sys.path))
