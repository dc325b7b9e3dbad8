"""scripts/lab as a program: what the command sees, and that nothing gets out or is left behind."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(HERE, "..", "..", "scripts")
LAB = os.path.join(SCRIPTS, "lab")
sys.path.insert(0, SCRIPTS)

from labworld import cage  # noqa: E402


def lab(*arguments, **more):
    return subprocess.run([LAB, *arguments], capture_output=True, text=True, timeout=120, **more)


def inside(script, *options):
    return lab("--names", "60", *options, "--", sys.executable, "-c", script)


def start_waiting(case, directory):
    """A lab whose command waits, with its files in `directory`."""
    script = "import time; print('ready', flush=True); time.sleep(60)"
    running = subprocess.Popen(
        [LAB, "--names", "60", "--", sys.executable, "-c", script], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=dict(os.environ, TMPDIR=directory),
    )  # fmt: skip
    case.addCleanup(running.stdout.close)
    case.assertEqual(running.stdout.readline(), "ready\n")
    return running


class RealEtc(unittest.TestCase):
    """The machine's /etc is out of reach of the lab: it is read-only inside, and the process that
    removes files does not see it at another place."""

    def test_inside_the_real_etc_is_read_only(self):
        done = inside(
            "import os\n"
            "there = os.path.dirname(os.readlink('/etc/passwd'))\n"
            "assert there.endswith('/etc') and there != '/etc', there\n"
            "for path in (there, os.readlink('/etc/passwd')):\n"
            "    assert os.statvfs(path).f_flag & os.ST_RDONLY, path\n"
            "try:\n"
            "    open(os.path.join(there, 'caascan-lab-was-here'), 'w')\n"
            "except OSError:\n"
            "    raise SystemExit(0)\n"
            "raise SystemExit('the real /etc can be written')\n"
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_who_tidies_up_sees_no_mount_of_the_lab(self):
        with tempfile.TemporaryDirectory() as directory:
            running = start_waiting(self, directory)
            (run,) = os.listdir(directory)
            with open(f"/proc/{running.pid}/mountinfo", encoding="utf-8") as file:
                mounts = file.read()
            with open("/proc/self/mountinfo", encoding="utf-8") as file:
                self.assertEqual(mounts, file.read())
            self.assertEqual(os.listdir(os.path.join(directory, run, "etc")), [])
            running.terminate()
            running.wait(20)

    def test_a_run_whose_etc_is_not_empty_is_left_alone(self):
        with tempfile.TemporaryDirectory() as run:
            os.mkdir(os.path.join(run, "etc"))
            for path in ("log", "etc/precious"):
                with open(os.path.join(run, path), "w", encoding="ascii"):
                    pass
            with contextlib.redirect_stderr(io.StringIO()):
                cage.remove_run(run)
            self.assertEqual(sorted(os.listdir(run)), ["etc", "log"])
            self.assertEqual(os.listdir(os.path.join(run, "etc")), ["precious"])


class Command(unittest.TestCase):
    def test_exit_code_is_that_of_the_command(self):
        self.assertEqual(inside("raise SystemExit(7)").returncode, 7)
        killed = inside("import os, signal; os.kill(os.getpid(), signal.SIGUSR1)")
        self.assertEqual(killed.returncode, 128 + signal.SIGUSR1, killed.stderr)
        self.assertEqual(lab("--names", "60", "--", "/no/such/command").returncode, 127)

    def test_environment_and_etc(self):
        done = inside(
            "import os\n"
            "e = os.environ\n"
            "assert open(e['LAB_LIST']).readline() == 'rank,domain\\n'\n"
            "assert open(e['LAB_TRUTH']).readline().startswith('{\"row\":1,')\n"
            "servers = ['nameserver ' + a for a in e['LAB_RESOLVERS'].split(',')]\n"
            "assert len(servers) >= 2\n"
            "assert open('/etc/resolv.conf').read().splitlines() == servers\n"
            "assert 'DNSKEY 257 3 8' in open('/etc/caascan/root.key').read()\n"
            "assert os.path.exists('/etc/passwd')\n"
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(os.path.exists("/etc/caascan/root.key"))

    def test_nothing_can_leave(self):
        done = inside(
            "import errno, os, socket\n"
            "assert [name for _, name in socket.if_nameindex()] == ['lo']\n"
            "four, six = socket.AF_INET, socket.AF_INET6\n"
            "for family, address in ((four, '192.0.2.1'), (six, '2001:db8::1')):\n"
            "    try:\n"
            "        socket.socket(family, socket.SOCK_DGRAM).connect((address, 53))\n"
            "    except OSError as error:\n"
            "        assert error.errno in (errno.ENETUNREACH, errno.EADDRNOTAVAIL), error\n"
            "    else:\n"
            "        raise SystemExit('there is a route')\n"
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_world_is_made_once_and_used_again(self):
        with tempfile.TemporaryDirectory() as directory:
            world = os.path.join(directory, "world")
            done = inside("print(__import__('os').environ['LAB_WORLD'])", "--world", world)
            self.assertEqual(done.stdout.strip(), world, done.stderr)
            stamp = os.stat(os.path.join(world, "truth.ndjson")).st_mtime_ns
            self.assertEqual(inside("", "--world", world).returncode, 0)
            self.assertEqual(os.stat(os.path.join(world, "truth.ndjson")).st_mtime_ns, stamp)
            self.assertEqual(os.listdir(directory), ["world"])


ASK = """
import sys
sys.path.insert(0, sys.argv[1])
from labworld import client
def answered(server, name, times=1, timeout=0.5):
    count = 0
    for _ in range(times):
        try:
            count += bool(client.ask(server, name, "SOA", timeout, False).answer)
        except OSError:
            pass
    return count
