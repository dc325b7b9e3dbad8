"""The rig: list, truth, reflector, and programs that are run and measured, each on its cores."""

import array
import contextlib
import json
import os
import random
import re
import shlex
import signal
import subprocess
import time
from dataclasses import dataclass, field

import rig_veth

TLDS = 1500
SERVERS = "11.0.0.0/8"  # where the reflector's servers are
REFERENCE_LEAST = 300000  # queries of R, so that its start does not count
HINTS = os.path.join("datasets", "root.hints")
HERE = os.path.dirname(os.path.realpath(__file__))
TICKS = os.sysconf("SC_CLK_TCK")


class RigError(Exception):
    pass


def root_addresses(project):
    with open(os.path.join(project, HINTS), encoding="ascii") as file:
        cells = [line.split() for line in file]
    return [row[3] for row in cells if len(row) == 4 and row[2] == "A"]


def write_list(file, names, zones=None, shuffled=False):
    """Names of two labels; with `zones` hosts below that many of these, each zone in its turn.
    Each is like the one before it, unless they are shuffled, always alike."""
    numbers = array.array("Q", range(1, names + 1))
    if shuffled:
        random.Random(names).shuffle(numbers)
    for i in numbers:
        zone = i if zones is None else i % zones
        host = "" if zones is None else f"host-{i}."
        file.write(f"{host}name-{zone}.tld{zone % TLDS}\n")


@dataclass
class Sample:
    """What one program did in one turn."""

    what: str
    seconds: float = 0
    user: float = 0
    system: float = 0
    queries: int = 0
    replies: int = 0
    names: int = 0  # looked up; 0: it asks for the sake of asking
    scanner: bool = False  # it makes records, which were compared
    recorded: int = 0
    judged: dict = field(default_factory=dict)  # of compare_truth
    retries: int = 0
    peak_mib: float = 0
    foretold_mib: float = 0  # what --dry-run said of that; 0: it was not asked
    dropped_here: int = 0  # by the program's own buffers
    dropped: int = 0  # by all buffers, the reflector's too
    cores: int = 1  # the program may use
    reflector: float = 0  # share of time that its busiest thread was busy
    others: float = 0  # cores that programs other than these two used meanwhile


def plan_cores(available, threads):
    """Cores of the scanner, of the reflector, and whether they are shared."""
    cores = sorted(available)
    reflector = cores[-2:] if len(cores) >= 4 else cores[-1:]
    scanner = cores[: max(1, threads)]
    return scanner, reflector, bool(set(scanner) & set(reflector))


def buffer_drops():
    """Datagrams that found a full buffer, in this network since its start."""
    with open("/proc/net/snmp", encoding="ascii") as file:
        keys, values = [line.split() for line in file if line.startswith("Udp:")]
    return int(dict(zip(keys, values))["RcvbufErrors"])


