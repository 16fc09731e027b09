#!/usr/bin/env python3
"""Writes KeePassXC's own exports of a database with every form in which the programs around KeePass keep a code.

`keepass-2.xml` is written by hand, in the form of KeePass 2. keepassxc-cli 2.7.4 (Debian 12) imports it into a database and
exports that as `keepassxc-2.7.4.xml` and `keepassxc-2.7.4-all.csv`: those two are KeePassXC's own writing.

Needs keepassxc and faketime. Run in this folder. UUIDs and times are fixed. All secrets are thrown away."""
import base64
import hashlib
import os
import re
import subprocess
import tempfile
from urllib.parse import unquote
from xml.sax.saxutils import escape

from make_expectations import IGNORED, UNNAMED, b32, entry, read, refused, skipped

PW = "vectors"


def secret(number, length=20):
    return hashlib.sha256(b"keepassxc vector %d" % number).digest()[:length]


class Entry:
    """`fields`: name -> value or (value, protected). `is_`: what the fields mean, or None for no code, or a reason (str)."""

    def __init__(self, group, title, user, fields, is_=None, history=None, note="", url="", tags="", why=""):
        self.group, self.title, self.user, self.fields, self.is_ = group, title, user, fields, is_
        self.history, self.note, self.url, self.tags, self.why = history, note, url, tags, why


def totp(key, digits=6, period=30, algorithm="SHA1"):
    return {"type": "totp", "key": key, "digits": digits, "period": period, "algorithm": algorithm}


def steam(key):
    return {"type": "steam", "key": key, "digits": 5, "period": 30, "algorithm": "SHA1"}


def hotp(key, counter, digits=6, algorithm="SHA1"):
    return {"type": "hotp", "key": key, "digits": digits, "counter": counter, "algorithm": algorithm}


