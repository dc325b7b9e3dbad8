#!/usr/bin/env python3
"""Makes damaged copies of a record file, one for each kind of damage, in the folder given.

make_damage.py FILE FOLDER: FILE has a pzstd header before each frame, the metadata frame first.
"""
import pathlib
import struct
import sys

HEADER_LEN = 12


def frames_of(octets):
    """Each frame with the header before it."""
    frames = []
    while octets:
        end = HEADER_LEN + struct.unpack_from("<I", octets, 8)[0]
        frames.append(octets[:end])
        octets = octets[end:]
    return frames


def flipped(frame, at):
    return frame[:at] + bytes([frame[at] ^ 1]) + frame[at + 1:]


def damages(frames):
    first, second, third, *rest = frames
    yield "flip_in_records", [first, flipped(second, len(second) - 9), third, *rest]
    yield "flip_in_magic", [first, flipped(second, HEADER_LEN), third, *rest]
    yield "flip_in_header_length", [first, flipped(second, 9), third, *rest]
    yield "flip_in_header_magic", [first, flipped(second, 1), third, *rest]
    yield "flip_in_checksum", [first, second, flipped(third, len(third) - 1), *rest]
    yield "frame_gone", [first, second, *rest]
    yield "frame_twice", [first, second, second, third, *rest]
    yield "order_changed", [first, *reversed([second, third, *rest])]
    yield "cut_in_frame", [first, second, third[:-5]]
    yield "cut_in_header", [first, second, third[:7]]
    yield "cut_at_frame", [first, second]
    yield "junk_between", [first, second, b"not a frame", third, *rest]
    yield "junk_before", [b"\x00" * 3, first, second, third, *rest]
    yield "metadata_gone", [second, third, *rest]
    yield "only_metadata", [first]


def main():
    source, folder = (pathlib.Path(word) for word in sys.argv[1:])
    for name, frames in damages(frames_of(source.read_bytes())):
        (folder / f"{name}.zst").write_bytes(b"".join(frames))


if __name__ == "__main__":
    main()
