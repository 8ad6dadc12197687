"""Form definitions as data: read strictly, asked in order, answered or explained.

A pack knows no survivor and no centre. It imports no other part of the project.
"""
