"""What the chapters are written in, and what proves them. Read it in this order:

claims      equations, inequalities and equivalences, and how they are written as text
symbols     kinds of symbols that proofs know: stand-ins, symmetric matrices, unit columns
zero        when algebra is done: every proof ends in an expression that is exactly zero
proofs      what counts as a proof: an identity, a sign manifest at sight, cases, induction ...
statement   a named claim in words with its proof, and its verdict
quantities  the machinery of the symbol table, and symbols made from its rows
source      expressions as Python source in plain arithmetic
function    formulas and tables for the package, read off claims
emit        the two generated files, and how a file differs from what it should be

Nothing here knows a chapter, or a symbol of the theory.
"""
