//! A window of three codes (SHA1, six digits), as a verifier computes them for one try, beside totp-rs and liboath.
//!
//! The crate has no unsafe code, nor has this: liboath is called by a small C program that stays running and measures
//! itself, so neither the start of a process nor a call between languages is counted.
#![expect(clippy::unwrap_used, reason = "a benchmark stops by panicking")]
#![expect(clippy::print_stdout, reason = "the figures go there")]

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::time::{ClockId, clock_gettime};
use subtle::ConstantTimeEq;
use vmfa::otp::{Digits, SharedSecret, Step, Totp, TotpKey};
use zeroize::Zeroizing;

#[path = "common/rounds.rs"]
mod rounds;

use rounds::Ratios;

/// Windows in one measurement: a few milliseconds, shorter than the slices that the machine is shared in.
const WINDOWS: u32 = 5_000;
const ROUNDS: usize = 301;
const START: u64 = 1_700_000_010;

fn main() {
    let mut liboath = Liboath::start();
    println!("peers: totp-rs 6, {}", liboath.version);
    println!("a window of three codes; how many times as long the peer takes: median (least to greatest) of {ROUNDS}");
    for bytes in [20, 40] {
        let secret = secret(bytes);
        let key = Totp::default().keyed(&secret);
        let peer = totp_rs::Builder::new().with_secret(secret.as_bytes()).build_noncompliant();
        liboath.must_agree(bytes, &key, &peer);

        let anew = || measure(|window| generate(&Totp::default().keyed(&secret), window));
        let once = || measure(|window| generate(&key, window));
        let judged = || measure(|window| compare(&Totp::default().keyed(&secret), window));
        let totp_rs = || measure(|window| totp_rs_generate(&peer, window));
        println!("secret of {bytes} bytes");
        let show = |name: &str, ratios: Ratios| println!("  {name:<64}{ratios}");
        show("totp-rs / key prepared for each window", Ratios::interleave(ROUNDS, totp_rs, anew));
        show("totp-rs / key prepared once", Ratios::interleave(ROUNDS, totp_rs, once));
        let c = |kind, liboath: &mut Liboath| liboath.measure(kind, bytes);
        show(
            "oath_totp_generate / key prepared for each window",
            Ratios::interleave(ROUNDS, || c("generate", &mut liboath), anew),
        );
        show(
            "oath_totp_generate / key prepared once",
            Ratios::interleave(ROUNDS, || c("generate", &mut liboath), once),
        );
        show(
            "oath_totp_validate / key prepared for each window, compared",
            Ratios::interleave(ROUNDS, || c("validate", &mut liboath), judged),
        );
    }
}

/// The same bytes that liboath.c takes.
fn secret(bytes: u8) -> SharedSecret {
    let bytes: Vec<u8> = (0..bytes).map(|i| i.wrapping_mul(37).wrapping_add(11)).collect();
    SharedSecret::from_bytes(Zeroizing::new(bytes)).unwrap()
}

fn measure(mut window: impl FnMut(u32)) -> f64 {
    let start = computed();
    (0..WINDOWS).for_each(|number| window(black_box(number)));
    computed() - start
}

/// The seconds that this thread has computed: pure computation is not charged with the time that others had the processor.
/// liboath.c asks the same clock.
fn computed() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn steps(window: u32) -> impl Iterator<Item = Step> {
    let here = START / 30 + u64::from(window);
    (here - 1..=here + 1).map(Step::new)
}

fn generate(key: &TotpKey, window: u32) {
    for step in steps(window) {
        black_box(key.code(step).as_str());
    }
}

/// What a verifier does with the codes: it compares each, in constant time, with the one typed.
fn compare(key: &TotpKey, window: u32) {
    let typed = vmfa::otp::Code::parse(black_box("000000"), Digits::SIX).unwrap();
    for step in steps(window) {
        black_box(key.code(step).ct_eq(&typed));
    }
}

/// It keeps the code as a number, and is not asked for the text that the others make.
fn totp_rs_generate(totp: &totp_rs::Totp, window: u32) {
    for step in steps(window) {
        black_box(totp.generate(step.number() * 30));
    }
}

/// The C program, compiled for this run.
struct Liboath {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    version: String,
    _dir: tempfile::TempDir,
}

impl Liboath {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("liboath");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/liboath.c");
        let compiled = Command::new("cc").arg("-O2").arg(source).arg("-loath").arg("-o").arg(&program).status();
        assert!(compiled.unwrap().success(), "cc and the Debian package liboath-dev are needed");
        let mut process = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let requests = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        let mut liboath = Self { process, requests, answers, version: String::new(), _dir: dir };
        liboath.version = liboath.line();
        liboath
    }

    fn measure(&mut self, kind: &str, bytes: u8) -> f64 {
        self.ask(kind, bytes, WINDOWS).0 / 1e9
    }

    /// The nanoseconds that so many windows took, and the sum of their codes.
    fn ask(&mut self, kind: &str, bytes: u8, windows: u32) -> (f64, u32) {
        writeln!(self.requests, "{kind} {bytes} {windows}").unwrap();
        self.requests.flush().unwrap();
        let line = self.line();
        let (nanoseconds, sum) = line.split_once(' ').unwrap();
        (nanoseconds.parse().unwrap(), sum.parse().unwrap())
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// All three compute the same codes, or their speed means nothing.
    fn must_agree(&mut self, bytes: u8, key: &TotpKey, totp: &totp_rs::Totp) {
        let sum = |code: &dyn Fn(Step) -> String| {
            (0..100).fold(0u32, |sum, window| {
                let digits = |sum: u32, code: String| {
                    code.bytes().fold(sum, |sum, digit| sum.wrapping_mul(10).wrapping_add(u32::from(digit - b'0')))
                };
                sum.wrapping_add(steps(window).map(code).fold(0, digits))
            })
        };
        let expected = self.ask("generate", bytes, 100).1;
        assert_eq!(sum(&|step| key.code(step).as_str().to_owned()), expected);
        assert_eq!(sum(&|step| totp.generate(step.number() * 30).to_string()), expected);
    }
}

impl Drop for Liboath {
    fn drop(&mut self) {
        // It ends by itself once its stdin is closed; this is for a benchmark that stopped midway.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
