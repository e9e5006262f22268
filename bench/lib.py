"""What the benchmarks share: servers, processes, load by wrk, CPU from /proc, and honest sampling."""

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
FOREIGN_LIMIT = 0.12  # more of the machine's CPU taken by others than this, and the sample is repeated
RETRIES = 3


@dataclass(frozen=True)
class Sample:
    """One run of load: requests per second, latency in ms, CPU ms per request, who else was at work."""

    rps: float
    p50: float
    p95: float
    p99: float
    errors: int
    cpu_ms: float
    foreign: float

    @property
    def is_noisy(self):
        return self.foreign > FOREIGN_LIMIT


def need(tool, install):
    """Stop with a sentence when a public tool is missing."""
    if shutil.which(tool) is None:
        sys.exit(f"{tool} is not installed. On Debian: {install}")


def granian(application, port, environment, name):
    """A granian WSGI server as the desk runs it: two processes of four threads."""
    log = open(environment["LOGS"] + f"/{name}.log", "wb")  # noqa: SIM115 - lives as long as the process
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(port), "--no-ws", "--workers", "2", "--blocking-threads", "4", application),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/livez")
    except OSError:
        process.kill()
        sys.exit(f"{name} did not start:\n" + Path(log.name).read_text()[-3000:])
    return process


def wait_for(url, seconds=30):
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def tree(pid):
    """The process and all its descendants."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        found.append(queue.pop())
        queue.extend(children.get(found[-1], []))
    return found


def cpu_of(pids):
    """CPU seconds of process trees, their ended children included."""
    total = 0
    for pid in {p for root in pids for p in tree(root)}:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(fields[i]) for i in (11, 12))
    return total / TICKS


def machine_cpu():
    """(busy, all) CPU seconds of the machine since it started."""
    fields = [int(x) for x in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS, sum(fields) / TICKS


def load(url, script, pids, *, seconds, connections):
    """Drive a URL with wrk; a sample disturbed by others is repeated, at most three times."""
    for _ in range(RETRIES):
        sample = load_once(url, script, pids, seconds, connections)
        if not sample.is_noisy:
            break
    return sample


def load_once(url, script, pids, seconds, connections):
    ours, (busy, whole) = cpu_of(pids), machine_cpu()
    generator = subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), url],
        stdout=subprocess.PIPE,
        text=True,
    )
    output = generator.communicate()[0]
    used, (busy_after, whole_after) = cpu_of(pids) - ours, machine_cpu()
    wrk_cpu = float(re.search(r"#cpu ([\d.]+)", output)[1]) if "#cpu" in output else 0.0
    figures = json.loads(re.search(r"#json (.*)", output)[1])
    foreign = max(0.0, busy_after - busy - used - wrk_cpu - generator_share(figures, seconds)) / (
        whole_after - whole
    )
    return Sample(
        rps=figures["requests"] / (figures["duration_us"] / 1e6),
        p50=figures["p50_us"] / 1000,
        p95=figures["p95_us"] / 1000,
        p99=figures["p99_us"] / 1000,
        errors=figures["errors"],
        cpu_ms=used * 1000 / max(1, figures["requests"]),
        foreign=foreign,
    )


def generator_share(figures, seconds):
    """What wrk itself takes, which /proc no longer tells once it has ended: about 25 µs a request."""
    return figures["requests"] * 25e-6 + 0.01 * seconds


def pairs(first, second, count):
    """A-B-A-B: `count` interleaved pairs of samples, and the ratios first / second."""
    found = [(first(), second()) for _ in range(count)]
    ratios = [a.rps / b.rps for a, b in found]
    return found, {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}


def machine():
    """What the figures were seen on."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    revision = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "cpu": model[1].strip() if model else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory[1]) / 2**20, 1) if memory else None,
        "python": platform.python_version(),
        "revision": revision.stdout.strip(),
    }


def write_result(name, result):
    """Keep a result beside the others, by date and revision."""
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{time.strftime('%Y-%m-%d')}-{result['machine']['revision']}-{name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    return path
