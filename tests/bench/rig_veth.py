"""A stand-in for a network card: a veth pair whose far end answers queries from an XDP program.

All that a query and its reply cost on their way is spent on the core of who asks, as with a card
whose interrupts come there: the way down, the far end's program, and the way up. No other process
answers. As cards have, the pair has a queue for each core, and what a core sends goes into its own
(XPS): the far end takes it from there, and sends replies back on that same core. With one queue
only, all cores' packets meet in one ring, which one core at a time empties. A train of UDP_SEGMENT is cut before it comes to the device, since no device with a program
at its peer takes it whole: as with a card that cannot cut it.
"""

import array
import fcntl
import os
import platform
import re
import shutil
import socket
import struct
import subprocess

from labworld import cage

SOURCE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "xdp_responder.c")
NEAR, FAR = "near", "far"
CLIENT, SERVER = "192.0.2.1", "192.0.2.53"  # RFC 5737; no server is really there
FAR_MAC = "02:00:00:00:00:53"
QUERY = bytes.fromhex("abcd 0100 0001 0000 0000 0001 00 0101 0001 00 0029 04d0 00000000 0000")
REPLY = bytes.fromhex("abcd 8180 0001 0000 0001 0001")  # how it begins
PATIENCE_S = 2
CONTROL_FILES = "sys"  # of the devices, in the rig's directory
SIOCETHTOOL, ETHTOOL_GGRO, ETHTOOL_SGRO = 0x8946, 0x2B, 0x2C  # linux/sockios.h, linux/ethtool.h


class Missing(Exception):
    """What is missing for such a pair."""


def command(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise Missing(f"{name} is not installed")
    return path


def do(arguments, what):
    """Runs a command. Where it fails, the first error it wrote is the reason."""
    done = subprocess.run([command(arguments[0]), *arguments[1:]], capture_output=True, text=True)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        error = next((line for line in lines if "rror" in line), lines[-1])
        raise Missing(f"{what}: {error.partition('. ')[0]}")


def compile_program(directory):
    """The kernel's headers for this machine are where C compilers of this machine alone look."""
    compiled = os.path.join(directory, "xdp_responder.o")
    headers = f"/usr/include/{platform.machine()}-linux-gnu"
    flags = ["-target", "bpf", "-std=c17", "-O2", "-Wall", "-Wextra", "-Werror"]
    do(["clang", *flags, "-idirafter", headers, "-c", SOURCE, "-o", compiled],
       "can't compile for the kernel")  # fmt: skip
    return compiled


def queue_count():
    """A queue for each core: the kernel looks for the one with a core's number."""
    return 1 + max(os.sched_getaffinity(0))


def make_pair(program, answering, queues):
    many = f"numtxqueues {queues} numrxqueues {queues}"
    steps = f"""link add {NEAR} {many} type veth peer name {FAR} address {FAR_MAC} {many}
                link set {NEAR} addrgenmode none up
                link set {FAR} addrgenmode none up
                addr add {CLIENT}/24 dev {NEAR}
                neigh add {SERVER} lladdr {FAR_MAC} dev {NEAR}"""
    for step in steps.splitlines():
        do(["ip", *step.split()], "no veth pair")
    for device, section in ((NEAR, "pass"), (FAR, answering)):
        do(["ip", "link", "set", "dev", device, "xdpdrv", "obj", program, "sec",
            f"xdp/{section}"], "the kernel takes no XDP program (root is needed)")  # fmt: skip


def own_queues(directory, queues):
    """What core N sends goes into queue N."""
    if queues == 1:
        return
    control = os.path.join(directory, CONTROL_FILES)
    try:
        if not os.path.isdir(os.path.join(control, "class")):
            cage.mount_sys(control)
        for queue in range(queues):
            path = f"{control}/class/net/{NEAR}/queues/tx-{queue}/xps_cpus"
            with open(path, "w", encoding="ascii") as file:
                file.write(core_mask(queue))
    except (OSError, cage.CageError) as error:
        raise Missing(f"cores can't be given queues of their own: {error}") from error


def core_mask(core):
    """As the kernel reads it: words of 32 cores in hexadecimal."""
    return f"{1 << core % 32:08x}" + ",00000000" * (core // 32)


def ethtool(device, command, value=0):
    """As the program of that name does it. Returns the value that the kernel answers."""
    request = array.array("B", struct.pack("II", command, value))
    asked = struct.pack("16sP16x", device.encode(), request.buffer_info()[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCETHTOOL, asked)
    return struct.unpack("II", request)[1]


def switch_gro_on():
    """Cards have it on, veth devices off: packets that belong together go up the stack as one."""
    try:
        ethtool(NEAR, ETHTOOL_SGRO, 1)
        if ethtool(NEAR, ETHTOOL_GGRO) == 0:
            raise Missing("the veth device has no GRO")
    except OSError as error:
        raise Missing(f"GRO can't be switched on: {error}") from error


def check_reply():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(PATIENCE_S)
        asking.connect((SERVER, 53))
        try:
            asking.send(QUERY)
            reply = asking.recv(512)
        except OSError as error:
            raise Missing(f"no reply comes over the veth pair: {error}") from error
    if not reply.startswith(REPLY):
        raise Missing(f"not the reply that was expected: {reply.hex()}")


def dropped(text):
    """Of /proc/net/dev: frames that were dropped between the two. What the far end could not send
    is counted at the near end already."""
    cells = {found[1]: found[2].split() for found in re.finditer(r"(\w+):(.*)", text)}
    near, far = ([int(cell) for cell in cells[device]] for device in (NEAR, FAR))
    return near[3] + near[11] + far[3]


class Responder:
    """Takes the place of a reflector, from when it answers until close()."""

    def __init__(self, directory, mixed=False, one_queue=False):
        queues = 1 if one_queue else queue_count()
        make_pair(compile_program(directory), "mixed" if mixed else "respond", queues)
        own_queues(directory, queues)
        switch_gro_on()
        check_reply()

    def drops(self):
        with open("/proc/net/dev", encoding="ascii") as file:
            return dropped(file.read())

    def busy(self):
        """No thread of its own."""
        return {}

    def close(self):
        do(["ip", "link", "del", NEAR], "can't remove the veth pair")
        return {}
