"""Runs commands and tells what they cost. A small process of its own, because what a command costs grows with the
process that starts it. One request a line: {"argv", "cwd", "env", "stdout", "times", "atOnce"}; one answer a line: wall
and CPU seconds (the command and its children), the largest memory in KiB, and the exit code. `times` starts the command
that often, `atOnce` at a time, with its number as last argument."""
import json
import os
import sys
import time


def start(request, number):
    argv = request["argv"] + ([] if number is None else [str(number)])
    files = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    for fd, path in ((1, request.get("stdout") or "/dev/null"), (2, request.get("stderr") or "/dev/null")):
        files.append((os.POSIX_SPAWN_OPEN, fd, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644))
    return os.posix_spawn(argv[0], argv, request["env"], file_actions=files)


def measure(request):
    os.chdir(request["cwd"])
    times, at_once = request.get("times"), request.get("atOnce", 1)
    numbers = iter([None] if times is None else range(times))
    running, code, cpu, memory = 0, 0, 0.0, 0
    begun = time.perf_counter()
    for number in numbers:
        if running == at_once:
            running -= 1
            code, cpu, memory = add(os.wait3(0), code, cpu, memory)
        start(request, number)
        running += 1
    for _ in range(running):
        code, cpu, memory = add(os.wait3(0), code, cpu, memory)
    return {"wall": time.perf_counter() - begun, "cpu": cpu, "memory": memory, "exit": code}


def add(waited, code, cpu, memory):
    _, status, usage = waited
    exit_code = os.waitstatus_to_exitcode(status)
    return code or exit_code, cpu + usage.ru_utime + usage.ru_stime, max(memory, usage.ru_maxrss)


for line in sys.stdin:
    try:
        answer = measure(json.loads(line))
    except OSError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