S = secret
UTF8 = "pässwort-ключ-20b"
E = [
    Entry("", "Defaults", "alice", {"otp": f"otpauth://totp/Defaults:alice?secret={b32(S(1))}&period=30&digits=6&issuer=Defaults"},
          totp(S(1)), note="a note about alice\nsecond line", url="https://defaults.example"),
    Entry("", "Bare", "alice", {"otp": f"otpauth://totp/Other%20Issuer:other@account?secret={b32(S(2))}&issuer=Other%20Issuer"},
          totp(S(2)), why="no digits and no period in the URI; its label differs from the title and the user name. The XML keeps the URI, the CSV has one made of title and user name"),
    Entry("Work", "Sixty", "bob", {"otp": f"otpauth://totp/Sixty:bob?secret={b32(S(3))}&period=60&digits=8&issuer=Sixty&algorithm=SHA256"},
          totp(S(3), 8, 60, "SHA256")),
    Entry("Work", "Sha512", "bob", {"otp": (f"otpauth://totp/Sha512:bob?secret={b32(S(4, 32))}&period=30&digits=6&issuer=Sha512&algorithm=SHA512", True)},
          totp(S(4, 32), 6, 30, "SHA512"), why="`otp` is protected"),
    Entry("Games", "Steam URI", "gordon", {"otp": f"otpauth://totp/Steam%20URI:gordon?secret={b32(S(5))}&period=30&digits=5&issuer=Steam%20URI&encoder=steam"},
          steam(S(5))),
    Entry("Games", "Steam old", "gordon", {"TOTP Seed": (b32(S(6)), True), "TOTP Settings": "30;S"}, steam(S(6)),
          why="what KeePassXC wrote before 2.3 and KeeTrayTOTP writes"),
    Entry("Work", "Tray", "carol", {"TOTP Seed": (b32(S(7)), True), "TOTP Settings": "30;6"}, totp(S(7))),
    Entry("Work", "Tray 60 8", "carol", {"TOTP Seed": b32(S(8)), "TOTP Settings": "60;8"}, totp(S(8), 8, 60)),
    Entry("Work", "Tray with server", "carol", {"TOTP Seed": b32(S(9)), "TOTP Settings": "30;7;https://time.example"}, totp(S(9), 7),
          why="KeeTrayTOTP's third setting is a time server"),
    Entry("Work", "Tray seed only", "carol", {"TOTP Seed": b32(S(10)).lower()}, totp(S(10)),
          why="no settings: KeePassXC 2.7.4 shows no code and writes none into the CSV; KeeTrayTOTP's defaults are 30 s and 6 digits"),
    Entry("Work", "Tray spaced", "carol", {"TOTP Seed": " ".join(re.findall(".{1,4}", b32(S(11)).lower())), "TOTP Settings": "30;6"}, totp(S(11))),
    Entry("Work/Ops", "KeeOtp", "dave", {"otp": f"key={b32(S(12))}&step=60&size=8"}, totp(S(12), 8, 60), why="KeeOtp plugin"),
    Entry("Work/Ops", "KeeOtp plain", "dave", {"otp": f"key={b32(S(13))}"}, totp(S(13))),
    Entry("Work/Ops", "KeeOtp2 mode", "dave", {"otp": f"key={b32(S(14))}&size=6&step=30&otpHashMode=Sha256"}, totp(S(14), 6, 30, "SHA256"),
          why="KeeOtp2's hash"),
    Entry("Work/Ops", "KeeOtp hotp", "dave", {"otp": f"key={b32(S(15))}&type=hotp&counter=7"}, hotp(S(15), 7),
          why="KeePassXC 2.7.4 takes it for TOTP and shows a code that is never right"),
    Entry("KeePass2", "Time32", "erin", {"TimeOtp-Secret-Base32": (b32(S(16)), True)}, totp(S(16))),
    Entry("KeePass2", "TimeHex", "erin", {"TimeOtp-Secret-Hex": (S(17).hex(), True), "TimeOtp-Length": "8", "TimeOtp-Period": "60", "TimeOtp-Algorithm": "HMAC-SHA-256"},
          totp(S(17), 8, 60, "SHA256")),
    Entry("KeePass2", "Time64", "erin", {"TimeOtp-Secret-Base64": (base64.b64encode(S(18)).decode(), True), "TimeOtp-Algorithm": "HMAC-SHA-512"},
          totp(S(18), 6, 30, "SHA512")),
    Entry("KeePass2", "TimeUtf8", "erin", {"TimeOtp-Secret": (UTF8, True), "TimeOtp-Algorithm": "HMAC-SHA-1", "TimeOtp-Length": "6", "TimeOtp-Period": "30"},
          totp(UTF8.encode()), why="the secret is the UTF-8 bytes of the text"),
    Entry("KeePass2", "Time32 spaced", "erin", {"TimeOtp-Secret-Base32": " ".join(re.findall(".{1,4}", b32(S(19)).lower()))}, totp(S(19))),
    Entry("KeePass2", "Hmac32", "frank", {"HmacOtp-Secret-Base32": (b32(S(20)), True), "HmacOtp-Counter": "5"}, hotp(S(20), 5)),
    Entry("KeePass2", "HmacHex", "frank", {"HmacOtp-Secret-Hex": S(21).hex().upper(), "HmacOtp-Counter": "0"}, hotp(S(21), 0)),
    Entry("KeePass2", "Hmac64", "frank", {"HmacOtp-Secret-Base64": base64.b64encode(S(22)).decode(), "HmacOtp-Counter": "12345"}, hotp(S(22), 12345)),
    Entry("KeePass2", "HmacUtf8", "frank", {"HmacOtp-Secret": "12345678901234567890", "HmacOtp-Counter": "9"}, hotp(b"12345678901234567890", 9),
          why="RFC 4226's secret: 520489 is the code of the counter 9"),
    Entry("KeePass2", "Hmac no counter", "frank", {"HmacOtp-Secret-Base32": b32(S(23))}, hotp(S(23), 0),
          why="KeePass 2 begins at 0 where there is none"),
    Entry("KeePass2", "Both", "grace", {"TimeOtp-Secret-Base32": b32(S(24)), "HmacOtp-Secret-Base32": b32(S(25)), "HmacOtp-Counter": "3"},
          "two codes: the TimeOtp one and the HmacOtp one (counter 3)"),
    Entry("KeePass2", "Twice the same", "grace", {"otp": f"otpauth://totp/Twice:grace?secret={b32(S(26))}&period=30&digits=6&issuer=Twice", "TimeOtp-Secret-Base32": b32(S(26))},
          totp(S(26)), why="one code in two forms, as people have who use both programs: once is enough"),
    Entry("KeePass2", "Time odd length", "grace", {"TimeOtp-Secret-Base32": b32(S(27)), "TimeOtp-Length": "many"}, "damaged: the length is no number"),
    Entry("KeePass2", "Time bad secret", "grace", {"TimeOtp-Secret-Base32": "not base32 1089"}, "damaged: the secret is not base32"),
    Entry("Работа/東京", "山田 🔑 <&> \"q\"", "дмитрий@пример.рф", {"otp": f"otpauth://totp/%E5%B1%B1%E7%94%B0:%D0%B4?secret={b32(S(28))}&period=30&digits=6&issuer=%E5%B1%B1%E7%94%B0"},
          totp(S(28)), note="заметка", tags="tag one;два"),
    Entry("Work", "Changed", "heidi", {"otp": f"otpauth://totp/Changed:heidi?secret={b32(S(30))}&period=30&digits=6&issuer=Changed"}, totp(S(30)),
          history={"otp": f"otpauth://totp/Changed:heidi?secret={b32(S(29))}&period=30&digits=6&issuer=Changed"},
          why="its history holds an older code, which is not to come in"),
    Entry("Work", "Removed code", "heidi", {}, None, history={"otp": f"otpauth://totp/Removed:heidi?secret={b32(S(31))}&period=30&digits=6"},
          why="only its history has a code, which is not to come in"),
    Entry("", "Same", "ivan", {"otp": f"otpauth://totp/Same:ivan?secret={b32(S(32))}&period=30&digits=6&issuer=Same"}, totp(S(32))),
    Entry("Work", "Same", "ivan", {"otp": f"otpauth://totp/Same:ivan?secret={b32(S(33))}&period=30&digits=6&issuer=Same"}, totp(S(33)),
          why="the same title and user name in another group, another secret"),
    Entry("", "No code", "judy", {"Custom": ("hunter2", True)}, None, note="a note about judy"),
    Entry("", "", "", {"otp": f"otpauth://totp/KeePassXC:none?secret={b32(S(34))}&period=30&digits=6&issuer=KeePassXC"}, totp(S(34)),
          why="no title and no user name: KeePassXC writes `KeePassXC:none` for these"),
    Entry("", "Empty otp", "judy", {"otp": ""}, None, why="KeePassXC 2.7.4 shows a code of the empty secret; in the CSV it is `secret=` with nothing after it"),
    Entry("", "Garbage otp", "judy", {"otp": "hello"}, "damaged: neither a URI nor KeeOtp's settings", why="KeePassXC 2.7.4 shows a code of the empty secret; in the CSV it is `secret=` with nothing after it"),
    Entry("", "Uri hotp", "judy", {"otp": f"otpauth://hotp/Uri:judy?secret={b32(S(35))}&counter=4&issuer=Uri"}, hotp(S(35), 4),
          why="KeePassXC 2.7.4 takes it for TOTP"),
    Entry("Recycle Bin", "Thrown away", "ken", {"otp": f"otpauth://totp/Thrown:ken?secret={b32(S(36))}&period=30&digits=6&issuer=Thrown"}, totp(S(36)),
          why="in the recycle bin (`Meta/RecycleBinUUID` names the group)"),
    Entry("Recycle Bin/Old", "Thrown away deeper", "ken", {"TimeOtp-Secret-Base32": b32(S(37))}, totp(S(37)), why="in a group in the recycle bin"),
]


