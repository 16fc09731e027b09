//! Who gets at what the agent holds, and who does not.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::session::{Session, expected};
use crate::setup::{PASSPHRASE, run, tool};

/// Somebody else on the machine.
const NOBODY: u32 = 65534;

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// A command as somebody else. Only the superuser can become that; others need a `sudo` that does not ask.
fn as_nobody(program: &OsStr) -> Command {
    let mut command = if is_root() { Command::new("setpriv") } else { Command::new("sudo") };
    if !is_root() {
        command.args(["-n", "setpriv"]);
    }
    command.args(["--reuid", &NOBODY.to_string(), "--regid", &NOBODY.to_string(), "--clear-groups"]).arg(program);
    command
}

fn python() -> Command {
    tool("python3", "python3")
}

fn python_as_nobody() -> Command {
    as_nobody(python().get_program())
}

/// What the agent must keep to itself: the identity, which `age` has written into `key`.
fn identity(session: &Session) -> String {
    let key = fs::read_to_string(session.home.path("key")).unwrap();
    key.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).unwrap().to_owned()
}

/// Sends a request that Python makes, `PATH` standing for the SHA-256 of the vault's path, and gives the whole answer.
fn ask(python: Command, session: &Session, socket: &Path, request: &str) -> Vec<u8> {
    let script = "
import hashlib, os, socket, sys
path, vault, request = sys.argv[1:]
s = socket.socket(socket.AF_UNIX)
s.settimeout(60)
s.connect(path)
try:
    s.sendall(eval(request, {'PATH': hashlib.sha256(os.fsencode(vault)).digest()}))
    while data := s.recv(4096):
        sys.stdout.buffer.write(data)
except (BrokenPipeError, ConnectionResetError):
    pass
";
    let vault = session.home.path("data/vault").canonicalize().unwrap();
    let mut python = python;
    python.args(["-c", script]).arg(socket).arg(vault).arg(request);
    let output = python.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn the_socket_and_its_folder_are_the_owners_alone() {
    let session = Session::new();
    session.unlock(&[]).ok();
    assert_eq!(mode(&session.runtime().join("vmfa")), 0o700);
    assert_eq!(mode(&session.socket()), 0o600);
    session.vmfa(&["lock"]).ok();
    fs::remove_dir(session.runtime().join("vmfa")).unwrap();
    set_mode(&session.runtime(), 0o755);
    // A session's folder that others may enter is none.
    session.unlock(&[]).ok();
    assert!(!session.runtime().join("vmfa").exists());
    assert_eq!(mode(&session.home.vault("agent.sock")), 0o600);
}

#[test]
fn a_folder_or_a_socket_that_is_something_else_is_refused() {
    let session = Session::new();
    let (folder, elsewhere) = (session.runtime().join("vmfa"), session.home.path("elsewhere"));
    fs::create_dir(&elsewhere).unwrap();
    set_mode(&elsewhere, 0o700);
    symlink(&elsewhere, &folder).unwrap();
    let is_refused = |why: &str| {
        assert!(session.unlock(&[]).failed(1).contains(why), "{why}");
        assert!(session.vmfa(&["lock"]).failed(1).contains(why), "{why}");
        let message = session.is_locked();
        assert!(message.starts_with("note: ") && message.contains(why), "{message}");
        assert_eq!(session.agents(), Vec::<i32>::new());
    };
    is_refused("is a symbolic link");
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    fs::remove_file(&folder).unwrap();
    fs::write(&folder, "").unwrap();
    is_refused("is not a folder");
    fs::remove_file(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o770);
    is_refused("is open to others (mode 770)");
    set_mode(&folder, 0o700);
    session.unlock(&[]).ok();
    let socket = session.socket();
    session.vmfa(&["lock"]).ok();
    fs::write(&socket, "").unwrap();
    is_refused("is not a socket");
    fs::remove_file(&socket).unwrap();
    symlink(session.home.path("key"), &socket).unwrap();
    is_refused("is not a socket");
    assert!(identity(&session).starts_with("AGE-SECRET-KEY-1"));
}

#[test]
fn nothing_about_the_agents_process_shows_a_secret() {
    let session = Session::new();
    // What a script has open when it unlocks, here a lock, must not stay open.
    let mut script = Command::new("bash");
    script.args(["-c", "exec 9>\"$1\"; flock 9; shift; exec \"$@\"", "bash"]).arg(session.home.path("held"));
    script.arg(env!("CARGO_BIN_EXE_vmfa")).arg("unlock").env("A_SECRET", "hunter2");
    script.env("VMFA_DATA_DIR", session.home.path("data")).env("XDG_RUNTIME_DIR", session.runtime());
    script.env("VMFA_PASSPHRASE_FILE", session.home.path("passphrase"));
    run(script, "").ok();
    File::open(session.home.path("held")).unwrap().try_lock().unwrap();
    let agent = session.agent();
    let of = |name: &str| fs::read(format!("/proc/{agent}/{name}"));
    let line = String::from_utf8(of("cmdline").unwrap()).unwrap();
    assert!(!line.contains("AGE-SECRET") && !line.contains(PASSPHRASE), "{line}");
    let limits = String::from_utf8(of("limits").unwrap()).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["0", "0"]);
    let status = String::from_utf8(of("status").unwrap()).unwrap();
    let locked = status.lines().find_map(|line| line.strip_prefix("VmLck:")).unwrap().trim().to_owned();
    assert_eq!(locked, "4 kB", "the limit of locked memory is lower than a page");
    // The rest is hidden from its own user, since it must not be traced; the superuser sees it.
    if !is_root() {
        assert_eq!(of("environ").unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert!(fs::read_dir(format!("/proc/{agent}/fd")).is_err());
        return;
    }
    assert_eq!(of("environ").unwrap(), b"");
    assert_eq!(fs::read_link(format!("/proc/{agent}/cwd")).unwrap(), Path::new("/"));
    for entry in fs::read_dir(format!("/proc/{agent}/fd")).unwrap() {
        let open = fs::read_link(entry.unwrap().path()).unwrap().display().to_string();
        assert!(open == "/dev/null" || open.starts_with("socket:"), "{open}");
    }
}

#[test]
fn the_identity_is_once_in_the_agents_memory_and_its_user_cannot_look() {
    let session = Session::new();
    session.unlock(&[]).ok();
    assert_eq!(session.code().ok(), expected());
    let agent = session.agent();
    let memory = File::open(format!("/proc/{agent}/mem"));
    if !is_root() {
        assert_eq!(memory.unwrap_err().kind(), ErrorKind::PermissionDenied);
        return;
    }
    let mut memory = memory.unwrap();
    let mut places = Vec::new();
    for map in fs::read_to_string(format!("/proc/{agent}/maps")).unwrap().lines() {
        let mut fields = map.split_whitespace();
        let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        memory.seek(SeekFrom::Start(from)).unwrap();
        memory.read_exact(&mut bytes).unwrap();
        let needle = identity(&session).into_bytes();
        places.extend(bytes.windows(needle.len()).filter(|window| *window == needle).map(|_| map.to_owned()));
    }
    assert_eq!(places.len(), 1, "{places:?}");
}

#[test]
fn the_agents_own_user_can_neither_trace_it_nor_read_its_environment() {
    let session = Session::new();
    if !is_root() {
        session.unlock(&[]).ok();
        assert_eq!(fs::metadata(format!("/proc/{}/environ", session.agent())).unwrap().uid(), 0);
        return;
    }
    let program = session.home.path("vmfa");
    fs::copy(env!("CARGO_BIN_EXE_vmfa"), &program).unwrap();
    for name in
        ["", "vmfa", "data", "data/vault", "data/vault/identity.age", "data/vault/vault.age", "passphrase", "run"]
    {
        chown(session.home.path(name), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let mut unlock = as_nobody(program.as_os_str());
    unlock.arg("unlock").env_clear().env("VMFA_DATA_DIR", session.home.path("data"));
    unlock.env("XDG_RUNTIME_DIR", session.runtime()).env("VMFA_PASSPHRASE_FILE", session.home.path("passphrase"));
    unlock.env("PATH", "/usr/bin:/bin");
    run(unlock, "").ok();
    let agent = session.agent();
    let status = fs::read_to_string(format!("/proc/{agent}/status")).unwrap();
    assert!(status.contains(&format!("Uid:\t{NOBODY}\t{NOBODY}\t")), "{status}");
    // proc(5): the files of a process that must not be dumped, and so not traced, are root's.
    assert_eq!(fs::metadata(format!("/proc/{agent}/environ")).unwrap().uid(), 0);
    assert!(status.contains("VmLck:\t       4 kB"), "{status}");
}

#[test]
fn the_protocol_is_what_the_page_says_and_anything_else_is_refused() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let socket = session.socket();
    let identity = identity(&session).into_bytes();
    let given = [&[1, 0, u8::try_from(identity.len()).unwrap()], &identity[..]].concat();
    for (request, answer) in [
        ("bytes([1, 1]) + PATH", given.as_slice()),
        ("bytes([2, 1]) + PATH", b"\x01\x01\x00"),
        ("bytes([0])", b"\x01\x01\x00"),
        ("bytes([1, 9]) + PATH", b"\x01\x01\x00"),
        ("b'GET / HTTP/1.1' * 10000", b"\x01\x01\x00"),
        ("bytes([1, 1]) + bytes(32)", b"\x01\x02\x00"),
        ("bytes([1, 2]) + PATH[::-1]", b"\x01\x02\x00"),
        ("bytes([1, 1]) + PATH[:31]", b""),
        ("b''", b""),
        ("bytes([1, 2]) + PATH", b"\x01\x00\x00"),
    ] {
        let answered = ask(python(), &session, &socket, request);
        // A connection that is closed with a part of the request unread may lose the answer too.
        let lost = request.contains("HTTP") && answered.is_empty();
        assert!(lost || answered == answer, "{request}: {answered:?}");
    }
    session.is_locked();
}

#[test]
fn another_user_gets_nothing_from_the_agent_even_where_the_folder_is_open() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let socket = session.socket();
    for (path, mode) in [
        (session.home.path(""), 0o755),
        (session.runtime(), 0o755),
        (session.runtime().join("vmfa"), 0o755),
        (socket.clone(), 0o666),
    ] {
        set_mode(&path, mode);
    }
    for request in ["bytes([1, 1]) + PATH", "bytes([1, 2]) + PATH"] {
        assert_eq!(ask(python_as_nobody(), &session, &socket, request), b"", "{request}");
        assert!(ask(python(), &session, &socket, "bytes([1, 1]) + PATH").len() > 70);
    }
    session.agent();
}

#[test]
fn what_another_user_has_put_in_the_agents_place_is_not_spoken_to() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let socket = session.socket();
    session.vmfa(&["lock"]).ok();
    let folder = session.runtime().join("vmfa");
    for path in [session.home.path(""), session.runtime(), folder.clone()] {
        set_mode(&path, 0o777);
    }
    let mut listener = listen(python_as_nobody(), &socket, "");
    for path in [session.home.path(""), session.runtime(), folder] {
        set_mode(&path, 0o700);
    }
    let is_refused = || {
        let message = session.is_locked();
        assert!(message.contains(&format!("belongs to another user (uid {NOBODY})")), "{message}");
        assert!(session.unlock(&[]).failed(1).contains("belongs to another user"));
        assert!(session.vmfa(&["lock"]).failed(1).contains("belongs to another user"));
    };
    is_refused();
    // The file's owner says nothing about who listens: the kernel knows.
    let mut own = if is_root() { Command::new("chown") } else { Command::new("sudo") };
    if !is_root() {
        own.args(["-n", "chown"]);
    }
    let uid = fs::metadata("/proc/self").unwrap().uid();
    assert!(own.arg(uid.to_string()).arg(&socket).status().unwrap().success());
    is_refused();
    assert_eq!(ended(&mut listener), "", "something was said to it");
}

