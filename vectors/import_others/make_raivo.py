#!/usr/bin/env python3
"""Packs `raivo.json`, which make.py writes, as Raivo does: into a zip archive with a password (WinZip's AES), beside a page with QR codes.

Needs `pyzipper`. Run in this folder; the result does not change from run to run. The archive follows Raivo's source
(raivo-otp/ios-application, DataExportFeature.swift: SSZipArchive with a password) as others describe it; the app itself was not run.
"""
import io
import json
import random
import types

import pyzipper
from pyzipper import zipfile_aes

from make_expectations import refused

PASSWORD = "마스터 암호"


def archive(**options):
    zipfile_aes.Random.new = lambda: types.SimpleNamespace(read=random.Random(6).randbytes)  # the salt
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, **options) as file:
        if options:
            file.setpassword(PASSWORD.encode())
        for name in ("raivo-otp-export.html", "raivo-otp-export.json"):
            info = zipfile_aes.AESZipInfo(name)
            content = open("raivo.json", "rb").read() if name.endswith("json") else b"<html>a page of QR codes</html>"
            file.writestr(info, content, compress_type=pyzipper.ZIP_DEFLATED)
    return out.getvalue()


expected = json.load(open("raivo.json.expected.json"))
sealed = archive(encryption=pyzipper.WZ_AES)
for name, content, password in (("raivo.zip", sealed, PASSWORD), ("raivo-open.zip", archive(), None)):
    open(name, "wb").write(content)
    with open(name + ".expected.json", "w") as file:
        json.dump({**expected, "password": password}, file, indent=1, ensure_ascii=False)
        file.write("\n")
refused("raivo-wrong-password.zip", sealed, "the password of this Raivo archive file is wrong", "guess")
