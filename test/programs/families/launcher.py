"""Starts another Python in a session of its own and leaves at once, before that has begun. With an argument it is that other:
it waits for a file, and works."""

import os
import subprocess
import sys
import time

import kin

if len(sys.argv) == 3:
    kin.call(300)
    end = time.monotonic() + 120
    while not os.path.exists(sys.argv[1]) and time.monotonic() < end:
        time.sleep(0.01)
    kin.call(400)
    kin.leave()
else:
    kin.leave()
    null = subprocess.DEVNULL
    subprocess.Popen([sys.executable, __file__, sys.argv[1], "on"], start_new_session=True, stdin=null, stdout=null, stderr=null)
    os._exit(0)
