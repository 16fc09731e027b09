//! The figures of docs/verifier.md: the real rules against an attacker who knows the password and never stops, and the owner
//! who logs in all the while. `cargo test --test verifier simulation -- --nocapture` prints the tables.

use std::time::Duration;

use vmfa::otp::{Code, Totp};
use vmfa::time::UnixTime;
use vmfa::verifier::{Claim, CodePair, Shown, SourceKey, Verdict};

use crate::user::{NOW, User, code, is_accept, pair, shown};

const SECOND: u64 = 1000;
const DAY: u64 = 86_400 * SECOND;
/// Pairs of consecutive steps in a window of seven: `of_all_pairs_of_steps_exactly_the_six_of_the_window_are_accepted`.
const PAIRS_IN_WINDOW: f64 = 6.0;
/// `ten_pairs_of_a_user_and_one_of_a_source_are_looked_at_in_any_second`.
const PAIRS_A_DAY: f64 = 864_000.0;
/// Recovery codes have no limit of their own; what a server can answer is one. It decides nothing: see the assertion.
const RECOVERY_CODES_A_DAY: f64 = 86_400_000.0;
const MILLION: f64 = 1e6;

/// What became of the single codes of an attack.
struct Attack {
    /// When each guess was looked at, and with how many codes it was compared.
    guesses: Vec<(u64, u32)>,
    by_single_code: u32,
    by_pair: u32,
    lost: u32,
    most_sends: u32,
}

impl Attack {
    /// The most that `weight` comes to in any 24 hours.
    fn most_in_a_day(&self, weight: impl Fn(u32) -> u32) -> u32 {
        let mut first = 0;
        let (mut sum, mut most) = (0, 0);
        for (at, codes) in &self.guesses {
            sum += weight(*codes);
            while self.guesses[first].0 + DAY <= *at {
                sum -= weight(self.guesses[first].1);
                first += 1;
            }
            most = most.max(sum);
        }
        most
    }

    fn codes_in_all(&self) -> u32 {
        self.guesses.iter().map(|(_, codes)| codes).sum()
    }
}

/// An owner who logs in every so often, in the middle of a step.
#[derive(Clone, Copy)]
struct Owner {
    every: Option<u64>,
    /// Whether the attacker also sends pairs while the owner logs in, as many as the limit lets through.
    among_pairs: bool,
}

/// Single codes whenever one is judged: of any device where that is open, else of one that is named, which is charged less.
fn attack(devices: u8, owner: Owner, days: u64) -> Attack {
    let mut user = User::with_devices(&(1..=devices).collect::<Vec<_>>());
    let mut outcome = Attack { guesses: Vec::new(), by_single_code: 0, by_pair: 0, lost: 0, most_sends: 0 };
    let guess = code("000000");
    let start = Totp::default().period.start_of(Totp::default().period.step_at(NOW)).as_millis() + 15 * SECOND;
    let end = start + days * DAY;
    let mut now = start;
    let mut next_login = owner.every.map_or(u64::MAX, |every| start + every);
    let mut coin = Coin(u64::from(devices) + 1);
    while now < end {
        if now >= next_login {
            log_in(&mut user, owner, next_login, &mut outcome, &mut coin);
            next_login += owner.every.unwrap_or(u64::MAX / 2);
        }
        now = match look(&mut user, &guess, UnixTime::from_millis(now)) {
            Look::At(codes) => {
                outcome.guesses.push((now, codes));
                now
            }
            Look::AgainAt(until) => until.max(now + 1).min(next_login),
            Look::NeverAgain => next_login.min(end),
        };
    }
    outcome
}

enum Look {
    /// It was looked at, and compared with so many codes.
    At(u32),
    AgainAt(u64),
    NeverAgain,
}

fn look(user: &mut User, guess: &Code, now: UnixTime) -> Look {
    let devices = u32::try_from(user.keys.len()).unwrap();
    let mut again = u64::MAX;
    let costs = [user.rules.guess_cost(devices), user.rules.named_guess_cost(devices)];
    for (claim, cost) in [Claim::Any, Claim::Device(0)].into_iter().zip(costs) {
        match user.try_claim(claim, guess, now) {
            // One in a million guesses is right; it counts like the others.
            Verdict::Wrong | Verdict::Accept { .. } => return Look::At(cost.codes()),
            // It costs nothing and tells nothing; the next guess is another code.
            Verdict::Replay => again = now.as_millis() + SECOND,
            Verdict::Throttled { until } => again = again.min(until.as_millis()),
            Verdict::Suspended => return Look::NeverAgain,
        }
    }
    Look::AgainAt(again)
}

/// The owner types a code, and where that is not looked at, two in a row.
fn log_in(user: &mut User, owner: Owner, at: u64, outcome: &mut Attack, coin: &mut Coin) {
    let device = usize::try_from(coin.next() % user.keys.len() as u64).unwrap();
    let own = user.states[device].drift.steps();
    let now = UnixTime::from_millis(at);
    let one = shown(&user.keys[device], now, own);
    if is_accept(user.try_code(&one, now)) {
        outcome.by_single_code += 1;
        return;
    }
    let two = Shown::Two(pair(&user.keys[device], now, own - 1));
    let mut rivals = owner.among_pairs.then(|| Rivals::before(at, user));
    let mut send_at = at;
    for sends in 1..=100 {
        // Who is told the same instant as the owner is first as often as not.
        let rivals_first = coin.next().is_multiple_of(2);
        if let Some(rivals) = &mut rivals {
            rivals.send_until(if rivals_first { send_at + 1 } else { send_at }, user);
        }
        match user.judge(Claim::Any, &two, OWNER, UnixTime::from_millis(send_at)) {
            Verdict::Accept { .. } => {
                outcome.by_pair += 1;
                outcome.most_sends = outcome.most_sends.max(sends);
                return;
            }
            Verdict::Throttled { until } => send_at = until.as_millis(),
            other => panic!("{other:?}"),
        }
    }
    outcome.lost += 1;
}

