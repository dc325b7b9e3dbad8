"""The named runs. Each is a case or several: a reflector, and who takes turns against it."""

import os
import platform
import subprocess
import sys
from dataclasses import asdict

import rig_report
import rig_veth
import rig_world

RESOLVER, ROOT = "127.0.0.1", "198.41.0.4"
WORLD = ["--caa", "0.05", "--alias", "0.05", "--nxdomain", "0.05"]
INTERNET = ["--glueless", "0.5"]
MIXED = ["--caa", "0.2", "--alias", "0.1", "--nxdomain", "0.1", "--servfail", "0.01",
         "--refused", "0.01", "--truncated", "0.02"]  # fmt: skip
NARROW_QPS = 50000
RATE_SECONDS = 10
THREADS = (1, 2, 3)
HOSTS_OF_ZONE = 50  # in run warm
THREADS_LISTS = 5  # so many times the list where threads are compared: a start counts less
LOSSY_TIMEOUT_S = 0.5
LOSSY_SECONDS = 5  # roughly how long a scan may wait for time-outs
LOSSES = (0, 0.01, 0.2)
LOSSY_IN_FLIGHT = (100, 10000, 100000)
FOOTPRINT_IN_FLIGHT = (2000, 10000, 100000)
FOOTPRINT_PER_MS = 100  # names in flight to a millisecond that replies take
FOOTPRINT_CACHE = 16384
DNSPERF_SECONDS = 20  # so long, since CPU per name is compared and a program's start has its part


def take_turns(rig, title, turns, repeats=None):
    """All turns once, then all again, and the table of their samples. Each round begins with
    another one, so that nobody always follows the same."""
    repeats = repeats or rig.options.repeats
    print(f"\n{title}; {repeats} repeats", flush=True)
    samples = []
    for i in range(repeats):
        begin = i % len(turns)
        samples += [(number, turns[number]()) for number in
                    [*range(begin, len(turns)), *range(begin)]]  # fmt: skip
    samples = [sample for _, sample in sorted(samples, key=lambda pair: pair[0])]
    for line in rig_report.table(samples):
        print(line)
    for line in [*rig_report.against_one_thread(samples), *rig_report.against_dnsperf(samples)]:
        print(line)
    for complaint in filter(None, map(rig_report.complaint, samples)):
        print(complaint)
    lines, near = rig_report.against_foretold(samples)
    for line in lines:
        print(line)
    rig.all_right = rig.all_right and (near or rig.options.self_check)
    sys.stdout.flush()
    return [asdict(sample) | {"case": title} for sample in samples]


def scans(rig, where, in_flight, **how):
    """A turn for each program to scan with."""
    return [
        lambda label=label: rig.scan(label, where(label), in_flight, **how)
        for label in rig.programs["scanners"]
    ]


def by_resolver(_label):
    return ["-r", RESOLVER]


def help_of(rig, label):
    program = rig.programs["scanners"][label]
    return subprocess.run([program, "--help"], capture_output=True, text=True).stdout


def by_iteration(rig):
    """Nothing in this world is signed, so a scanner that validates is told not to."""

    def where(label):
        return ["-4", *(["--no-dnssec"] if "--no-dnssec" in help_of(rig, label) else [])]

    return where


def beside_all(rig, title, server):
    """R in all ways, dnsperf and the scanners take turns against a resolver."""
    in_flight = rig.options.in_flight
    turns = [lambda way=way: rig.reference(server, way) for way in ("", "gso", "gro")]
    if rig.programs["dnsperf"]:
        turns.append(lambda: rig.dnsperf(server, in_flight))
    turns += scans(rig, lambda _: ["-r", server], in_flight)
    return take_turns(rig, f"{title}: {rig.options.names} names, {in_flight} in flight", turns)


def resolver(rig):
    rig.start("flat", WORLD)
    return beside_all(rig, "resolver", RESOLVER)


def trains(rig):
    """As run resolver, but the reflector takes queries and sends replies in trains."""
    rig.start("flat", WORLD, ["--trains"])
    return beside_all(rig, "trains", RESOLVER)


