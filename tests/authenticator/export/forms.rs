//! Google's batches, Aegis' vault and age files, opened by other programs.

use std::fs;

use serde_json::{Value, json};

use super::{mode, text, varied};
use crate::setup::{Home, PASSPHRASE, SECRET, answer_hidden, on_terminal, run, tool};

/// What Google's form cannot carry of [`varied`], with the reasons.
const NOT_FOR_GOOGLE: [&str; 2] =
    ["`Bank:carl`: its codes last 60 seconds, not 30", "`Steam:gamer`: its codes are Steam's"];

#[test]
fn google_cannot_carry_everything_and_says_what() {
    let home = varied();
    let out = home.path("google");
    let message = home.vmfa(&["export", "--format", "google", "--out", text(&out)]).failed(1);
    for line in NOT_FOR_GOOGLE.iter().chain(&["hint: leave these out with `--skip-unsupported`"]) {
        assert!(message.contains(line), "{message}");
    }
    assert!(!message.contains("alice") && !out.exists(), "{message}");
    home.vmfa(&["export", "bank", "--format", "google", "--skip-unsupported"]).failed(1);

    let done = home.vmfa(&["export", "--format", "google", "--skip-unsupported", "--out", text(&out)]);
    for line in NOT_FOR_GOOGLE {
        assert!(done.stderr.contains(&format!("left out: {line}\n")), "{}", done.stderr);
    }
    assert!(done.stderr.contains("3 entries were written into"), "{}", done.stderr);
    assert!(done.stderr.contains("Transfer codes -> Import codes"), "{}", done.stderr);
    assert_eq!((done.ok().as_str(), mode(&out)), ("", 0o600));

    let report = home.json(&["export", "--format", "google", "--skip-unsupported"]);
    assert_eq!((&report["entries"], &report["uris"].as_array().unwrap().len()), (&json!(3), &1));
    assert_eq!(report["left_out"][1]["reason"], "its codes are Steam's");

    let other = Home::unlocked();
    other.vmfa(&["add", "--uri-file", text(&out)]).ok();
    assert_eq!(
        other.vmfa(&["list"]).ok(),
        "GitHub:alice  GitHub  alice    totp\n카카오:민수   카카오  민수     totp, SHA256, 8 digits\ncounted               counted  hotp\n"
    );
    assert_eq!(other.json(&["list"])["entries"][2]["counter"], 7);
}

#[test]
fn google_gets_batches_of_ten_that_say_which_they_are_under_one_random_id() {
    let home = Home::unlocked();
    let uris: String =
        (0..23).map(|n| format!("otpauth://totp/Service{n}:alice?secret={SECRET}&issuer=Service{n}\n")).collect();
    home.vmfa_with(&["add", "--uri-file", "-"], &uris).ok();
    let exported = home.vmfa(&["export", "--format", "google"]).ok();
    let again = home.vmfa(&["export", "--format", "google"]).ok();
    let decoded = decode(&exported);
    let counts: Vec<_> = decoded.iter().map(|batch| batch["entries"].as_u64().unwrap()).collect();
    assert_eq!(counts, [10, 10, 3]);
    for (index, batch) in decoded.iter().enumerate() {
        // Field 4 is there in the first one too, where protocol buffers would leave a zero out.
        assert_eq!(batch["numbers"], json!([[2, 1], [3, 3], [4, index], [5, batch["id"]]]));
        assert_eq!(batch["id"], decoded[0]["id"]);
    }
    assert_ne!(decoded[0]["id"], decode(&again)[0]["id"]);
}

/// The batches as Python reads them: the number of entries, the other fields in their order, and the id.
fn decode(uris: &str) -> Vec<Value> {
    const READER: &str = r#"
import base64, json, sys, urllib.parse
def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]; at += 1
        value |= (byte & 0x7f) << shift; shift += 7
        if byte < 0x80: return value, at
