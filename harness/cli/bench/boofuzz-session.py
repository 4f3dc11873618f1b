"""
boofuzz beside our fuzzer: a login without a password and a statement behind it, one field changed at a time, every answer read.
Plays a part of its list, from a place on (a share of it), for some seconds; prints how many cases and how long. What it sent on each
connection goes to sent.json in the folder, as hex.
"""
import json
import os
import signal
import sys
import time

from boofuzz import Block, Byte, Bytes, DWord, FuzzLoggerText, Request, Session, Size, String, Target, TCPSocketConnection

host, port, user, limit_ms, share, seconds, folder = sys.argv[1:]


def packet(name, sequence_id, *fields):
    body = name + "-body"
    length = Size("length", block_name=body, length=3, endian="<")
    return Request(name, children=(length, Byte("sequence-id", default_value=sequence_id), Block(body, children=fields)))


sent = []


class Recorded(TCPSocketConnection):
    def open(self):
        sent.append([])
        super().open()

    def send(self, data):
        sent[-1].append(data.hex())
        return super().send(data)


def session_from(index):
    login = packet(
        "HandshakeResponse41",
        1,
        DWord("capabilities", default_value=0x00002200 | 0x00008000, endian="<"),
        DWord("max-packet-size", default_value=1 << 24, endian="<"),
        Byte("character-set", default_value=45),
        Bytes("filler", default_value=bytes(23), size=23),
        String("user", default_value=user),
        Byte("user-end", default_value=0),
        Byte("auth-length", default_value=0),
    )
    statement = packet("COM_QUERY", 0, Byte("command", default_value=3), String("query", default_value="SELECT 1"))
    session = Session(
        index_start=index,
        target=Target(connection=Recorded(host, int(port), recv_timeout=int(limit_ms) / 1000)),
        pre_send_callbacks=[lambda target, *_, **__: target.recv(10000)],
        fuzz_loggers=[FuzzLoggerText(file_handle=open(os.devnull, "w"))],
        db_filename=os.path.join(folder, "boofuzz.db"),
        receive_data_after_fuzz=True,
        ignore_connection_reset=True,
        ignore_connection_aborted=True,
        web_port=None,
    )
    session.connect(login)
    session.connect(login, statement)
    return session


total = session_from(1).num_mutations(max_depth=1)
session = session_from(1 + int(total * float(share)))
began = time.monotonic()


def over(*_):
    with open(os.path.join(folder, "sent.json"), "w") as file:
        json.dump(sent, file)
    print(session.num_cases_actually_fuzzed, time.monotonic() - began, total, file=sys.__stdout__, flush=True)
    os._exit(0)


signal.signal(signal.SIGALRM, over)
signal.alarm(int(seconds))
session.fuzz(max_depth=1)
over()
