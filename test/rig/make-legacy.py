# Turns records and objects of the project in this folder into what DVC 2.x would have left. Arguments: paths of deps and
# outs; none: all of them.
import sys

from dvc.repo import Repo, lock_repo
from dvc_data.hashfile.build import build
from dvc_data.hashfile.transfer import transfer

wanted = sys.argv[1:]
name = "md5-dos2unix"
with Repo() as repo, lock_repo(repo):
    for stage in repo.index.stages:
        for item in [*stage.deps, *stage.outs]:
            if (wanted and item.def_path not in wanted) or hasattr(item, "params"):
                continue
            staging, item.meta, obj = build(repo.cache.legacy, item.fs_path, item.fs, name, ignore=repo.dvcignore)
            if item in stage.outs and item.use_cache:
                transfer(staging, repo.cache.legacy, {obj.hash_info}, shallow=False)
            item.hash_name, item.hash_info = name, obj.hash_info
        stage.dump(update_pipeline=False)
