"""Are the files of this folder what Kubernetes takes, and do their command lines do what is promised?

    pip install kubernetes-validate
    python scripts/kubernetes/check.py target/debug/experiments

Checks both files against the schema of the API, strictly, and carries out what stands in them without a cluster: the worker's
command line with the index of two pods side by side, one of which is killed and started again as
`restartPolicy: OnFailure` would, and then that of merge.yaml, all in an empty folder that is laid out like the volume. The
experiment is the small one of scripts/slurm in place of configs/lenet.toml.
"""

import csv
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import kubernetes_validate
import yaml

HERE = pathlib.Path(__file__).resolve().parent


def job(name):
    """The file, after it has been checked against the schemas of several versions."""
    content = yaml.safe_load((HERE / name).read_text())
    versions = ["1.27", "1.30", kubernetes_validate.latest_version()]
    for version in versions:
        kubernetes_validate.validate(content, version, strict=True)
    print(f"{name}: a {content['apiVersion']} {content['kind']} of Kubernetes {', '.join(versions)}")
    return content["spec"]["template"]["spec"]


def command(pod):
    (container,) = pod["containers"]
    return container["command"] + container.get("args", [])


def start(pod, lab, program, index=None):
    environment = {"PATH": f"{program}:/usr/bin:/bin", "HOME": str(lab)}
    if index is not None:
        environment["JOB_COMPLETION_INDEX"] = str(index)
    return subprocess.Popen(command(pod), cwd=lab, env=environment, stdout=subprocess.DEVNULL)


def main(binary):
    worker, merge = job("job.yaml"), job("merge.yaml")
    lab = pathlib.Path(tempfile.mkdtemp())
    program = lab.with_name(lab.name + "-image")
    program.mkdir()
    os.symlink(pathlib.Path(binary).resolve(), program / "experiments")
    (lab / "configs").mkdir()
    (lab / "data/mnist").mkdir(parents=True)
    shutil.copy(HERE.parent / "slurm/example.toml", lab / "configs/lenet.toml")

    done = lab / "results/lenet/done"
    pods = {index: start(worker, lab, program, index) for index in (0, 1)}
    while not done.exists() or len(list(done.iterdir())) < 8:
        assert all(pod.poll() is None for pod in pods.values()), "a pod ended early"
        time.sleep(0.05)
    pods[1].kill()
    assert pods[1].wait() != 0
    pods[1] = start(worker, lab, program, 1)
    assert [pod.wait() for pod in pods.values()] == [0, 0]
    print("workers:", *sorted(path.name for path in (lab / "results/lenet/workers").iterdir()))
    assert start(merge, lab, program).wait() == 0

    runs = [row["run"] for row in csv.DictReader(open(lab / "results/lenet/runs.csv"))]
    planned = [row["run"] for row in csv.DictReader(open(lab / "results/lenet/plan.csv"))]
    assert runs == planned
    print(f"merged: {len(runs)} of {len(planned)} runs, in the order of the plan")
    shutil.rmtree(lab)
    shutil.rmtree(program)


if __name__ == "__main__":
    main(*sys.argv[1:])
