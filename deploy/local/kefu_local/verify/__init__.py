"""The history checker: whether everything that was acknowledged had its effect, once and in order.

work.py ──calls──> gateway          history.py keeps what was asked and what was answered
observe.py <──HTTP and bus──        what is there when the platform is quiet
verdict.py: history x observation -> lost, doubled, ghosts, out of order
"""