"""


class Trouble(unittest.TestCase):
    def inside(self, script, *options):
        done = lab("--names", "60", *options, "--", sys.executable, "-c", ASK + script, SCRIPTS)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_packets_are_lost_on_both_ways(self):
        self.inside("share = answered('198.41.0.4', '.', 400, 0.02) / 400\n"
                    "assert 0.5 < share < 0.78, share\n", "--loss", "20")  # fmt: skip

    def test_a_dead_operator_is_silent_and_the_others_are_not(self):
        self.inside("assert not answered('185.49.11.53', 'parkhaus-dns.net')\n"
                    "assert not answered('193.108.11.53', 'parkhaus-dns.net')\n"
                    "assert answered('185.49.10.53', 'skydesk-dns.com')\n",
                    "--dead", "parkhaus")  # fmt: skip


class Mistakes(unittest.TestCase):
    def check(self, code, text, *arguments):
        done = lab(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(text, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_usage(self):
        self.check(64, "no command")
        self.check(64, "--names 0", "--names", "0", "--", "true")
        self.check(64, "--nonsense", "--nonsense", "--", "true")
        self.check(64, "--loss 101", "--loss", "101", "--", "true")
        self.check(64, "--dead", "--dead", "nobody", "--", "true")

    def test_list_that_can_not_be_read(self):
        self.check(66, "'/no/such/list'", "--list", "/no/such/list", "--", "true")

    def test_directory_that_is_no_world(self):
        self.check(66, "holds no world", "--world", HERE, "--", "true")


class Ending(unittest.TestCase):
    def servers(self, directory):
        """Processes that were started with files in `directory`."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    if directory.encode() in file.read():
                        found.append(pid)
            except OSError:
                continue
        return found

    def wait_until_gone(self, directory):
        deadline = time.monotonic() + 20
        while self.servers(directory) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.servers(directory), [])

    def test_termination_reaches_the_command_and_nothing_is_left(self):
        with tempfile.TemporaryDirectory() as directory:
            running = start_waiting(self, directory)
            self.assertTrue(self.servers(directory))
            running.terminate()
            self.assertEqual(running.wait(20), 128 + signal.SIGTERM)
            self.wait_until_gone(directory)
            self.assertEqual(os.listdir(directory), [])

    def test_killing_the_lab_ends_all_of_it(self):
        with tempfile.TemporaryDirectory() as directory:
            running = start_waiting(self, directory)
            running.kill()
            running.wait(20)
            self.wait_until_gone(directory)


if __name__ == "__main__":
    unittest.main()
