// Writes backups of the browser extension "Authenticator" (Authenticator-Extension/Authenticator), with the two libraries that
// it uses itself: crypto-js 4 and argon2-browser 1 (npm). The form follows its src/models/{storage,encryption,otp,password}.ts,
// src/store/Accounts.ts and src/components/Import/TextImport.vue. Beside each file NAME.expected.json says what is to be read.
// Run in this folder as `NODE_PATH=…/node_modules node make_extension.js`; the result does not change from run to run.
delete globalThis.fetch; // argon2-browser then reads its wasm from the disk
const fs = require("fs");
const crypto = require("crypto");
const CryptoJS = require("crypto-js");
const argon2 = require("argon2-browser");

let drawn = 0;
CryptoJS.lib.WordArray.random = (n) => CryptoJS.enc.Hex.parse(crypto.createHash("sha256").update("salt" + drawn++).digest("hex").slice(0, 2 * n));
const key = (n) => crypto.createHash("sha256").update("extension vector " + n).digest().subarray(0, 20);
const B32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const base32 = (bytes) => { let bits = ""; for (const b of bytes) bits += b.toString(2).padStart(8, "0"); return bits.match(/.{1,5}/g).map((c) => B32[parseInt(c.padEnd(5, "0"), 2)]).join(""); };
const uuid = (n) => `${n.toString(16).padStart(8, "0")}-1111-4222-8333-444444444444`;
const NOW = 1700000000;
const PW = "pass wörd"; // the one that the fuzz targets try
const FORMAT = "Authenticator (browser extension)";
const CHANGED = "it does not decrypt: it was changed, or encrypted under another password";
const ODD = "it is not as this program writes its entries";

function code(secret, moving, digits, algorithm, steam) {
  const m = Buffer.alloc(8); m.writeBigUInt64BE(BigInt(moving));
  const mac = crypto.createHmac(algorithm, secret).update(m).digest();
  let v = mac.readUInt32BE(mac[mac.length - 1] & 15) & 0x7fffffff;
  if (steam) { let s = ""; for (let i = 0; i < 5; i++) { s += "23456789BCDFGHJKMNPQRTVWXY"[v % 26]; v = Math.floor(v / 26); } return s; }
  return String(v % 10 ** digits).padStart(digits, "0");
}

// An entry as it is stored, and what is expected of it.
function entry(n, type, more = {}, as = {}) {
  const hex = type === "hex" || type === "hhex";
  const stored = { encrypted: false, hash: uuid(n), index: n, type, secret: as.secret || (hex ? key(n).toString("hex") : base32(key(n))), ...more, dataType: "OTPStorage" };
  const [issuer, account] = [as.issuer ?? more.issuer ?? "", more.account ?? ""];
  if (as.skipped) return { stored, want: { label: [issuer, account].filter((x) => x).join(":") || as.place, skipped: as.skipped } };
  const kind = as.kind || { steam: "steam", hotp: "hotp", hhex: "hotp" }[type] || "totp";
  const digits = kind === "steam" ? 5 : as.digits || more.digits || 6;
  const [algorithm, period] = [as.algorithm || more.algorithm || "SHA1", more.period || 30];
  const counter = kind === "hotp" ? more.counter ?? 0 : null;
  return { stored, want: { name: null, issuer, account, alias: null, type: kind, algorithm, digits, period: kind === "hotp" ? null : period, counter,
    secret_hex: key(n).toString("hex"), tags: [], note: null, code: code(key(n), counter ?? Math.floor(NOW / period), digits, algorithm, kind === "steam"), warnings: as.warnings || [] } };
}

const LIST = [
  entry(0, "totp", { issuer: "GitHub", account: "alice", pinned: true }),
  entry(1, "totp", { issuer: "AWS & <Co>", account: "root", period: 60, digits: 8, algorithm: "SHA256" }),
  entry(2, "totp", { account: "no issuer", algorithm: "SHA512" }),
  entry(3, "hotp", { issuer: "Counting", account: "bob", counter: 7 }),
  entry(4, "steam", { issuer: "Steam", account: "gordon" }),
  entry(5, "battle", { issuer: "Battle.net", account: "jim" }, { digits: 8 }),
  entry(6, "hex", { issuer: "Hex", account: "h" }),
  entry(7, "hhex", { issuer: "Hhex", account: "h", counter: 0 }),
  entry(8, "totp", { issuer: "東京", account: "山田 🔑" }),
  entry(9, "totp", { issuer: "네이버::naver.com", account: "사용자" }, { issuer: "네이버" }),
  entry(10, "totp", { issuer: "Gost", account: "g", algorithm: "GOST3411_2012_256" }, { skipped: "unknown algorithm `GOST3411_2012_256`: one of SHA1, SHA256, SHA512 is needed" }),
];
// The prefixes and the mere hexadecimal of old versions; numbers in place of names.
const OLD = [
  entry(11, "totp", { issuer: "Old Battle" }, { secret: "bliz-" + base32(key(11)), digits: 8 }),
  entry(12, "totp", { issuer: "Old Steam" }, { secret: "stm-" + base32(key(12)), kind: "steam" }),
  entry(13, "totp", { issuer: "Old hex" }, { secret: key(13).toString("hex") }),
  entry(14, "hotp", { issuer: "Old hhex", counter: 2 }, { secret: key(14).toString("hex"), kind: "hotp" }),
];
const WEAK = "the secret is shorter than the 128 bits that RFC 4226 demands";
// The first 96 bits of the secret, of which the last four may be others.
function shortened(one, symbols) {
  const bits = [...base32(key(25)).slice(0, symbols)].map((c) => B32.indexOf(c).toString(2).padStart(5, "0")).join("") + (symbols === 19 ? "00001" : "");
  const bytes = Buffer.from(bits.slice(0, 96).match(/.{8}/g).map((b) => parseInt(b, 2)));
  return { want: { ...one.want, secret_hex: bytes.toString("hex"), code: code(bytes, Math.floor(NOW / 30), 6, "SHA1", false) } };
}
const wants = (es) => es.map((e) => e.want);
const storage = (es) => Object.fromEntries(es.map((e) => [e.stored.hash, e.stored]));
const withoutType = ({ dataType, ...stored }) => stored;

