"""Runs Python programs, each in a process of its own that is forked off this one, which has loaded the modules that it was
told of: what takes most of the time of a short program.

Reads lines of JSON: `id`, `program` and its `arguments`, `environment`, `directory`, and the files that are its `input`,
`output` and `errors`; one with `id` and `kill` ends it. Answers `id` and `exitCode`, which is below 0 where a signal ended
it. It ends with its input.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import sys


def load(modules):
    """What they add to the environment belongs to them: the AWS CLI says there where its data is."""
    before = dict(os.environ)
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def next_program():
    """Serves for ever in this process; returns, once in each that is forked, what it has to run."""
    answers = os.dup(1)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running = {}
    rest = b''
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            for process in list(running):
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    answer = {'id': running.pop(process), 'exitCode': os.waitstatus_to_exitcode(status)}
                    os.write(answers, json.dumps(answer).encode() + b'\n')
        if 0 in ready:
            read = os.read(0, 1 << 20)
            if not read:
                os._exit(0)
            *lines, rest = (rest + read).split(b'\n')
            for line in lines:
                asked = json.loads(line)
                if 'kill' in asked:
                    for process in [process for process, id in running.items() if id == asked['id']]:
                        os.kill(process, signal.SIGKILL)
                    continue
                process = os.fork()
                if process == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for descriptor in (answers, woken, wake):
                        os.close(descriptor)
                    return asked
                running[process] = asked['id']


added = load(sys.argv[1:])
# They note where the home is when they are loaded, so that each program loads these itself.
for name in ('awscli.customizations.assumerole', 'awscli.handlers'):
    sys.modules.pop(name, None)
gc.freeze()
asked = next_program()
os.environ.clear()
os.environ.update(added)
os.environ.update(asked['environment'])
os.chdir(asked['directory'])
for descriptor, file, flags in (
    (0, 'input', os.O_RDONLY),
    (1, 'output', os.O_WRONLY),
    (2, 'errors', os.O_WRONLY),
):
    opened = os.open(asked[file], flags)
    os.dup2(opened, descriptor)
    os.close(opened)
sys.argv = [asked['program'], *asked['arguments']]
sys.path[0] = os.path.dirname(asked['program'])
runpy.run_path(asked['program'], run_name='__main__')
