"""The real DVC as a judge in one long-lived process. One request a line, {"do", "root", ...}, one answer a line.
Folders are walked in the order of names, so that what DVC leaves to the file system is the same for all."""
import json
import os
import sys

answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_RDWR), 1)  # what commands of stages print is nobody's answer
os.dup2(os.open(os.devnull, os.O_RDWR), 2)

walk = os.walk


def sorted_walk(*args, **kwargs):
    for folder, folders, files in walk(*args, **kwargs):
        folders.sort()
        files.sort()
        yield folder, folders, files


os.walk = sorted_walk

import logging  # noqa: E402

from dvc.dependency.param import ParamsDependency  # noqa: E402
from dvc.dvcfile import load_file  # noqa: E402
from dvc.repo import Repo  # noqa: E402
from dvc.repo.reproduce import get_active_graph  # noqa: E402

logging.disable(logging.CRITICAL)
sys.setrecursionlimit(20000)


def name_of(error):
    return type(error).__name__


def describe(stage):
    """What a stage is; an exception for what DVC loads and then fails on."""
    cmd = stage.cmd
    if not (cmd is None or isinstance(cmd, str) or isinstance(cmd, list) and all(isinstance(c, str) for c in cmd)):
        raise TypeError("cmd")
    return {
        "cmd": cmd,
        "wdir": stage.wdir,
        "frozen": stage.frozen,
        "always_changed": stage.always_changed,
        "deps": [d.def_path for d in stage.deps if not isinstance(d, ParamsDependency)],
        "params": [[d.def_path, list(d.params)] for d in stage.deps if isinstance(d, ParamsDependency)],
        "outs": [[o.def_path, o.fs_path, o.use_cache, o.persist, o.can_push, bool(o.metric), bool(o.plot)] for o in stage.outs],
    }


def stage_of(stages, name):
    try:
        return describe(stages[name])
    except Exception as error:  # noqa: BLE001
        return {"error": name_of(error)}


def stages_of(repo, file):
    """The stages of one dvc.yaml, each by itself; an error if the file is refused as a whole."""
    try:
        loaded = load_file(repo, os.path.join(repo.root_dir, file))
        found = {name: stage_of(loaded.stages, name) for name in loaded.stages}
        for section in ("metrics", "plots", "params", "artifacts", "datasets"):
            getattr(loaded, section)
        return {"stages": found}
    except Exception as error:  # noqa: BLE001
        return {"error": name_of(error)}


def address(stage):
    return stage.path_in_repo + ":" + (getattr(stage, "name", None) or "")


def graph_of(repo):
    try:
        stages = list(repo.index.stages)
    except Exception as error:  # noqa: BLE001
        return {"error": name_of(error), "says": str(error)}
    try:
        for stage in stages:
            describe(stage)
        graph = repo.index.graph
        edges = {address(s): sorted(address(t) for t in graph.successors(s)) for s in stages}
        return {"stages": [address(s) for s in stages], "edges": edges}
    except Exception as error:  # noqa: BLE001
        return {"stages": [address(s) for s in stages], "error": name_of(error), "says": str(error)}


def status_of(repo):
    try:
        return {"status": repo.status()}
    except Exception as error:  # noqa: BLE001
        return {"error": name_of(error), "says": str(error)}


def look(root, files):
    os.chdir(root)
    try:
        repo = Repo(root)
    except Exception as error:  # noqa: BLE001
        return {"error": name_of(error), "says": str(error)}
    with repo:
        graph = graph_of(repo)
        answer = {"graph": graph, "files": {file: stages_of(repo, file) for file in files}}
        if "error" not in graph:
            answer.update(status_of(repo) if graph["stages"] else {"status": {}})
        return {"answer": answer}


def run(root):
    os.chdir(root)
    try:
        with Repo(root) as repo:
            repo.reproduce(all_pipelines=True)
            return {"ok": True}
    except Exception as error:  # noqa: BLE001
        return {"ok": False, "error": name_of(error), "says": str(error), "cause": str(error.__cause__)}


for line in sys.stdin:
    request = json.loads(line)
    do = request.pop("do")
    result = look(**request) if do == "look" else run(**request)
    answers.write(json.dumps(result, default=str) + "\n")
    answers.flush()