#[test]
fn an_agent_that_makes_no_sense_is_named_and_the_passphrase_still_works() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let socket = session.socket();
    session.vmfa(&["lock"]).ok();
    for (answer, why) in [
        ("\\x02\\x00\\x00", "belongs to another version of vmfa"),
        ("\\x01\\x01\\x00", "belongs to another version of vmfa"),
        ("\\x01\\x02\\x00", "the agent belongs to another vault"),
        ("\\x01\\x00\\x03abc", "the agent's answer makes no sense"),
        ("\\x01\\x00\\x4aAGE", "does not answer"),
        ("", "does not answer"),
    ] {
        let mut listener = listen(python(), &socket, answer);
        let message = session.is_locked();
        assert!(message.starts_with("note: ") && message.contains(why), "{why}: {message}");
        if why.contains("version") {
            let message = session.vmfa(&["lock"]).failed(1);
            assert!(message.contains(&format!("hint: `kill -9 {}` ends it", listener.id())), "{message}");
        }
        assert_eq!(session.home.locked(&["code", "alice", "--at", "59"], "").ok(), expected());
        ended(&mut listener);
        fs::remove_file(&socket).unwrap();
    }
}

#[test]
fn clients_that_say_nothing_hold_up_nobody() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let socket = session.socket();
    // More than the agent takes at once, some silent and some in the middle of a request.
    let stuck: Vec<UnixStream> = (0..40)
        .map(|number| {
            let mut stream = UnixStream::connect(&socket).unwrap();
            // So that the test ends at all if the agent never lets go.
            stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
            if number % 2 == 0 {
                stream.write_all(&[1, 1, 7]).unwrap();
            }
            stream
        })
        .collect();
    assert_eq!(session.code().ok(), expected());
    // Those were dropped without an answer.
    for mut stream in stuck {
        let mut answer = Vec::new();
        let error = stream.read_to_end(&mut answer).err().map(|error| error.kind());
        assert!(answer.is_empty() && error != Some(ErrorKind::WouldBlock), "{answer:?} {error:?}");
    }
    session.vmfa(&["lock"]).ok();
}

