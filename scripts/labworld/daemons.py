"""Configures and starts the real servers: Knot and NSD as authorities, Unbound as resolver."""

import json
import os
import resource
import subprocess
import sys
import time

from . import client, export, faults, hostile, topology
from .model import Zone

START_SECONDS = 60
MODULES = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TCP_PER_THREAD = 200


class StartError(Exception):
    pass


class Daemon:
    """One server process. probe: (address, name) pairs that answer once it is ready."""

    def __init__(self, key, command, log, probes):
        self.key = key
        self.command = command
        self.log = log
        self.probes = probes
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            # Its own session: an interrupt typed at the terminal is for the command, not for it.
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, env=dict(os.environ, PYTHONPATH=MODULES),
            )  # fmt: skip

    def wait(self, deadline, rtype, recurse):
        for address, name in self.probes:
            while not answers(address, name, rtype, recurse):
                if self.process.poll() is not None:
                    raise StartError(f"{self.key} ended at start: {self.tail()}")
                if time.monotonic() > deadline:
                    raise StartError(f"{self.key} is silent at {address}: {self.tail()}")
                time.sleep(0.02)

    def complain(self):
        """A zone that a server refuses is logged as an error, and the server goes on without it."""
        errors = [line for line in self.log_lines() if "error:" in line]
        if errors:
            raise StartError(f"{self.key} ({self.command[0]}): {errors[0]}")

    def tail(self):
        return (self.log_lines() or ["its log is empty"])[-1]

    def log_lines(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()


def answers(address, name, rtype, recurse):
    try:
        reply = client.ask(address, name, rtype, 0.5, recurse)
    except OSError:
        return False
    return reply.rcode == 0 and bool(reply.answer)


def addresses(group, ipv6):
    """The addresses of a group that this machine can have."""
    every = [address for pair in group.hosts.values() for address in pair]
    return [address for address in every if ipv6 or ":" not in address]


def resolvers(ipv6):
    return [address for address in topology.RESOLVERS if ipv6 or ":" not in address]


def read_world(directory):
    with open(os.path.join(directory, "world.json"), encoding="utf-8") as file:
        zones = json.load(file)["zones"]
    with open(os.path.join(directory, "root.hints"), encoding="ascii") as file:
        return zones, topology.groups(file.read())


def fault_places(directory):
    """The servers that misbehave, where the world has any."""
    path = os.path.join(directory, "faults.jsonl")
    return faults.plan(faults.read(path), Zone(".", topology.ROOT)) if os.path.exists(path) else []


def hostile_sites(directory):
    path = os.path.join(directory, "hostile.jsonl")
    return hostile.read(path) if os.path.exists(path) else []


def odd_addresses(directory):
    """Those of servers that misbehave."""
    sites = hostile_sites(directory)
    odd = [place.address for place in fault_places(directory)] + [site.address for site in sites]
    return odd + [hostile.STRANGER] * bool(sites)


def start_all(directory, run, ipv6):
    """Starts the authorities, waits until they answer, then starts the resolver: it would take
    servers that are silent for dead ones."""
    zones, groups = read_world(directory)
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    authorities = []
    for key, group in groups.items():
        if key in zones:
            authorities.append(authority(group, zones[key], directory, run, ipv6))
    places = fault_places(directory)
    if places:
        authorities.append(fault_server(places, directory, run))
    sites = hostile_sites(directory)
    if sites:
        authorities.append(hostile_server(sites, directory, run))
    deadline = time.monotonic() + START_SECONDS
    for daemon in authorities:
        daemon.start()
    for daemon in authorities:
        daemon.wait(deadline, "SOA", recurse=False)
        daemon.complain()
    resolver = unbound(directory, run, ipv6)
    resolver.start()
    resolver.wait(deadline, "NS", recurse=True)
    return [*authorities, resolver]


def authority(group, zones, directory, run, ipv6):
    home = os.path.join(run, group.key)
    os.makedirs(home)
    listen = addresses(group, ipv6)
    store = os.path.join(directory, "zones", group.key)
    make = {"knot": knot_conf, "nsd": nsd_conf}[group.daemon]
    conf = write_conf(home, group.daemon, make(listen, zones, store, home))
    command = {
        "knot": ["/usr/sbin/knotd", "-c", conf],
        "nsd": ["/usr/sbin/nsd", "-d", "-c", conf],
    }[group.daemon]
    probes = [(address, zones[-1]) for address in listen]
    return Daemon(group.key, command, os.path.join(home, "log"), probes)


def fault_server(places, directory, run):
    """All sockets are bound before the first is served, so one that behaves shows that it is up."""
    home = os.path.join(run, "faults")
    os.makedirs(home)
    command = [sys.executable, "-B", "-m", "labworld.faultserver",
               os.path.join(directory, "faults.jsonl")]  # fmt: skip
    probes = [(place.address, place.zone.origin) for place in places if not place.behaviors][-1:]
    return Daemon("faults", command, os.path.join(home, "log"), probes)


def hostile_server(sites, directory, run):
    """It binds the honest sites last, so that one of these shows that all are served."""
    home = os.path.join(run, "hostile")
    os.makedirs(home)
    command = [sys.executable, "-B", "-m", "labworld.hostileserver",
               os.path.join(directory, "hostile.jsonl")]  # fmt: skip
    probes = [(site.address, site.zone) for site in sites if site.kind == "honest"][-1:]
    return Daemon("hostile", command, os.path.join(home, "log"), probes)


def write_conf(home, name, text):
    path = os.path.join(home, name + ".conf")
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def knot_conf(listen, zones, store, home):
    # Every worker has a socket of its own: more of them make up for the small receive buffer.
    lines = [
        "server:",
        f'    rundir: "{home}"',
        f"    listen: [ {', '.join(address + '@53' for address in listen)} ]",
        "    udp-workers: 4",
        "    tcp-workers: 2",
        "    background-workers: 4",
        "log:",
        "  - target: stderr",
        "    any: warning",
        "database:",
        f'    storage: "{home}/db"',
        "    journal-db-max-size: 32M",
        "    kasp-db-max-size: 32M",
        "    timer-db-max-size: 64M",
        "    catalog-db-max-size: 32M",
        "template:",
        "  - id: default",
        f'    storage: "{store}"',
        '    file: "%s.zone"',
        "    semantic-checks: off",
        "    zonefile-sync: -1",
        "    zonefile-load: whole",
        "    journal-content: none",
        "zone:",
    ]
    for origin in zones:
        lines.append(f'  - domain: "{origin}"')
        if origin == ".":
            lines.append(f'    file: "{export.file_name(origin)}"')
    return "\n".join(lines) + "\n"


def nsd_conf(listen, zones, store, home):
    lines = ["server:"]
    lines += [f"    ip-address: {address}" for address in listen]
    lines += [
        "    server-count: 2",
        "    reuseport: yes",
        '    username: ""',
        '    chroot: ""',
        '    database: ""',
        f'    zonesdir: "{store}"',
        f'    zonelistfile: "{home}/zone.list"',
        f'    pidfile: "{home}/nsd.pid"',
        f'    xfrdfile: "{home}/xfrd.state"',
        f'    xfrdir: "{home}"',
        f'    logfile: "{home}/log"',
        "    rrl-ratelimit: 0",
        "    rrl-whitelist-ratelimit: 0",
        "    tcp-count: 500",
        "    receive-buffer-size: 4194304",
        "remote-control:",
        "    control-enable: no",
    ]
    for origin in zones:
        lines += ["zone:", f'    name: "{origin}"', f'    zonefile: "{export.file_name(origin)}"']
    return "\n".join(lines) + "\n"


def unbound(directory, run, ipv6):
    home = os.path.join(run, "resolver")
    os.makedirs(home)
    conf = write_conf(home, "unbound", unbound_conf(directory, home, ipv6))
    command = ["/usr/sbin/unbound", "-d", "-p", "-c", conf]
    probes = [(address, ".") for address in resolvers(ipv6)]
    return Daemon("resolver", command, os.path.join(home, "log"), probes)


def ports_per_thread(threads):
    """As many sockets as the limit of open files allows, and no more than are of use."""
    open_files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return max(64, min(4096, open_files // threads - 4 * TCP_PER_THREAD - 64))


def unbound_conf(directory, home, ipv6):
    threads = os.cpu_count() or 1
    ports = ports_per_thread(threads)
    slabs = 1 << (threads - 1).bit_length()
    lines = ["server:"]
    for address in resolvers(ipv6):
        lines += [f"    interface: {address}", f"    outgoing-interface: {address}"]
    lines += [
        f"    do-ip6: {'yes' if ipv6 else 'no'}",
        # On lo a client's address is the one it asks.
        "    access-control: 0.0.0.0/0 allow",
        "    access-control: ::/0 allow",
        "    do-not-query-localhost: no",
        f'    directory: "{home}"',
        '    chroot: ""',
        '    username: ""',
        '    pidfile: ""',
        f'    logfile: "{home}/log"',
        "    use-syslog: no",
        "    log-time-ascii: yes",
        f'    root-hints: "{directory}/root.hints"',
        f'    trust-anchor-file: "{directory}/root.key"',
        "    ede: yes",
        f"    num-threads: {threads}",
        "    so-reuseport: yes",
        f"    outgoing-range: {ports}",
        # A client with few sockets may have all its queries in one thread.
        "    num-queries-per-thread: 16384",
        "    jostle-timeout: 2000",
        f"    outgoing-num-tcp: {TCP_PER_THREAD // 5}",
        f"    incoming-num-tcp: {TCP_PER_THREAD}",
        "    so-rcvbuf: 4m",
        "    so-sndbuf: 4m",
        "    msg-cache-size: 256m",
        "    rrset-cache-size: 512m",
        "    key-cache-size: 64m",
        "    neg-cache-size: 64m",
        "    infra-cache-numhosts: 100000",
    ]
    lines += [f"    {cache}-cache-slabs: {slabs}" for cache in ("msg", "rrset", "infra", "key")]
    lines += ["remote-control:", "    control-enable: no"]
    return "\n".join(lines) + "\n"