def uid(name):
    return base64.b64encode(hashlib.md5(name.encode()).digest()).decode()


TIMES = ("<Times><LastModificationTime>2026-11-24T14:57:13Z</LastModificationTime><CreationTime>2026-11-24T14:57:13Z</CreationTime>"
         "<LastAccessTime>2026-11-24T14:57:13Z</LastAccessTime><ExpiryTime>2026-11-24T14:57:13Z</ExpiryTime><Expires>False</Expires>"
         "<UsageCount>0</UsageCount><LocationChanged>2026-11-24T14:57:13Z</LocationChanged></Times>")


def entry_xml(e, fields, history=""):
    standard = {"Title": e.title, "UserName": e.user, "Password": ("hunter2", True), "URL": e.url, "Notes": e.note}
    strings = ""
    for name, value in {**standard, **fields}.items():
        value, protected = value if isinstance(value, tuple) else (value, False)
        mark = ' ProtectInMemory="True"' if protected else ""
        strings += f"<String><Key>{escape(name)}</Key><Value{mark}>{escape(value)}</Value></String>"
    return (f"<Entry><UUID>{uid('e' + e.group + '/' + e.title)}</UUID><IconID>0</IconID><ForegroundColor/><BackgroundColor/>"
            f"<OverrideURL/><Tags>{escape(e.tags)}</Tags>{TIMES}{strings}"
            f"<AutoType><Enabled>True</Enabled><DataTransferObfuscation>0</DataTransferObfuscation><DefaultSequence/></AutoType>"
            + ("" if history is None else f"<History>{history}</History>") + "</Entry>")


