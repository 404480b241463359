def changed(): return 1
