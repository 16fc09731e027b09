#!/usr/bin/env python3
"""Writes texts in which URIs stand as people and programs write them, and files with a URI where no reader looks for one.

Beside each is NAME.expected.json, as make.py has it, whose functions are used. Run in this folder after make.py.
"""
import contextlib
import io
import os
import runpy

with contextlib.redirect_stdout(io.StringIO()):
    made = runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "make.py"))
K, read, refused, entry, skipped, uri, b32, pretty, json = (
    made[name] for name in "K read refused entry skipped uri b32 pretty json".split())

LIST = "list of URIs"
BROKEN = "it may go on in the next line: put the whole URI on one line"
ELSEWHERE = "a URI of an account stands here, where this program keeps no code; add it with `vmfa add --uri-file`"
REST = skipped("the rest of the file",
               "it is in no form that is known: codes that are kept otherwise than as URIs were not looked for")


def shop(number, name="Shop"):
    return uri(K[number], f"{name}:ana", issuer=name)


def found(number, name="Shop", **more):
    return entry(K[number], name, "ana", **more)


# Behind names, bullets, in quotation marks of several languages, in a table, after a no-break space.
befores = ["A: {}", "- {}", "\u2022\u00a0{}", "\"{}\",", "\u201c{}\u201d", "\u300c{}\u300d", "| A | {} | x |", "\u00a0{}", "3. {} ;",
           "<a href='{}'>A</a>", "see [A]({}) there", "\t{}\tA"]
read("text-around.txt", "\n".join(text.format(shop(at, f"S{at}")) for at, text in enumerate(befores)) + "\n", LIST,
     [found(at, f"S{at}") for at in range(len(befores))])
read("text-around-utf16.txt", ("\ufeff" + "\r\n".join(f"S{at}: {shop(at, f'S{at}')}" for at in range(3)) + "\r\n").encode("utf-16-le"), LIST,
     [found(at, f"S{at}") for at in range(3)])
# As a program for mail breaks long lines, within the secret and behind it.
secret = b32(K[0])
read("broken-lines.txt", f"Dear Ana,\n> otpauth://totp/Shop:ana?secret={secret[:12]}\n{secret[12:]}&issuer=Shop\n\n"
     f"otpauth://totp/Bank:ana?secret={secret}&per\niod=60\n{shop(1)}\nBye\n", LIST,
     [skipped("line 2", BROKEN), skipped("line 5", BROKEN), found(1)])
read("pass-totp.txt", f"hunter2\nlogin: ana\nurl: https://shop.example\ntotp: {b32(K[0]).lower()}\n", LIST, [entry(K[0], "", "ana")])
read("zbarimg.txt", f"QR-Code:{shop(0)}\nQR-Code:https://shop.example/app\nscanned 2 barcode symbols from 1 images in 0.01 seconds\n",
     LIST, [found(0)])
# JSON that no program is known for. PHP escapes slashes.
read("uris-escaped.json", json.dumps([shop(0), shop(1, "Bank")]).replace("/", "\\/"), LIST, [found(0), found(1, "Bank")])
read("uris-in-objects.json", json.dumps({"accounts": [{"u": shop(0)}, {"u": shop(1, "Bank"), "seed": b32(K[2])}]}), LIST,
     [found(0), found(1, "Bank"), REST])
refused("words.json", json.dumps({"accounts": [{"seed": "no URI"}]}), "this file is in no form that is known")
refused("folders-and-items.json", json.dumps({"folders": [{"name": "x"}], "items": [{"type": "website", "name": "y"}]}),
        "this file is in no form that is known")

# A file of a known program with a URI in a note, and one that gives nothing at all.
bitwarden = {"encrypted": False, "folders": [], "items": [
    {"type": 1, "name": "Shop", "login": {"username": "ana", "totp": shop(0)}, "notes": None},
    {"type": 2, "name": "Old codes", "notes": f"keep!\n{shop(1, 'Bank')}", "secureNote": {"type": 0}}]}
text = pretty(bitwarden)
line = 1 + text[:text.index("Bank")].count("\n")
read("bitwarden-uri-in-a-note.json", text, "Bitwarden JSON", [found(0), skipped(f"line {line}", ELSEWHERE)], ["1 item has no one-time code"])
refused("bitwarden-without-codes.json", pretty({"encrypted": False, "folders": [], "items": bitwarden["items"][1:] and [
    {"type": 1, "name": "Shop", "login": {"username": "ana", "totp": None}}, {"type": 2, "name": "Note"}]}),
    "this Bitwarden JSON file holds no one-time code: 2 items have no one-time code")
# As the app on Android writes an account without a user name.
read("bitwarden-null.json", pretty({"encrypted": False, "items": [
    {"type": 1, "name": "Shop", "login": {"totp": uri(K[0], "Shop:null", issuer="Shop")}}]}), "Bitwarden JSON", [entry(K[0], "Shop", "")])
# One account without a secret, numbers as texts, texts as numbers.
account = made["lastpass"]
read("lastpass-odd.json", json.dumps({**made["LASTPASS"], "folders": [], "accounts": [
    account(K[0], "Shop", "ana"), {**account(K[1], "Empty", "ana"), "secret": None},
    {**account(K[2], "Texts", "ana"), "digits": "8", "timeStep": "60"}, {**account(K[3], "Number", "x"), "userName": 12345},
    {**account(K[4], "Odd", "ana"), "digits": "six"}, {**account(K[5], "Fraction", "ana"), "timeStep": 30.5}, "no account", [],
    account(K[6], "Steam", "ana")]}), "LastPass Authenticator JSON", [
        found(0), skipped("Empty:ana", "missing secret"), found(2, "Texts", digits=8, period=60), entry(K[3], "Number", "12345"),
        skipped("Odd:ana", "its number of digits is not a whole number"), skipped("Fraction:ana", "its period is not a whole number"),
        skipped("account 7", "it is not as this program writes its entries"),
        skipped("account 8", "it is not as this program writes its entries"),
        found(6, "Steam", kind="steam", warnings=["the issuer is Steam, whose codes are five letters: such codes are shown"])])