def one_by_one(rig, run, server):
    """R and the scanners send each query by itself. Scanners that can't do without UDP_SEGMENT are
    left out."""
    option = "--no-segmentation"
    turns = [lambda: rig.reference(server)]
    turns += [
        lambda label=label: rig.scan(label, ["-r", server], rig.options.in_flight,
                                     options=[option])
        for label in rig.programs["scanners"] if option in help_of(rig, label)
    ]  # fmt: skip
    title = f"{run}: {rig.options.names} names, {rig.options.in_flight} in flight, {option}"
    return take_turns(rig, title, turns)


def mmsg(rig):
    rig.start("flat", WORLD)
    return one_by_one(rig, "mmsg", RESOLVER)


def behind_veth(rig, run, **how):
    """Is the veth pair there? Else says why the run is skipped."""
    try:
        rig.start_veth(**how)
    except rig_veth.Missing as missing:
        print(f"\n{run}: SKIPPED: {missing}", flush=True)
        return False
    return True


def veth(rig):
    return beside_all(rig, "veth", rig_veth.SERVER) if behind_veth(rig, "veth") else []


def veth_mixed(rig):
    """As run veth, but replies that follow each other are seldom of one length."""
    there = behind_veth(rig, "veth-mixed", mixed=True)
    return beside_all(rig, "veth-mixed", rig_veth.SERVER) if there else []


def veth_mmsg(rig):
    there = behind_veth(rig, "veth-mmsg")
    return one_by_one(rig, "veth-mmsg", rig_veth.SERVER) if there else []


def threads_names(rig):
    """For lists that are shuffled: one thread of three would else find its names less like each
    other than one alone does, and its records more work to compress."""
    return THREADS_LISTS * rig.options.names


def with_threads(rig, where):
    turns = []
    for count in THREADS:
        turns += scans(rig, where, rig.options.in_flight, threads=count, names=threads_names(rig))
    return turns


def threads_behind_veth(rig, run, **how):
    if not behind_veth(rig, run, shuffled=True, **how):
        return []
    turns = with_threads(rig, lambda _: ["-r", rig_veth.SERVER])
    title = f"{run}: {threads_names(rig)} names, {rig.options.in_flight} in flight"
    return take_turns(rig, title, turns)


def veth_threads(rig):
    """As run threads, but no reflector wants cores and none is a limit."""
    return threads_behind_veth(rig, "veth-threads")


def veth_one_queue(rig):
    """As run veth-threads, but all threads' packets meet in one ring, which overflows."""
    return threads_behind_veth(rig, "veth-one-queue", one_queue=True)


def iterate(rig):
    rig.start("internet", WORLD + INTERNET)
    in_flight = rig.options.in_flight
    turns = [lambda: rig.reference(ROOT), *scans(rig, by_iteration(rig), in_flight)]
    title = (f"iterate: {rig.options.names} names, {rig_world.TLDS} top-level domains, "
             f"{rig.options.servers} servers, {in_flight} in flight, cold caches")  # fmt: skip
    return take_turns(rig, title, turns)