batches = []
for uri in sys.stdin.read().split():
    data = base64.b64decode(urllib.parse.parse_qs(urllib.parse.urlsplit(uri).query, strict_parsing=True)["data"][0], validate=True)
    at, entries, numbers = 0, 0, []
    while at < len(data):
        tag, at = varint(data, at)
        value, at = varint(data, at)
        if tag & 7 == 2: entries += 1; at += value
        else: numbers.append([tag >> 3, value])
    batches.append({"entries": entries, "numbers": numbers, "id": numbers[-1][1]})
json.dump(batches, sys.stdout)
"#;
    let mut python = tool("python3", "python3");
    python.args(["-c", READER]);
    serde_json::from_str(&run(python, uris).ok()).unwrap()
}

/// The fields of Aegis' entries that are not random.
fn fields(vault: &Value) -> Vec<Value> {
    let db = &vault["db"];
    let group = |uuid: &Value| db["groups"].as_array().unwrap().iter().find(|group| group["uuid"] == *uuid).unwrap();
    let entries = db["entries"].as_array().unwrap();
    let fields = |entry: &Value| {
        let groups: Vec<_> = entry["groups"].as_array().unwrap().iter().map(|uuid| &group(uuid)["name"]).collect();
        json!([entry["type"], entry["issuer"], entry["name"], entry["note"], entry["info"], groups])
    };
    entries.iter().map(fields).collect()
}

fn expected_fields() -> Value {
    json!([
        ["totp", "GitHub", "alice", "", {"secret": SECRET, "algo": "SHA1", "digits": 6, "period": 30}, ["work", "Cloud"]],
        ["totp", "카카오", "민수", "메모: \"둘째\" 줄\n끝", {"secret": SECRET, "algo": "SHA256", "digits": 8, "period": 30}, ["work"]],
        ["totp", "Bank", "carl", "", {"secret": SECRET, "algo": "SHA1", "digits": 6, "period": 60}, []],
        ["hotp", "", "counted", "", {"secret": SECRET, "algo": "SHA1", "digits": 6, "counter": 7}, []],
        ["steam", "Steam", "gamer", "", {"secret": SECRET, "algo": "SHA1", "digits": 5, "period": 30}, []],
    ])
}

#[test]
fn aegis_gets_every_field_that_it_has_a_place_for() {
    let home = varied();
    let out = home.path("aegis.json");
    let done = home.vmfa(&["export", "--format", "aegis", "--out", text(&out)]);
    assert!(done.stderr.contains("it is not encrypted"), "{}", done.stderr);
    assert_eq!((done.ok().as_str(), mode(&out)), ("", 0o600));
    let vault: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    assert_eq!((&vault["version"], &vault["db"]["version"]), (&json!(1), &json!(3)));
    assert_eq!(vault["header"], json!({"slots": null, "params": null}));
    assert_eq!(json!(fields(&vault)), expected_fields());

    let entries = vault["db"]["entries"].as_array().unwrap();
    let mut uuids: Vec<&str> = entries
        .iter()
        .chain(vault["db"]["groups"].as_array().unwrap())
        .map(|thing| thing["uuid"].as_str().unwrap())
        .collect();
    assert_eq!(uuids.len(), 7);
    for uuid in &uuids {
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!((lengths, uuid.as_bytes()[14]), (vec![8, 4, 4, 4, 12], b'4'), "{uuid}");
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
    }
    uuids.sort_unstable();
    uuids.dedup();
    assert_eq!(uuids.len(), 7);
}

