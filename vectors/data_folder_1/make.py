#!/usr/bin/env python3
"""Makes the data folder beside this file with a vmfa of commit 35eaaa7, whose store had schema 1 and key ring 1.

    make.py VMFA

Debian's libfaketime sets the time, oathtool makes the codes. `expected.json` says what is in it.
"""
import base64, json, os, shutil, subprocess, sys

T0 = 1_700_000_010
HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "data")
SECRETS = {name: base64.b32encode((name * 10).encode()[:20]).decode() for name in ("phone", "tablet", "laptop", "spare")}


def code(name, at):
    return subprocess.run(["oathtool", "--totp", "-b", SECRETS[name], "-N", f"@{at}"], check=True, capture_output=True, text=True).stdout.strip()


def vmfa(at, *arguments, stdin="", rc=0):
    env = dict(os.environ, VMFA_DATA_DIR=FOLDER, TZ="UTC", HOME="/nonexistent")
    command = ["faketime", "-f", f"@{iso(at)}", sys.argv[1], *arguments]
    done = subprocess.run(command, env=env, input=stdin, capture_output=True, text=True)
    assert done.returncode == rc, (arguments, done)
    return done.stdout


def iso(at):
    import datetime
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def enabled(user, name, at, path="/"):
    vmfa(at, "device", "create", "--device-name", name, "--path", path, "--secret-file", "-", stdin=SECRETS[name])
    account = json.loads(vmfa(at, "account", "show", "--output", "json"))["account_id"]
    serial = f"arn:aws:iam::{account}:mfa{path}{name}"
    vmfa(at, "device", "enable", user, "--serial-number", serial, "--code1", code(name, at - 30), "--code2", code(name, at))
    return serial


shutil.rmtree(FOLDER, ignore_errors=True)
vmfa(T0, "user", "create", "alice", "--password-file", "-", stdin="correct Horse 7 battery\n")
vmfa(T0, "user", "create", "bob", "--path", "/staff/", "--password-file", "-", stdin="correct Horse 9 battery\n")
vmfa(T0, "user", "create", "carol", "--password-file", "-", stdin="wrong Horse 8 battery\n")
vmfa(T0, "account", "set-alias", "example")
phone = enabled("alice", "phone", T0 + 60)
enabled("bob", "tablet", T0 + 60, "/staff/")
enabled("bob", "laptop", T0 + 60)
spare = enabled("carol", "spare", T0 + 60)
vmfa(T0 + 90, "device", "deactivate", "carol")
recovery = vmfa(T0 + 90, "recovery-codes", "create", "alice").split()
vmfa(T0 + 120, "verify", "alice", "--code", recovery[0])
vmfa(T0 + 150, "verify", "alice", "--code", code("phone", T0 + 150))
vmfa(T0 + 150, "login", "alice", "--password-file", "-", "--code", code("phone", T0 + 180), stdin="correct Horse 7 battery\n")
for _ in range(2):
    vmfa(T0 + 210, "verify", "bob", "--code", "000000", rc=3)
events = json.loads(vmfa(T0 + 210, "audit", "list", "--output", "json"))["events"]
account = json.loads(vmfa(T0 + 210, "account", "show", "--output", "json"))
expected = {
    "at": T0 + 210, "account": account, "events": events, "secrets": SECRETS, "recovery_codes": recovery,
    "spent": {"alice": code("phone", T0 + 180)}, "serials": {"alice": phone, "spare": spare},
}
with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1)
for name in ("vmfa.db-wal", "vmfa.db-shm"):
    assert not os.path.exists(os.path.join(FOLDER, "verifier", name))