const OWNER: SourceKey = SourceKey(77);

/// Ten sources, each of which sends a pair a second, so that the limit of a user is always reached.
struct Rivals {
    next: u64,
    wrong: Shown,
}

impl Rivals {
    /// They have been at it for a while when the owner comes.
    fn before(at: u64, user: &mut User) -> Self {
        let wrong = Shown::Two(CodePair { first: code("000000"), second: code("000001") });
        let mut rivals = Self { next: at - 2 * SECOND, wrong };
        rivals.send_until(at, user);
        rivals
    }

    fn send_until(&mut self, end: u64, user: &mut User) {
        while self.next < end {
            let source = SourceKey(100 + self.next / 100 % 10);
            let verdict = user.judge(Claim::Any, &self.wrong, source, UnixTime::from_millis(self.next));
            assert!(matches!(verdict, Verdict::Wrong | Verdict::Throttled { .. }), "{verdict:?}");
            self.next += 100;
        }
    }
}

/// Chance that is the same in every run (Knuth's MMIX generator).
struct Coin(u64);

impl Coin {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

fn owner_every(every: Duration) -> Owner {
    Owner { every: Some(u64::try_from(every.as_millis()).unwrap()), among_pairs: false }
}

const NEVER: Owner = Owner { every: None, among_pairs: false };
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// How many guesses are looked at without a rest, if the owner's logins end every delay.
fn guesses_at_once(devices: u8) -> u32 {
    let mut user = User::with_devices(&(1..=devices).collect::<Vec<_>>());
    let wrong = user.wrong_code(NOW);
    let mut guesses = 0;
    while user.try_code(&wrong, NOW) == Verdict::Wrong {
        user.forget_failures();
        guesses += 1;
    }
    guesses
}

fn assert_documented(line: &str) {
    let page = include_str!("../../docs/verifier.md");
    assert!(page.lines().any(|of_page| of_page.trim() == line), "docs/verifier.md lacks: {line}");
}

fn one_in(chance: f64) -> String {
    let number = format!("{:.0}", (1.0 / chance).floor());
    match number.split_at_checked(number.len().saturating_sub(3)) {
        Some((thousands, rest)) if !thousands.is_empty() => format!("1 in {thousands},{rest}"),
        _ => format!("1 in {number}"),
    }
}

#[test]
fn an_attacker_who_never_stops_has_at_most_one_chance_in_ten_thousand_a_day_at_one_device() {
    let recovery_codes = 10.0 * RECOVERY_CODES_A_DAY / 2f64.powi(80);
    assert!(recovery_codes < 1e-15);
    for devices in 1..=8u8 {
        let runs = [NEVER, owner_every(24 * HOUR), owner_every(HOUR), owner_every(MINUTE)];
        let runs = runs.map(|owner| attack(devices, owner, 30));
        let most = |weight: fn(u32) -> u32| runs.iter().map(|run| run.most_in_a_day(weight)).max().unwrap();
        let codes = most(|codes| codes);
        let guesses = runs[..3].iter().map(|run| run.guesses.len()).max().unwrap();
        assert!(guesses > 4, "the attacker guesses: {devices} devices, {guesses} guesses");
        let at_once = guesses_at_once(devices);
        let cost = u32::from(devices) * 3;
        let in_a_day = (codes / cost).max(at_once);
        let pairs = f64::from(devices) * PAIRS_IN_WINDOW * PAIRS_A_DAY / 1e12 * MILLION;
        let a_day = (f64::from(codes) + pairs) / MILLION + recovery_codes;
        // A year, really: the owner's hourly logins end the delays, which leaves the budget alone to hold.
        let year = attack(devices, owner_every(HOUR), 365);
        let a_year = (f64::from(year.codes_in_all()) + pairs * 365.0) / MILLION + recovery_codes * 365.0;
        let row = format!(
            "| {devices} | {cost} | {at_once} | {in_a_day} | {codes} | {pairs:.1} | {} | {} |",
            one_in(a_day),
            one_in(a_year)
        );
        println!("{row}");
        assert!(at_once >= 4, "people mistype");
        assert!(codes <= 10 + 84.max(4 * cost), "{devices} devices: {codes} codes in a day");
        assert!(devices > 1 || a_day <= 1e-4, "{a_day}");
        assert!(a_day <= 1.5e-4, "{devices} devices: {a_day}");
        assert!(a_year <= 0.02, "{devices} devices: {a_year}");
        assert_documented(&row);
    }
}

#[test]
fn an_owner_who_logs_in_hourly_under_attack_loses_no_login() {
    for devices in 1..=8u8 {
        let owner = Owner { among_pairs: true, ..owner_every(HOUR) };
        let run = attack(devices, owner, 30);
        let row = format!(
            "| {devices} | {} | {} | {} | {} | {} |",
            run.by_single_code + run.by_pair + run.lost,
            run.by_single_code,
            run.by_pair,
            run.most_sends,
            run.lost
        );
        println!("{row}");
        assert_eq!(run.lost, 0);
        assert_eq!(run.by_single_code + run.by_pair, 719);
        assert!(run.by_pair > 600, "the attacker holds single codes up");
        assert_documented(&row);
    }
}