def machine_busy():
    """CPU seconds that all programs of the machine have used."""
    with open("/proc/stat", encoding="ascii") as file:  # without idle and iowait
        ticks = [int(cell) for cell in file.readline().split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / TICKS


class Reflector:
    """A reflector on its cores, from when it listens until close()."""

    def __init__(self, program, arguments, cores):
        self.process = subprocess.Popen(
            [program, *arguments], stdout=subprocess.PIPE, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )  # fmt: skip
        if self.process.stdout.readline() != "ready\n":
            self.process.wait()
            raise RigError("the reflector did not start")

    def drops(self):
        """On the way to it nothing is dropped but by buffers."""
        return 0

    def busy(self):
        """CPU seconds of each thread so far."""
        seconds = {}
        tasks = f"/proc/{self.process.pid}/task"
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/stat", encoding="ascii") as file:
                cells = file.read().rsplit(")", 1)[1].split()
            seconds[task] = (int(cells[11]) + int(cells[12])) / TICKS
        return seconds

    def close(self):
        """Ends it. Returns what it counted."""
        self.process.send_signal(signal.SIGTERM)
        printed = self.process.communicate()[0]
        if self.process.returncode != 0:
            raise RigError(f"the reflector ended with {self.process.returncode}")
        return json.loads(printed)


class Rig:
    def __init__(self, options, programs, directory, ipv6):
        self.options = options
        self.programs = programs
        self.directory = directory
        self.ipv6 = ipv6  # is there IPv6?
        self.all_right = True
        self.reflector = None
        self.world = []
        self.zones = None  # of the list: see write_list
        self.shuffled = False  # likewise
        self.truths = {}

    def path(self, name):
        return os.path.join(self.directory, name)

    def list_of(self, names):
        """The list of that many names, as self.zones and self.shuffled say."""
        path = self.path(f"list-{names}-{self.zones}-{self.shuffled}")
        if not os.path.exists(path):
            with open(path, "w", encoding="ascii") as file:
                write_list(file, names, self.zones, self.shuffled)
        return path

    def truth_of(self, names):
        """The truth of a list in the world of the reflector that runs."""
        key = (names, self.zones, self.shuffled, *self.world)
        if key not in self.truths:
            path = self.path(f"truth-{len(self.truths)}")
            command = [self.programs["reflector"], "--truth", self.list_of(names), *self.world]
            with open(path, "w", encoding="ascii") as file:
                if subprocess.run(command, stdout=file).returncode != 0:
                    raise RigError("the reflector could not tell the truth")
            self.truths[key] = path
        return self.truths[key]

    def start(self, part, world, trouble=(), zones=None, shuffled=False):
        """Starts the reflector. `world` decides what is true, `trouble` how it is told, and `zones`
        and `shuffled` what is in the list."""
        self.stop()
        self.zones, self.shuffled = zones, shuffled
        self.world = [*world, "--seed", str(self.options.seed),
                      "--servers", str(self.options.servers)]  # fmt: skip
        cores = plan_cores(os.sched_getaffinity(0), 1)[1]
        arguments = [part, "--threads", str(len(cores)), *self.world, *trouble]
        self.reflector = Reflector(self.programs["reflector"], arguments, cores)

    def start_veth(self, shuffled=False, **how):
        """Starts a responder behind a veth pair, in whose world all names exist and nothing has
        CAA. `how` is as for rig_veth.Responder. Raises rig_veth.Missing."""
        self.stop()
        self.zones, self.shuffled = None, shuffled
        self.world = ["--caa", "0", "--alias", "0", "--nxdomain", "0"]
        self.reflector = rig_veth.Responder(self.directory, **how)

    def drops(self):
        return buffer_drops() + self.reflector.drops()

    def stop(self):
        counts = self.reflector.close() if self.reflector is not None else {}
        self.reflector = None
        for key in ("unsent", "overflow"):
            if counts.get(key):
                print(f"The reflector itself lost datagrams: {counts[key]} {key}")

    def measure(self, what, command, threads=1):
        """Runs a command pinned to its cores. Returns its sample, and what it printed."""
        cores = plan_cores(os.sched_getaffinity(0), threads)[0]
        out, errors = self.path("stdout"), self.path("stderr")
        # Through a shell: a program begins with the peak memory of the process it was forked from.
        command = ["sh", "-c", '"$@"; exit $?', "sh", *command]
        drops, busy, machine = self.drops(), self.reflector.busy(), machine_busy()
        begun = time.monotonic()
        with open(out, "w", encoding="ascii") as file, open(errors, "w", encoding="ascii") as notes:
            process = subprocess.Popen(
                command, stdout=file, stderr=notes,
                preexec_fn=lambda: os.sched_setaffinity(0, cores),
            )  # fmt: skip
            _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        with open(out, encoding="ascii") as file, open(errors, encoding="ascii") as notes:
            printed, noted = file.read(), notes.read()
        if process.returncode != 0:
            raise RigError(f"{what} ended with {process.returncode}: {noted.strip()[:300]}")
        machine = machine_busy() - machine
        spent = [after - busy.get(task, 0) for task, after in self.reflector.busy().items()]
        sample = Sample(what, seconds, used.ru_utime, used.ru_stime, cores=len(cores),
                        dropped=self.drops() - drops,
                        reflector=max(spent, default=0) / seconds)  # fmt: skip
        ours = sample.user + sample.system + sum(spent)
        sample.others = max(0, machine - ours) / seconds
        return sample, printed, noted

    def reference(self, server, way="", sockets=16, window=128):
        """R; by `way` gso with trains out, gro with trains both ways."""
        least = 1000 if self.options.self_check else REFERENCE_LEAST
        queries = max(self.options.names, least)
        command = [self.programs["reference"], *([f"--{way}"] if way else []), server, str(queries),
                   str(sockets), str(window)]  # fmt: skip
        sample, printed, _ = self.measure(f"R {way}".strip(), command)
        counts = json.loads(printed)
        for key in ("queries", "replies", "seconds", "user", "system"):
            setattr(sample, key, counts[key])
        return sample

    def dnsperf(self, server, in_flight, names=None, timeout_s=5):
        names = names or self.options.names
        path = self.path(f"dnsperf-{names}")
        if not os.path.exists(path):
            with open(self.list_of(names), encoding="ascii") as lines, open(
                path, "w", encoding="ascii"
            ) as file:
                file.writelines(line.rstrip("\n") + " CAA\n" for line in lines)
        command = [self.programs["dnsperf"], "-s", server, "-d", path, "-n", "1", "-c", "16",
                   "-T", "1", "-q", str(in_flight), "-t", str(timeout_s), "-e"]  # fmt: skip
        sample, printed, _ = self.measure("dnsperf", command)
        sample.queries = int(re.search(r"Queries sent:\s+(\d+)", printed)[1])
        sample.replies = int(re.search(r"Queries completed:\s+(\d+)", printed)[1])
        sample.names = sample.queries
        sample.seconds = float(re.search(r"Run time \(s\):\s+([\d.]+)", printed)[1])
        return sample

    def foretell(self, command):
        """The memory that the scan would take, as --dry-run says, in MiB."""
        said = subprocess.run([*command, "--dry-run"], capture_output=True, text=True)
        found = re.search(r"^memory: about (\d+) MiB", said.stdout, re.M)
        if found is None:
            raise RigError(f"--dry-run does not tell the memory: {said.stderr.strip()[:300]}")
        return float(found[1])

    def scan(self, label, where, in_flight, threads=1, names=None, lossy=False, options=(),
             foretells=False):  # fmt: skip
        """One scan, compared with the truth. `where` is ["-r", ADDR] or ["-4"] and the like."""
        names = names or self.options.names
        out = self.path("out.zst")
        for former in (out, out + ".meta.json"):  # to empty it is no part of a scan
            with contextlib.suppress(FileNotFoundError):
                os.unlink(former)
        command = [self.programs["scanners"][label], "-i", self.list_of(names), "-o", out,
                   "--rate", "0", "--server-rate", "0", "--in-flight", str(in_flight),
                   "--threads", str(threads), *where, *options,
                   *shlex.split(self.options.options)]  # fmt: skip
        what = label if threads == 1 else f"{label}, {threads} threads"
        sample, _, noted = self.measure(what, command, threads)
        with open(out + ".meta.json", encoding="ascii") as file:
            counters = json.load(file)["counters"]
        sample.scanner, sample.names, sample.recorded = True, names, counters["recorded"]
        sample.queries, sample.replies = counters["queries"], counters["replies"]
        sample.retries, sample.dropped_here = counters["retries"], counters["local_drops"]
        found = re.search(r"memory: .*?([\d.]+) MiB", noted)
        sample.peak_mib = float(found[1]) if found else 0
        sample.foretold_mib = self.foretell(command) if foretells else 0
        self.compare(sample, out, lossy)
        return sample

    def compare(self, sample, out, lossy):
        command = [os.path.join(HERE, "compare_truth.py"), out, self.truth_of(sample.names)]
        if lossy:
            command.append("--lossy")
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        words = done.stdout.split()
        sample.judged = {key: int(value) for key, value in zip(words[::2], words[1::2])}
        if done.returncode != 0 or sample.recorded != sample.names:
            self.all_right = False
