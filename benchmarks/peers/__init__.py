"""What people use instead of our engine: each file one program that is run by itself and prints one line of JSON.

Run with `.venv-bench/bin/python -m benchmarks.peers.<name>` (`bare_fanout` with the bot's own environment). `send` here
is the engine's benchmark's: 2.5 ms out, accepted, 2.5 ms back.
"""