function save(name, data, expected) {
  fs.writeFileSync(name, typeof data === "string" ? data : JSON.stringify(data, null, 2).replace(/\n/g, "\r\n"));
  fs.writeFileSync(name + ".expected.json", JSON.stringify(expected, null, 1) + "\n");
}
const plain = (name, data, found) => save(name, data, { format: FORMAT, password: null, found, notes: [] });
const locked = (name, data, found, password = PW) => save(name, data, { format: FORMAT + ", encrypted", password, found, notes: [] });
const refused = (name, data, error, password = null) => save(name, data, { error, password });

(async () => {
  // Settings stand beside the entries in a storage; the order is that of `index`, not that of the file.
  plain("extension.json", { ...storage([...LIST].reverse()), UserSettings: { theme: "dark", zoom: 100 }, LocalStorage: { offset: 0 }, smartFilter: true }, wants(LIST));
  plain("extension-old.json", Object.fromEntries(OLD.map((e) => [crypto.createHash("md5").update(e.stored.secret).digest("hex"), withoutType(e.stored)])), wants(OLD));
  const odd = {
    a: { type: 2, secret: base32(key(20)), issuer: "Number", counter: "5", algorithm: 2, digits: 0, index: 0 },
    b: { secret: base32(key(21)).toLowerCase(), issuer: null, account: null, period: 0, encrypted: false, index: 1 },
    c: { type: "totp", hash: "c", issuer: "Empty", secret: "", index: 2 },
    d: { type: "yandex", secret: base32(key(22)), issuer: "Other", index: 3 },
    e: { type: "totp", secret: "hunter2!", issuer: "Bad", index: 4 },
    f: { type: "totp", secret: [1, 2], issuer: "List", index: 5 },
    g: { type: "totp", secret: base32(key(23)), issuer: "Sixty", period: "60", index: 6, more: { extra: null } },
    h: { type: "hotp", secret: base32(key(24)), issuer: "No counter" },
    // 20 symbols are 100 bits: the extension makes 13 bytes of them, the last one filled up.
    i: { type: "totp", secret: base32(key(25)).slice(0, 19) + "B", issuer: "Half a byte" },
    j: { type: "totp", secret: base32(key(25).subarray(0, 12)), issuer: "Whole bytes" },
  };
  const oddWants = wants([
    entry(20, "hotp", { issuer: "Number", counter: 5 }, { algorithm: "SHA256" }),
    entry(21, "totp"),
    entry(0, "totp", { issuer: "Empty" }, { skipped: "missing secret" }),
    entry(0, "totp", { issuer: "Other" }, { skipped: "its type is not known" }),
    entry(0, "totp", { issuer: "Bad" }, { skipped: "the secret cannot be read: illegal base32 character `!` at position 8" }),
    entry(0, "totp", {}, { skipped: ODD, place: "entry 6" }),
    entry(23, "totp", { issuer: "Sixty", period: 60 }),
    entry(24, "hotp", { issuer: "No counter" }, { warnings: ["the file gives no counter: 0 was taken, which may need a resync"] }),
    shortened(entry(25, "totp", { issuer: "Half a byte" }, { warnings: [WEAK, "the extension fills up the last byte of this secret, which other apps leave out: compare a code"] }), 19),
    shortened(entry(25, "totp", { issuer: "Whole bytes" }, { warnings: [WEAK] }), 20),
  ]);
  plain("extension-odd.json", odd, oddWants);
  refused("extension-cut.json", JSON.stringify(storage(LIST)).slice(0, 700), `this ${FORMAT} file is damaged: it breaks off in line 1, column 700`);

  // Version 1: each secret under the password itself; version 2: under a random key, which is in `key`.
  const sealedSecrets = (es, passphrase) => storage(es.map((e) => ({ stored: { ...withoutType(e.stored), encrypted: true, secret: CryptoJS.AES.encrypt(e.stored.secret, passphrase).toString() } })));
  locked("extension-encrypted-1.json", sealedSecrets([...LIST, ...OLD], PW), wants([...LIST, ...OLD]));
  refused("extension-encrypted-1-wrong-password.json", sealedSecrets(LIST, PW), `the password of this ${FORMAT} file is wrong`, "guess");
  const hashOf = async (pass, salt, more = {}) => (await argon2.hash({ pass, salt, mem: 1024 * 16, type: argon2.ArgonType.Argon2id, ...more })).encoded;
  const random = crypto.createHash("sha256").update("version 2").digest("hex");
  const enc = CryptoJS.AES.encrypt(CryptoJS.enc.Hex.parse(random), PW).toString();
  const oldKey = { enc, hash: await hashOf(random, "0123456789abcdef") };
  const two = { ...sealedSecrets(LIST, random), key: oldKey };
  locked("extension-encrypted-2.json", two, wants(LIST));
  refused("extension-encrypted-2-wrong-password.json", two, `the password of this ${FORMAT} file is wrong`, "guess");

  // Version 3: Argon2's hash of the password is the passphrase of each entry's JSON.
  const salt = "b6b7b7ee11114222833344444444";
  const passphrase = (await hashOf(PW, salt)).split("$")[5];
  const id = uuid(0xaaaa);
  const keyOf = async (id, passphrase, salt, version, more) => ({ dataType: "Key", id, salt, hash: await hashOf(passphrase, "0123456789abcdef", more), version });
  const sealed = (es, passphrase, id) => Object.fromEntries(es.map(({ stored }) => [stored.hash, { dataType: "EncOTPStorage",
    data: CryptoJS.AES.encrypt(JSON.stringify({ ...stored, encrypted: true, keyId: id }), passphrase).toString(), keyId: id, index: stored.index }]));
  const three = { ...sealed(LIST, passphrase, id), [id]: await keyOf(id, passphrase, salt, 3) };
  locked("extension-encrypted.json", three, wants(LIST));
  refused("extension-encrypted-wrong-password.json", three, `the password of this ${FORMAT} file is wrong`, "guess");
  const { [id]: gone, ...noKey } = three;
  refused("extension-encrypted-no-key.json", noKey, `this ${FORMAT} file cannot be decrypted here: the key that its entries name is not in it; export again in the extension, with its password set`);
  // AES-CBC without a MAC: a changed bit must not give another code.
  const changed = JSON.parse(JSON.stringify(three));
  const data = Buffer.from(changed[uuid(0)].data, "base64"); data[40] ^= 1; changed[uuid(0)].data = data.toString("base64");
  locked("extension-encrypted-changed.json", changed, [{ label: "entry 1", skipped: CHANGED }, ...wants(LIST.slice(1))]);
  const dear = JSON.parse(JSON.stringify(three)); dear[id].hash = gone.hash.replace("m=16384", "m=4194304");
  refused("extension-encrypted-4-gib.json", dear, `this ${FORMAT} file asks for 4 GiB of memory to derive its key, and at most 1 GiB of memory is allowed`);
  const next = { ...three, [id]: { ...gone, version: 5 } };
  refused("extension-encrypted-next.json", next, `this ${FORMAT} file has version 5 of its encryption, which is not known`);
  const many = { ...three }; for (let n = 0; n < 64; n++) many[uuid(0xc000 + n)] = { ...gone, id: uuid(0xc000 + n) };
  refused("extension-encrypted-65-keys.json", many, `this ${FORMAT} file is damaged: it has more than 64 keys`);
  // A key that was left over by a change of the password, and an entry without encryption among the others.
  const left = uuid(0xbbbb);
  const mixed = { ...sealed([LIST[0]], passphrase, id), ...sealed([LIST[1]], "another passphrase", left), ...storage([LIST[2]]),
    [id]: gone, [left]: await keyOf(left, "another passphrase", salt, 3) };
  locked("extension-encrypted-mixed.json", mixed, [LIST[0].want, { label: "entry 2", skipped: "it is encrypted under another password" }, LIST[2].want]);

  // Version 4: the hash's bytes are the key itself.
  const fourPass = (await hashOf(PW, salt, { hashLen: 32 })).split("$")[5];
  const v4 = (text) => { const iv = CryptoJS.lib.WordArray.random(16); const sealed = CryptoJS.AES.encrypt(CryptoJS.enc.Utf8.parse(text), CryptoJS.enc.Base64.parse(fourPass), { iv, mode: CryptoJS.mode.CBC, padding: CryptoJS.pad.Pkcs7 });
    return `v4:${iv.toString(CryptoJS.enc.Hex)}:${sealed.ciphertext.toString(CryptoJS.enc.Base64)}`; };
  const four = { ...Object.fromEntries(LIST.slice(0, 3).map(({ stored }) => [stored.hash, { dataType: "EncOTPStorage", data: v4(JSON.stringify({ ...stored, encrypted: true, keyId: id })), keyId: id, index: stored.index }])),
    [id]: await keyOf(id, fourPass, salt, 4, { hashLen: 32 }) };
  locked("extension-encrypted-4.json", four, wants(LIST.slice(0, 3)));
})();