def group_xml(path):
    name = path.split("/")[-1] or "Root"
    inside = "".join(entry_xml(e, e.fields, entry_xml(e, e.history, None) if e.history else "") for e in E if e.group == path)
    groups = {g for e in E for g in [e.group] + (["/".join(e.group.split("/")[:-1])] if "/" in e.group else []) if g}
    children = sorted(g for g in groups if "/".join(g.split("/")[:-1]) == path and g != path)
    icon = 43 if path == "Recycle Bin" else 48
    return (f"<Group><UUID>{uid('g' + path)}</UUID><Name>{escape(name)}</Name><Notes/><IconID>{icon}</IconID>{TIMES}<IsExpanded>True</IsExpanded>"
            f"<DefaultAutoTypeSequence/><EnableAutoType>null</EnableAutoType><EnableSearching>null</EnableSearching>"
            f"<LastTopVisibleEntry>AAAAAAAAAAAAAAAAAAAAAA==</LastTopVisibleEntry>{inside}{''.join(map(group_xml, children))}</Group>")


META = (f"<Meta><Generator>KeePass</Generator><DatabaseName>Vectors</DatabaseName><MemoryProtection><ProtectTitle>False</ProtectTitle>"
        f"<ProtectUserName>False</ProtectUserName><ProtectPassword>True</ProtectPassword><ProtectURL>False</ProtectURL><ProtectNotes>False</ProtectNotes>"
        f"</MemoryProtection><RecycleBinEnabled>True</RecycleBinEnabled><RecycleBinUUID>{uid('gRecycle Bin')}</RecycleBinUUID>"
        f"<RecycleBinChanged>2026-11-24T14:57:13Z</RecycleBinChanged></Meta>")


def cli(*args):
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    command = ["faketime", "2023-11-14 22:13:20", "keepassxc-cli", *args]
    return subprocess.run(command, input=f"{PW}\n{PW}\n", capture_output=True, text=True, env=env, check=True)


def export():
    """The source, and what KeePassXC makes of it."""
    source = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<KeePassFile>' + META + "<Root>" + group_xml("") + "<DeletedObjects/></Root></KeePassFile>\n"
    folder = tempfile.mkdtemp()
    file, database = os.path.join(folder, "source.xml"), os.path.join(folder, "v.kdbx")
    with open(file, "w") as out:
        out.write(source)
    cli("import", "-q", "-p", "-t", "100", file, database)
    return source, *(cli("export", "-q", "-f", form, database).stdout for form in ("xml", "csv"))