/// A listener that Python makes. It answers each connection with `answer` once it has heard something, and prints what
/// it has heard; it ends when its stdin does.
fn listen(python: Command, socket: &Path, answer: &str) -> Child {
    let script = "
import os, socket, sys, threading
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
s.listen()
def serve():
    while True:
        c, _ = s.accept()
        heard = c.recv(4096)
        sys.stdout.write(heard.hex())
        sys.stdout.flush()
        try:
            c.sendall(sys.argv[2].encode().decode('unicode_escape').encode('latin1'))
        except BrokenPipeError:
            pass
        c.close()
threading.Thread(target=serve, daemon=True).start()
sys.stdout.write('ready\\n')
sys.stdout.flush()
sys.stdin.read()
os._exit(0)
";
    let mut python = python;
    python.args(["-c", script]).arg(socket).arg(answer).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().unwrap();
    let mut ready = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
    assert_eq!(&ready, b"ready\n");
    child
}

/// Ends a listener, and gives what it has heard, in hexadecimal.
fn ended(listener: &mut Child) -> String {
    drop(listener.stdin.take());
    let mut heard = String::new();
    listener.stdout.take().unwrap().read_to_string(&mut heard).unwrap();
    listener.wait().unwrap();
    heard
}

#[test]
fn the_hidden_command_shows_in_no_help_and_no_manual_page() {
    let session = Session::new();
    let help = session.vmfa(&["--help"]).ok();
    assert!(help.contains("  unlock ") && help.contains("  lock ") && !help.contains("  agent"), "{help}");
    let pages: PathBuf = session.home.path("man");
    session.vmfa(&["man", "--out-dir", pages.to_str().unwrap()]).ok();
    assert!(pages.join("vmfa-unlock.1").exists() && !pages.join("vmfa-agent.1").exists());
    // By hand, where it cannot leave the shell's session, or has nothing to hold, it says so.
    let mut tool = tool("setsid", "util-linux");
    tool.arg("--wait").arg(env!("CARGO_BIN_EXE_vmfa"));
    tool.args(["agent", "--vault", "/", "--socket", "/nowhere/s", "--seconds", "9"]);
    let message = run(tool, "").failed(1);
    assert!(message.contains("cannot leave the terminal") && message.contains("`vmfa unlock` starts the agent"));
}
