"""The independent checker. It imports nothing of bot, orchestration or db, and has its own reading of all.

`read` collects evidence from the running parts, `check` judges it and knows nothing else.
"""
