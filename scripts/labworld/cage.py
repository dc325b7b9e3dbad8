"""Namespaces: a network that is `lo` alone, an /etc of our own, and processes that end together.

enter() is for the process that waits and tidies up. It must fork, and the child is process 1 of the
lab: when that child ends, however it ends, the kernel ends all others. Only the child has mounts of
its own. So the process that removes files afterwards never sees the real /etc at another place.
"""

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
import time

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = (
    0x00020000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x1, 0x20, 0x1000, 0x4000, 0x40000
PR_SET_PDEATHSIG = 1
_BPF_RANDOM = 2**32 - 0x1000 + 56  # SKF_AD_OFF + SKF_AD_RANDOM

_libc = ctypes.CDLL(None, use_errno=True)


class CageError(Exception):
    pass


def _call(function, *arguments):
    if getattr(_libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), function)


def _mount(source, target, kind, flags=0, data=None):
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    _call("mount", texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])


def enter():
    """Gives this process a new network, and its children new processes: as root without, else with
    a user namespace. Its mounts stay as they are."""
    spaces = CLONE_NEWNET | CLONE_NEWPID
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        try:
            return _call("unshare", spaces)
        except OSError:
            pass
    try:
        _call("unshare", spaces | CLONE_NEWUSER)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"0 {uid} 1")
        _write("/proc/self/gid_map", f"0 {gid} 1")
    except OSError as error:
        raise CageError(
            f"no namespaces for a private network ({error.strerror}): run as root, or allow user "
            "namespaces (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces > 0; "
            "in a container: --security-opt seccomp=unconfined or --privileged)"
        ) from error


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def end_with_parent(signal_number):
    _call("prctl", PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def mount_own(run):
    """For process 1: mounts that no other process sees. They are /proc of the new processes, and a
    writable /etc over the real one."""
    try:
        _call("unshare", CLONE_NEWNS)
        _mount(None, "/", None, MS_REC | MS_PRIVATE)
        try:
            _mount("proc", "/proc", "proc")
        except OSError:
            pass  # Some containers forbid it: then ps shows the machine's processes.
        _copy_etc(os.path.join(run, "etc"))
    except OSError as error:
        raise CageError(f"can't mount in the new namespace: {error.strerror}") from error


def mount_sys(directory):
    """The files of this network's devices, which are not those under /sys: that of the machine."""
    os.makedirs(directory, exist_ok=True)
    try:
        _mount("sysfs", directory, "sysfs")
    except OSError as error:
        raise CageError(f"can't mount sysfs: {error.strerror}") from error


def remove_run(run):
    """Removes the directory of a run. Its `etc` is a mount point in the lab and must be an empty
    directory here: rmdir refuses anything else, and then all is left as it is."""
    etc = os.path.join(run, "etc")
    try:
        os.rmdir(etc)
    except FileNotFoundError:
        pass
    except OSError as error:
        print(f"lab: leaves {run} alone: {error.strerror}: {etc}", file=sys.stderr)
        return
    shutil.rmtree(run, ignore_errors=True)


def _remove_at_end_of(reader, run):
    """What was in the lab may still be ending when the pipe tells of it, and writing."""
    os.read(reader, 1)
    for _ in range(50):
        remove_run(run)
        if not os.path.exists(run):
            return
        time.sleep(0.1)


@contextlib.contextmanager
def removed_afterwards(run):
    """Has the directory of a run removed at the end, also where this process is killed: another one,
    which a terminal's signals don't reach, waits until nobody holds a pipe any more. To be called
    before enter()."""
    reader, writer = os.pipe()
    remover = os.fork()
    if remover == 0:
        try:
            os.setsid()
            os.close(writer)
            null = os.open(os.devnull, os.O_RDWR)
            for standard in range(3):
                os.dup2(null, standard)
            _remove_at_end_of(reader, run)
        finally:
            os._exit(0)
    os.close(reader)
    try:
        yield
    finally:
        os.close(writer)
        os.waitpid(remover, 0)


def _copy_etc(real):
    """A tmpfs over /etc whose entries point to the real ones, which can be read there but not
    written. An overlay would do, but not every kernel and file system has it."""
    os.makedirs(real)
    _mount("/etc", real, None, MS_BIND | MS_REC)
    _mount(None, real, None, MS_REMOUNT | MS_BIND | MS_RDONLY | _mount_flags(real))
    _mount("tmpfs", "/etc", "tmpfs", 0, "mode=755")
    for entry in os.scandir(real):
        there = os.readlink(entry.path) if entry.is_symlink() else entry.path
        os.symlink(there, os.path.join("/etc", entry.name))


def _mount_flags(path):
    """What a mount in a user namespace must keep: ST_NOSUID and so on have the values of MS_."""
    kept = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC | os.ST_NOATIME | os.ST_NODIRATIME
    return os.statvfs(path).f_flag & (kept | os.ST_RELATIME)


def put_in_etc(path, text):
    """Writes /etc/`path`, in place of what is there. The links to the real /etc are cut first, so
    that nothing is written through them."""
    top = os.path.join("/etc", path.split("/")[0])
    if os.path.islink(top):
        os.unlink(top)
    path = os.path.join("/etc", path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    _write(path, text)


def bring_up(addresses):
    """Brings lo up with these addresses. Returns whether IPv6 is to be had."""
    ipv6 = _try_ip("link set lo up\naddr add ::2/128 dev lo nodad\n")
    lines = ["link set lo up"]
    for address in addresses:
        if ":" in address and ipv6:
            lines.append(f"addr add {address}/128 dev lo nodad")
        elif ":" not in address:
            lines.append(f"addr add {address}/32 dev lo")
    if not _try_ip("\n".join(lines) + "\n"):
        raise CageError("can't give lo its addresses (is iproute2 installed?)")
    return ipv6


def make_local(prefix):
    """Makes all IPv4 addresses of a prefix ones of this machine, without giving them to lo."""
    if not _try_ip(f"route add local {prefix} dev lo\n"):
        raise CageError(f"can't route {prefix} to lo")


def lose(percent):
    """From now on loses this share of all packets on lo, at random, where they arrive: who sends
    them does not see it. A filter of four instructions does it, which more kernels have than netem:
    load a random word; is it at or above the share of 2^32? Else return TC_ACT_SHOT."""
    least = min(percent * 2**32 // 100, 2**32 - 1)
    program = f"4,32 0 0 {_BPF_RANDOM},53 1 0 {least},6 0 0 2,6 0 0 0"
    batch = (
        "qdisc add dev lo clsact\n"
        f'filter add dev lo ingress bpf direct-action bytecode "{program}"\n'
    )
    if not _try("tc", batch):
        raise CageError("can't lose packets: the kernel has no clsact or cls_bpf")


def _try_ip(batch):
    return _try("ip", batch)


def _try(name, batch):
    program = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if program is None:
        return False
    done = subprocess.run([program, "-batch", "-"], input=batch, text=True, capture_output=True)
    return done.returncode == 0