WRONG_NUMBER = "its number of digits is not a whole number"
NO_BASE32 = "the secret cannot be read: illegal base32 character `1` at position 12: is it the letter I or L?"
NO_URI = "its field `otp` holds neither a URI nor the settings of KeeOtp"


def names(title, user, address):
    """Issuer, account and name of an entry: what the URI says counts, and a title that is none of these is the name."""
    label, parameters = re.match("otpauth://[a-z]+/([^?]*)[?](.*)", address).groups() if "://" in address else ("", "")
    label = unquote(label)
    issuer = unquote(dict(p.split("=", 1) for p in parameters.split("&") if p).get("issuer", ""))
    account = label.split(":", 1)[-1]
    issuer, account = issuer or title, account if label else user
    name = title if title.lower() not in (issuer.lower(), account.lower(), f"{issuer}:{account}".lower()) and title else None
    return issuer, account, name


def expected(e, number):
    """The entries of an item of the XML."""
    if e.title == "Both":
        rest = {"tags": ["KeePass2"]}
        return [entry(S(24), "Both", "grace", **rest), entry(S(25), "Both", "grace", name="Both HmacOtp-Secret-Base32", kind="hotp", counter=3, **rest)]
    if isinstance(e.is_, str):
        label = f"{e.title}:{e.user}" if "Time" in e.title else e.title
        return [skipped(label, {"Time odd length": WRONG_NUMBER, "Time bad secret": NO_BASE32, "Garbage otp": NO_URI}[e.title])]
    if e.is_ is None:
        return []
    value = e.fields.get("otp", "")
    value = value[0] if isinstance(value, tuple) else value
    issuer, account, name = names(e.title, e.user, value)
    warnings = []
    kind = dict(e.is_)
    key = kind.pop("key")
    is_usual = kind["digits"] == 6 and kind["algorithm"] == "SHA1" and kind.get("period", 30) == 30
    if "://" in value and kind["type"] != "steam" and not is_usual:
        warnings.append(IGNORED)
    if not e.title:
        issuer, account, name = "", "", None
        warnings.append(UNNAMED)
    if e.group.startswith("Recycle Bin"):
        warnings.append("the entry is in the recycle bin")
    tags = ([e.group] if e.group else []) + (e.tags.split(";") if e.tags else [])
    return [entry(key, issuer, account, name, kind=kind["type"], algorithm=kind["algorithm"], digits=kind["digits"], period=kind.get("period"),
                  counter=kind.get("counter"), tags=tags, warnings=warnings)]


def in_order(path=""):
    """The entries as they stand in the XML: those of a group before those of the groups in it."""
    yield from (e for e in E if e.group == path)
    groups = {g for e in E for g in [e.group] + (["/".join(e.group.split("/")[:-1])] if "/" in e.group else []) if g}
    for child in sorted(g for g in groups if "/".join(g.split("/")[:-1]) == path and g != path):
        yield from in_order(child)


def expected_of_csv(e):
    """The entries of a row. KeePassXC writes no row's code but those that it shows itself, and HOTP as if it were TOTP."""
    value = e.fields.get("otp", "")
    value = value[0] if isinstance(value, tuple) else value
    if "TOTP Settings" not in e.fields and "otp" not in e.fields:
        return []
    tags = [e.group] if e.group else []
    warnings = []
    if e.title in ("Empty otp", "Garbage otp"):
        return [skipped(e.title, "missing secret")]
    kind = dict(e.is_)
    key = kind.pop("key")
    if kind["type"] == "hotp":
        kind = {"type": "totp", "digits": 6, "period": 30, "algorithm": "SHA1"}
    elif kind["type"] != "steam" and (kind["digits"], kind["period"], kind["algorithm"]) != (6, 30, "SHA1"):
        warnings.append(IGNORED)
    issuer, account = e.title, e.user
    if not e.title:
        warnings.append(UNNAMED)
    if e.group.startswith("Recycle Bin"):
        warnings.append("the entry is in the recycle bin")
    return [entry(key, issuer, account, kind=kind["type"], algorithm=kind["algorithm"], digits=kind["digits"], period=kind["period"], tags=tags, warnings=warnings)]


