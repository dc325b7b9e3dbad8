"""The runner of golden cases fails where it should. Run by CTest as golden_run_itself."""
import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

RUN = pathlib.Path(__file__).with_name("run")


def load():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("golden_run", str(RUN))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("golden_run", loader))
    loader.exec_module(module)
    return module


class Matching(unittest.TestCase):
    def test_pairs(self):
        matches = load().text_matches
        for expected, actual, same in [
                ("", "", True),
                ("a\n", "a\n", True),
                ("a\n", "a", False),
                ("a\n", "a\nb\n", False),
                ("a *\n", "a b c\n", True),
                ("a *\n", "b\n", False),
                ("a*\n", "a", False),
                ("[x]\n", "x\n", False),
                ("a\n...\nd\n", "a\nb\nc\nd\n", True),
                ("a\n...\nd\n", "a\nd\n", True),
                ("...\nd\n", "a\nd\nd\n", True),
                ("a\n...\n", "b\n", False),
        ]:
            with self.subTest(expected=expected, actual=actual):
                self.assertEqual(matches(expected, actual), same)


class Cases(unittest.TestCase):
    def setUp(self):
        self.suite = tempfile.TemporaryDirectory()
        self.case = pathlib.Path(self.suite.name, "case")
        self.case.mkdir()
        self.case.joinpath("cmd").write_text("echo out; echo err >&2; echo kept > kept; exit 3\n")
        for name, text in [("stdout", "out\n"), ("stderr", "err\n"), ("exit", "3\n"),
                           ("files/kept", "kept\n")]:
            path = self.case / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    def tearDown(self):
        self.suite.cleanup()

    def run_suite(self, *options):
        return subprocess.run([RUN, *options, self.suite.name], capture_output=True,
                              env=os.environ, check=False).returncode

    def test_a_good_case_passes(self):
        self.assertEqual(self.run_suite(), 0)

    def test_every_wrong_expectation_fails_until_it_is_updated(self):
        for name in ["stdout", "stderr", "exit", "files/kept"]:
            with self.subTest(name=name):
                path = self.case / name
                kept = path.read_text()
                path.write_text("wrong\n")
                self.assertEqual(self.run_suite(), 1)
                self.assertEqual(self.run_suite("--update"), 0)
                self.assertEqual(path.read_text(), kept)

    def test_a_file_that_is_not_written_fails(self):
        self.case.joinpath("files/missing").write_text("")
        self.assertEqual(self.run_suite(), 1)

    def test_a_suite_without_cases_fails(self):
        self.case.joinpath("cmd").unlink()
        self.assertEqual(self.run_suite(), 1)


if __name__ == "__main__":
    unittest.main()