#[test]
fn pythons_cryptography_opens_the_encrypted_aegis_vault_with_its_password_and_no_other() {
    let home = varied();
    let password = home.write("password", "비밀 번호\n".as_bytes());
    let out = home.path("aegis.json");
    home.vmfa(&["export", "--format", "aegis", "--export-password-file", text(&password), "--out", text(&out)]).ok();
    let sealed = fs::read_to_string(&out).unwrap();
    assert!(!sealed.contains(SECRET) && !sealed.contains("alice"));
    let vault: Value = serde_json::from_str(&sealed).unwrap();
    let slot = &vault["header"]["slots"][0];
    for (key, value) in [("type", 1), ("n", 32768), ("r", 8), ("p", 1)] {
        assert_eq!(slot[key], value, "{key}");
    }
    let opened: Value = serde_json::from_str(&open_aegis(&sealed, "비밀 번호").ok()).unwrap();
    assert_eq!(json!(fields(&json!({ "db": opened }))), expected_fields());
    assert!(open_aegis(&sealed, "비밀번호").stderr.contains("InvalidTag"));

    let again = home.vmfa(&["export", "--format", "aegis", "--export-password-file", text(&password)]).ok();
    let again: Value = serde_json::from_str(&again).unwrap();
    for random in ["/header/slots/0/salt", "/header/slots/0/key_params/nonce", "/header/params/nonce"] {
        assert_ne!(vault.pointer(random).unwrap(), again.pointer(random).unwrap(), "{random}");
    }
    let empty = home.write("empty", b"\n");
    home.vmfa(&["export", "--format", "aegis", "--export-password-file", text(&empty)]).failed(2);
}

/// Opens an Aegis vault as docs/decrypt.py of Aegis does.
pub fn open_aegis(vault: &str, password: &str) -> crate::setup::Done {
    const OPENER: &str = r#"
import base64, json, sys
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
vault = json.load(sys.stdin)
slot, = vault["header"]["slots"]
unhex = bytes.fromhex
def opened(key, params, ciphertext): return AESGCM(key).decrypt(unhex(params["nonce"]), ciphertext + unhex(params["tag"]), None)
kdf = Scrypt(salt=unhex(slot["salt"]), length=32, n=slot["n"], r=slot["r"], p=slot["p"])
key = opened(kdf.derive(sys.argv[1].encode()), slot["key_params"], unhex(slot["key"]))
sys.stdout.buffer.write(opened(key, vault["header"]["params"], base64.b64decode(vault["db"], validate=True)))
"#;
    let mut python = tool("python3", "python3");
    python.args(["-c", OPENER, password]);
    run(python, vault)
}

#[test]
fn a_counter_beyond_aegis_is_refused_by_name() {
    let home = varied();
    let mut vault = home.decrypt_vault(&home.path("key"));
    vault["entries"][3]["counter"] = json!(u64::MAX);
    home.encrypt_vault(&vault);
    let message = home.vmfa(&["export", "--format", "aegis"]).failed(1);
    assert!(message.contains("`counted`: its counter is too large"), "{message}");
    let written = home.vmfa(&["export", "--format", "aegis", "--skip-unsupported"]).ok();
    assert_eq!(fields(&serde_json::from_str(&written).unwrap()).len(), 4);
}

#[test]
fn the_export_password_is_asked_for_twice_and_not_shown() {
    let home = varied();
    for format in [&["--format", "aegis", "--encrypt"][..], &["--format", "age"]] {
        let out = home.path(format[1]);
        let mut command = home.command(&[&["export", "--out", text(&out)], format].concat());
        command.env("VMFA_IDENTITY_FILE", home.path("key"));
        let mut session = on_terminal(command);
        let mut shown = String::new();
        for (prompt, answer) in [
            ("password for the export: ", "a first try"),
            ("password for the export, again: ", "a slip"),
            ("password for the export: ", PASSPHRASE),
            ("password for the export, again: ", PASSPHRASE),
        ] {
            shown += &session.exp_string(prompt).unwrap();
            answer_hidden(&mut session, answer);
        }
        shown += &session.exp_eof().unwrap();
        assert!(shown.contains("the two do not match") && shown.contains("5 entries were written"), "{shown}");
        assert!(!shown.contains("slip") && !shown.contains("horse"), "{shown}");
        if format[1] == "aegis" {
            open_aegis(&fs::read_to_string(&out).unwrap(), PASSPHRASE).ok();
        } else {
            assert_eq!(decrypted_by_passphrase(&home, "age")["entries"].as_array().unwrap().len(), 5);
        }
    }
}