def warm(rig):
    zones = max(1, rig.options.names // HOSTS_OF_ZONE)
    rig.start("internet", WORLD + INTERNET, zones=zones)
    in_flight = rig.options.in_flight
    turns = [lambda: rig.reference(ROOT), *scans(rig, by_iteration(rig), in_flight)]
    title = (f"warm: iteration, {rig.options.names} names in {zones} zones, "
             f"{rig.options.servers} servers, {in_flight} in flight")  # fmt: skip
    return take_turns(rig, title, turns)


def delay(rig):
    rig.start("flat", WORLD, ["--delay", "100", "--shape", "lognormal", "--sigma", "0.5"])
    in_flight = 40000
    names = 5 * rig.options.names
    turns = [lambda: rig.reference(RESOLVER, sockets=64, window=in_flight // 64),
             *scans(rig, by_resolver, in_flight, names=names),
             *scans(rig, by_resolver, in_flight, names=names, threads=2)]  # fmt: skip
    title = f"delay: {names} names, replies after 100 ms on average, {in_flight} in flight"
    return take_turns(rig, title, turns)


def lossy_names(names, loss, in_flight, seconds=LOSSY_SECONDS):
    """Fewer names where each waits long and few wait at a time."""
    waits_s = 1.3 * loss * LOSSY_TIMEOUT_S
    return min(names, max(1, int(seconds * in_flight / waits_s))) if loss else names


def dnsperf(rig):
    """Names per CPU second as against dnsperf, which repeats no query and writes no record."""
    if not rig.programs["dnsperf"]:
        print("\ndnsperf: SKIPPED: it is not installed", flush=True)
        return []
    results = []
    timeout = ["--timeout", str(LOSSY_TIMEOUT_S)]
    for lost in LOSSES:
        rig.start("flat", WORLD, ["--loss", str(lost)])
        for in_flight in LOSSY_IN_FLIGHT:
            names = lossy_names(rig.options.names, lost, in_flight, DNSPERF_SECONDS)
            turns = [lambda: rig.dnsperf(RESOLVER, in_flight, names, LOSSY_TIMEOUT_S),
                     *scans(rig, by_resolver, in_flight, names=names, lossy=lost > 0,
                            options=timeout)]  # fmt: skip
            title = f"dnsperf: {lost:.0%} of the queries lost, {names} names, {in_flight} in flight"
            results += take_turns(rig, title, turns)
    return results


def loss(rig):
    results = []
    timeout = ["--timeout", str(LOSSY_TIMEOUT_S)]
    for lost in LOSSES:
        rig.start("flat", WORLD, ["--loss", str(lost)])
        for in_flight in LOSSY_IN_FLIGHT:
            names = lossy_names(rig.options.names, lost, in_flight)
            turns = scans(rig, by_resolver, in_flight, names=names, lossy=True, options=timeout)
            title = f"loss: {lost:.0%} of the queries, {names} names, {in_flight} in flight"
            if lost == 0:
                turns.insert(0, lambda: rig.reference(RESOLVER))
            results += take_turns(rig, title, turns)
    return results


def narrow(rig):
    """The way to the server carries a fixed rate: no number of names in flight may undo a scan."""
    rig.start("flat", WORLD, ["--rate", str(NARROW_QPS), "--delay", "20"])
    results = []
    for in_flight in (100, 1000, 10000, 100000):
        turns = scans(rig, by_resolver, in_flight, lossy=True,
                      options=["--timeout", str(LOSSY_TIMEOUT_S)])  # fmt: skip
        title = (f"narrow: {NARROW_QPS} queries a second get through, 20 ms away, "
                 f"{rig.options.names} names, {in_flight} in flight")  # fmt: skip
        results += take_turns(rig, title, turns)
    return results


def rate(rig):
    rig.start("flat", WORLD)
    results = []
    for limit in (1000, 20000, 50000, 100000):
        names = min(rig.options.names, 1000) if rig.options.self_check else RATE_SECONDS * limit
        turns = []
        for count in (1, 2):
            turns += scans(rig, by_resolver, rig.options.in_flight, threads=count, names=names,
                           options=["--rate", str(limit)])  # fmt: skip
        results += take_turns(rig, f"rate: --rate {limit}, {names} names", turns)
    return results


def threads(rig):
    """Scans with one, two and three threads take turns with each other as well."""
    rig.start("flat", WORLD, ["--trains"], shuffled=True)
    turns = [lambda: rig.reference(RESOLVER), *with_threads(rig, by_resolver)]
    shared = [count for count in THREADS
              if rig_world.plan_cores(os.sched_getaffinity(0), count)[2]]  # fmt: skip
    title = f"threads: {threads_names(rig)} names, {rig.options.in_flight} in flight"
    for count in shared:
        title += f"; {count} threads share cores with the reflector"
    return take_turns(rig, title, turns)


def memory(rig):
    """The same bounds whatever the length of the list; and what a name in flight takes."""
    rig.start("flat", WORLD)
    results = []
    for names in (rig.options.names, 10 * rig.options.names):
        turns = scans(rig, by_resolver, rig.options.in_flight, names=names)
        title = f"memory: {names} names, {rig.options.in_flight} in flight"
        results += take_turns(rig, title, turns, repeats=1)
    rig.start("flat", WORLD, ["--delay", "1000"])
    for in_flight in (1000, 100000):
        names = min(rig.options.names, 5 * in_flight)
        turns = scans(rig, by_resolver, in_flight, names=names, options=["--timeout", "5"])
        title = f"memory: {names} names, {in_flight} in flight, replies after a second"
        results += take_turns(rig, title, turns, repeats=1)
    return results


def footprint(rig):
    """What a name in flight takes in either mode, and whether --dry-run knows: as many names as may
    be are in flight, since replies take their time, and the caches are small and full."""
    results = []
    most = [n for n in FOOTPRINT_IN_FLIGHT if 5 * n <= rig.options.names] or FOOTPRINT_IN_FLIGHT[:1]
    parts = (("flat", by_resolver, WORLD), ("internet", by_iteration(rig), WORLD + INTERNET))
    for part, where, world in parts:
        peaks = []
        for in_flight in most:
            rig.start(part, world, ["--delay", str(in_flight // FOOTPRINT_PER_MS)],
                      zones=max(1, rig.options.names // 2))  # fmt: skip
            title = (f"footprint: {part}, {rig.options.names} names, {in_flight} in flight, "
                     f"replies after {in_flight // FOOTPRINT_PER_MS} ms")  # fmt: skip
            results += take_turns(rig, title, scans(rig, where, in_flight, foretells=True,
                                  options=["--timeout", "5", "--cache", str(FOOTPRINT_CACHE)]),
                                  repeats=1)  # fmt: skip
            peaks.append(results[-1]["peak_mib"])
        if len(most) > 1:
            octets = (peaks[-1] - peaks[0]) * 2**20 / (most[-1] - most[0])
            print(f"{part}: {octets:.0f} octets a name in flight")
    return results


def check(rig):
    results = []
    both = f"{RESOLVER},::1" if rig.ipv6 else RESOLVER
    parts = (("flat", lambda _: ["-r", both], ["--listen", both]),
             ("internet", by_iteration(rig), []))  # fmt: skip
    for part, where, listen in parts:
        rig.start(part, MIXED + INTERNET, listen)
        title = f"check: {part}, every kind of name"
        results += take_turns(rig, title, scans(rig, where, rig.options.in_flight), repeats=1)
        rig.start(part, WORLD + INTERNET, [*listen, "--loss", "0.05", "--trains"])
        turns = scans(rig, where, rig.options.in_flight, lossy=True,
                      options=["--timeout", str(LOSSY_TIMEOUT_S)])  # fmt: skip
        results += take_turns(rig, f"check: {part}, 5 % lost, replies in trains", turns, repeats=1)
    return results


RUNS = {"resolver": resolver, "trains": trains, "mmsg": mmsg, "veth": veth, "iterate": iterate,
        "warm": warm, "delay": delay, "dnsperf": dnsperf, "loss": loss, "narrow": narrow, "rate": rate,
        "threads": threads, "veth-mixed": veth_mixed, "veth-mmsg": veth_mmsg,
        "veth-threads": veth_threads, "veth-one-queue": veth_one_queue,
        "memory": memory, "footprint": footprint, "check": check}  # fmt: skip


def run_all(rig, names):
    """Does these runs. Returns what was measured."""
    scanner, reflector, shared = rig_world.plan_cores(os.sched_getaffinity(0), 1)
    print(f"{platform.system()} {platform.release()}, cores {sorted(os.sched_getaffinity(0))}: "
          f"{scanner} for who is measured, {reflector} for the reflector"
          + (": SHARED, so that rates say little" if shared else ""))  # fmt: skip
    print("Medians of the repeats; /R: as against R of the same turn")
    results = []
    for name in names:
        results += RUNS[name](rig)
        rig.stop()
    return results
