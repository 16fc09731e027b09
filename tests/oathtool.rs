//! Agreement with `oathtool` (OATH Toolkit), an independent implementation, on 100,000 random codes of each kind.
//!
//! The program must be installed (Debian: `apt-get install oathtool`): without it these tests fail. Its keys here are throw-away.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::process::Command;

use vmfa::otp::{Algorithm, CodeFormat, Digits, HotpKey, Period, SharedSecret, Step, Totp};
use vmfa::time::UnixTime;
use zeroize::Zeroizing;

#[test]
fn totp_codes_agree_with_oathtool() {
    let mut random = SplitMix(6238);
    for _ in 0..RUNS {
        let (algorithm, digits, key) = (random.algorithm(), random.digits(), random.key());
        let period = Period::from_secs(random.pick(&[1, 10, 20, 30, 30, 45, 60, 90, 3600, 86_400])).unwrap();
        // To the year 36812: past 32 bits of seconds, and past 32 bits of steps of one second.
        let bits = 8 + random.below(33);
        let now = random.below(1 << bits);
        let expected = oathtool(&[
            &format!("--totp={algorithm}"),
            &format!("--now=@{now}"),
            &format!("--time-step-size={period}s"),
            &format!("--digits={digits}"),
            &hex(&key),
        ]);
        let totp = Totp { algorithm, format: CodeFormat::Decimal(digits), period };
        let keyed = totp.keyed(&secret(&key));
        let first = period.step_at(UnixTime::from_secs(now)).number();
        let codes: Vec<String> =
            (first..).take(WINDOW).map(|step| keyed.code(Step::new(step)).as_str().to_owned()).collect();
        assert_eq!(codes, expected, "{totp:?} at {now}, key {}", hex(&key));
    }
}

#[test]
fn hotp_codes_agree_with_oathtool() {
    let mut random = SplitMix(4226);
    for _ in 0..RUNS {
        let (digits, key) = (random.digits(), random.key());
        let bits = random.below(63);
        let first = random.below(1 << bits);
        // For HOTP oathtool has SHA1 only.
        let expected = oathtool(&[&format!("--counter={first}"), &format!("--digits={digits}"), &hex(&key)]);
        let keyed = HotpKey::new(Algorithm::Sha1, CodeFormat::Decimal(digits), &secret(&key));
        let codes: Vec<String> =
            (first..).take(WINDOW).map(|counter| keyed.code(counter).as_str().to_owned()).collect();
        assert_eq!(codes, expected, "{digits} digits from {first}, key {}", hex(&key));
    }
}

#[test]
fn base32_secrets_of_whole_bytes_agree_with_oathtool() {
    let mut random = SplitMix(4648);
    for length in 1..=64 {
        let key = random.bytes(length);
        let text = secret(&key).to_base32();
        let expected = oathtool(&["--base32", "--counter=7", &text]);
        let read = SharedSecret::from_base32(&text.to_lowercase()).unwrap();
        assert_eq!(read.as_bytes(), key);
        let code = HotpKey::new(Algorithm::Sha1, CodeFormat::default(), &read).code(7);
        assert_eq!(code.as_str(), expected[0], "{length} bytes");
    }
}

const RUNS: usize = 400;
const WINDOW: usize = 250;

/// The codes that oathtool prints, one a line: the one asked for and those after it.
fn oathtool(arguments: &[&str]) -> Vec<String> {
    let window = format!("--window={}", WINDOW - 1);
    let output = Command::new("oathtool").arg(window).args(arguments).output().unwrap_or_else(|error| {
        panic!("`oathtool` cannot be run, and nothing else checks these codes: {error}\nhint: apt-get install oathtool")
    });
    assert!(output.status.success(), "oathtool {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn secret(key: &[u8]) -> SharedSecret {
    SharedSecret::from_bytes(Zeroizing::new(key.to_vec())).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Steele, Lea and Flood's generator: the same cases in every run.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        *choices.get(usize::try_from(self.below(choices.len() as u64)).unwrap()).unwrap()
    }

    fn algorithm(&mut self) -> Algorithm {
        self.pick(&[Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512])
    }

    fn digits(&mut self) -> Digits {
        Digits::new(self.pick(&[6, 7, 8])).unwrap()
    }

    /// 1 to 200 bytes: also longer than a block of each hash (64 and 128).
    fn key(&mut self) -> Vec<u8> {
        let length = 1 + self.below(200);
        self.bytes(length)
    }

    fn bytes(&mut self, length: u64) -> Vec<u8> {
        (0..length).map(|_| self.next().to_be_bytes()[0]).collect()
    }
}