/// What `age` finds in a file that a passphrase opens.
fn decrypted_by_passphrase(home: &Home, file: &str) -> Value {
    let mut age = tool("age", "age");
    age.arg("-d").arg("-o").arg(home.path("plain")).arg(home.path(file));
    let mut session = on_terminal(age);
    session.exp_string("passphrase").unwrap();
    answer_hidden(&mut session, PASSPHRASE);
    session.exp_eof().unwrap();
    serde_json::from_slice(&fs::read(home.path("plain")).unwrap()).unwrap()
}

#[test]
fn an_age_file_carries_all_that_the_vault_knows_but_its_recipient() {
    let home = varied();
    let vault = home.decrypt_vault(&home.path("key"));
    let (out, password) = (home.path("out.age"), home.path("passphrase"));
    let args = ["export", "--format", "age", "--export-password-file", text(&password), "--out", text(&out)];
    let done = home.vmfa(&args);
    assert!(!done.stderr.contains("note: "), "{}", done.stderr);
    assert_eq!((done.ok().as_str(), mode(&out)), ("", 0o600));
    assert_eq!(decrypted_by_passphrase(&home, "out.age"), json!({"version": 1, "entries": vault["entries"]}));
    let header = String::from_utf8_lossy(&fs::read(&out).unwrap()).into_owned();
    assert!(header.lines().nth(1).unwrap().ends_with(" 18"), "age's own work factor");

    let mut some = home.command(&["export", "--format", "age", "work", "--recipient"]);
    let (mut ids, mut recipients) = (Vec::new(), Vec::new());
    for name in ["first", "second"] {
        let mut keygen = tool("age-keygen", "age");
        keygen.arg("-o").arg(home.path(name));
        run(keygen, "").ok();
        let mut public = tool("age-keygen", "age");
        public.arg("-y").arg(home.path(name));
        ids.push(home.path(name));
        recipients.push(run(public, "").ok().trim().to_owned());
    }
    let file = home.path("some.age");
    some.args([recipients[0].as_str(), "--recipient", &recipients[1], "--out", text(&file)]);
    some.env("VMFA_IDENTITY_FILE", home.path("key"));
    run(some, "").ok();
    for id in ids {
        let mut age = tool("age", "age");
        age.arg("-d").arg("-i").arg(id).arg(&file);
        let opened: Value = serde_json::from_str(&run(age, "").ok()).unwrap();
        assert_eq!(opened["entries"], json!([vault["entries"][0]]));
    }
}

#[test]
fn what_is_no_recipient_is_not_repeated() {
    let home = varied();
    let key = fs::read_to_string(home.path("key")).unwrap();
    let private = key.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    for bad in [private, "alice", "age1xyz", "ssh-ed25519 AAAA"] {
        let message = home.vmfa(&["export", "--format", "age", "--recipient", bad]).failed(2);
        assert!(message.contains("not an age recipient") && !message.contains(bad), "{message}");
    }
}

#[test]
fn an_age_file_goes_through_a_pipe_whole() {
    let home = varied();
    let key = home.path("key");
    let mut public = tool("age-keygen", "age");
    public.arg("-y").arg(&key);
    let recipient = run(public, "").ok();
    let mut pipe = tool("bash", "bash");
    let script = "set -o pipefail; \"$0\" export steam --format age --recipient \"$1\" | age -d -i \"$2\"";
    pipe.args(["-c", script, env!("CARGO_BIN_EXE_vmfa"), recipient.trim(), text(&key)]);
    pipe.env_clear().env("PATH", "/usr/bin:/bin:/usr/local/bin");
    pipe.env("VMFA_DATA_DIR", home.path("data")).env("VMFA_IDENTITY_FILE", &key);
    let done = run(pipe, "");
    assert!(done.stderr.contains("1 entry was written to stdout"), "{}", done.stderr);
    let opened: Value = serde_json::from_str(&done.ok()).unwrap();
    assert_eq!(opened["entries"], json!([home.decrypt_vault(&key)["entries"][4]]));
}
