"""The tamper-evident log: what was appended cannot be changed unseen.

It knows no survivor and no centre. Everything that leaves it is bytes whose form never
changes, so that a stranger's verifier written today still reads it in thirty years.
"""
