"""Runs a command on a pseudo-terminal and types one answer to each question that it asks.

on_terminal.py ANSWER... -- COMMAND...; prints what the terminal showed, ends with the command's exit code. With
ANSWER_AFTER nothing is typed before the terminal has shown that text.
"""

import fcntl
import os
import pty
import re
import struct
import sys
import termios

split = sys.argv.index("--")
answers, command = sys.argv[1:split], sys.argv[split + 1 :]
question = re.compile(r"(Type [^\n]*:|\(y/n\)\S*) (\x1b\[[0-9;]*[A-Za-z])*$")

answer_after = os.environ.get("ANSWER_AFTER", "")
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execvp(command[0], command)
shown = ""
unanswered = ""
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:  # Linux says EIO when the other side has closed
        break
    if not chunk:
        break
    text = chunk.decode("utf-8", "replace")
    shown += text
    unanswered += text
    if answers and answer_after in shown and question.search(unanswered):
        answer = answers.pop(0)
        # Ctrl-C and Ctrl-D act by themselves, and a person presses nothing after them.
        enter = "" if answer in ("\x03", "\x04") else "\r"
        os.write(terminal, (answer + enter).encode())
        unanswered = ""
_, status = os.waitpid(pid, 0)
sys.stdout.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