def main():
    source, xml, table = export()
    found = [one for number, e in enumerate(in_order(), 1) for one in expected(e, number)]
    notes = ["3 items have no one-time code", "2 older secrets in the history of entries were left out"]
    read("keepass-2.xml", source, "KeePass XML", found, notes)
    read("keepassxc-2.7.4.xml", xml, "KeePass XML", found, notes)
    rows = [expected_of_csv(e) for e in in_order()]
    without = sum(not row for row in rows)
    read("keepassxc-2.7.4-all.csv", table, "KeePassXC CSV", [one for row in rows for one in row], [f"{without} items have no one-time code"])

    # By hand: what no program should write.
    def file(*strings, entry="", around="{}"):
        fields = "".join(f"<String><Key>{name}</Key>{value}</String>" for name, value in strings)
        group = f"<Group><Name>Root</Name>{around.format(f'<Entry>{entry}{fields}</Entry>')}</Group>"
        return f'<?xml version="1.0"?><KeePassFile><Meta/><Root>{group}</Root></KeePassFile>'

    def value(text, mark=""):
        return f"<Value{mark}>{text}</Value>"

    title, user = ("Title", value("Forge")), ("UserName", value("ana"))
    seed = b32(S(40))
    protected = value("c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", ' Protected="True"')
    refused_reason = "it is encrypted within the XML; export it from the open database, as in `keepassxc-cli export -f xml FILE`"
    read("keepass-protected.xml", file(title, user, ("TimeOtp-Secret-Base32", protected), ("otp", protected), ("Password", protected)), "KeePass XML",
         [skipped("Forge", refused_reason), skipped("Forge", refused_reason)])
    read("keepass-fields.xml", file(
        title, user, ("OTP", value(f"key={seed}%3d%3d&amp;encoder=steam")), ("My second code", value(f"otpauth://totp/Second?secret={b32(S(41))}")),
        ("TimeOtp-Secret-Hex", value(S(42).hex())), ("TimeOtp-Secret-Base64", value(base64.b64encode(S(43)).decode())),
        ("Notes", value(f"a note about it: otpauth://totp/Third?secret={b32(S(44))}&amp;issuer=Third")), ("Empty", "<Value/>"), ("", value("hunter2"))),
        "KeePass XML", [
        entry(S(40), "Forge", "ana", kind="steam"),
        entry(S(42), "Forge", "ana", name="Forge TimeOtp-Secret-Hex"),
        entry(S(43), "Forge", "ana", name="Forge TimeOtp-Secret-Base64"),
        entry(S(41), "Forge", "Second", name="Forge My second code"),
        entry(S(44), "Third", "Third", name="Forge Notes")])
    read("keepass-keeotp2.xml", file(title, user, ("otp", value(f"key={S(45).hex()}&amp;encoding=Hex&amp;size=8")), ("TOTP Seed", value(seed)), ("TOTP Settings", value("x;6"))),
         "KeePass XML", [entry(S(45), "Forge", "ana", digits=8), skipped("Forge:ana", "its period is not a whole number")])
    refused("keepass-cut.xml", xml[:xml.index("<Value", 9000)], "this KeePass XML file is damaged: it breaks off")
    refused("keepass-entity.xml", f'<!DOCTYPE KeePassFile [<!ENTITY a "hunter2">]>' + file(title, ("otp", value("&a;"))),
            "this KeePass XML file is damaged: it refers to a character that is not known")
    refused("keepass-deep.xml", "<KeePassFile><Root>" + "<Group>" * 300, "this KeePass XML file is damaged: its elements are nested deeper than 256 levels")
    refused("keepass-without.xml", file(title, user, ("Password", value("hunter2"))), "this KeePass XML file holds no one-time code: 1 item has no one-time code")


main()
