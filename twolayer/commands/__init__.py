"""The command line: one file a command, each with its options (`add_options`) and its `work`.

cli         the parser's frame, and how errors end
options     kinds of values, shared options, former names of options
streams     plain characters, closed streams
output      tables, figures, arrays and folders
check       the main job: `twolayer` without a command
located     its boundaries: random networks, recursion and theory
figures     its figures
laws        the laws of the catapult, on trained networks
boundaries, simulate, diagram    for numbers of the user's own
relu        ReLU networks with real and with frozen gates
data        networks on a data set
data_runs, data_tables, data_figures    its runs, what it prints, what it writes
explorer    writes the explorer's page, and opens it
"""
