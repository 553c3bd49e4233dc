"""Where learners' code runs: a warm process inside bubblewrap that forks a confined kernel for every submission.

`launch` starts the warm process, in a sandbox or, if that is asked for, without; `zygote` is its program;
`confinement` is what a forked process does to itself before it runs learners' code; and `warden` looks after that
process from outside: limits, interrupts, files, and its end.
"""
