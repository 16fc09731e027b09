//! The verifier of commit 7710045, for `verifications` to measure beside today's: `benches/earlier/build` puts this file in
//! the place of that commit's benchmark. It is `benches/verifications.rs` as it was then, with a loop around it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_wrap,
    reason = "a benchmark stops by panicking, and counts to a million at most"
)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use vmfa::actions::{Context, accounts, authenticate, devices, users};
use vmfa::directory::{AccountId, DeviceName, Origin, SerialNumber, UserName};
use vmfa::entropy::SystemEntropy;
use vmfa::otp::{Totp, TotpKey};
use vmfa::seal::KeyRing;
use vmfa::store::{Sqlite, Store};
use vmfa::time::{Clock, ManualClock, UnixTime};

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
/// Users who log in, spread over all names; the rest only make the tables and indexes large.
const ACTIVE: usize = 1_000;
const PERIOD: Duration = Duration::from_secs(30);

struct Load {
    threads: usize,
    logins: usize,
}

/// Makes both stores, then measures what each line of stdin asks for, such as `many 64 640`, and answers with seconds.
fn main() {
    let dir = tempfile::tempdir_in(std::env::args().nth(1).unwrap()).unwrap();
    let mut few = Verifier::with_users(&dir.path().join("few"), FEW);
    let mut many = Verifier::with_users(&dir.path().join("many"), MANY);
    println!("ready");
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let load = Load { threads: words[1].parse().unwrap(), logins: words[2].parse().unwrap() };
        let verifier = if words[0] == "few" { &mut few } else { &mut many };
        println!("{}", verifier.measure(&load));
    }
}

/// The name of the user with this number. As wide as the largest, so that the order of names is that of numbers.
fn name(number: usize) -> String {
    format!("user-{number:07}")
}

/// The numbers of the users who log in, in an order that goes all over the tables.
fn active(total: usize) -> impl Iterator<Item = usize> {
    // 389 and 1,000 have no common divisor.
    (0..ACTIVE).map(move |index| index * 389 % ACTIVE * (total / ACTIVE))
}

/// How long it takes until each of `threads` has done what `work` does with its share.
fn measure<S: Send>(shares: Vec<S>, work: impl Fn(S) + Sync) -> f64 {
    let ready = Barrier::new(shares.len() + 1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = shares
            .into_iter()
            .map(|share| {
                scope.spawn(|| {
                    ready.wait();
                    work(share);
                })
            })
            .collect();
        ready.wait();
        seconds(|| threads.into_iter().for_each(|thread| thread.join().unwrap()))
    })
}

/// vmfa's verifier in a folder of its own.
struct Verifier {
    cx: Context,
    clock: Arc<ManualClock>,
    account: AccountId,
    origin: Origin,
    /// Those who log in; the first one has waited longest.
    users: Vec<(String, TotpKey)>,
}

impl Verifier {
    fn with_users(dir: &Path, total: usize) -> Self {
        vmfa::files::private_dir(dir).unwrap();
        let keys = KeyRing::generate(&SystemEntropy).unwrap();
        keys.create(&dir.join("keys")).unwrap();
        let database = dir.join("vmfa.db");
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_010)));
        let store = Store::new(Sqlite::open(&database).unwrap());
        let cx = Context::new(store, keys, Arc::clone(&clock), SystemEntropy);
        let origin = Origin { actor: "benchmark".to_owned(), source: "benchmark".to_owned() };
        let account = accounts::open(&cx, &origin).unwrap().id;
        let mut verifier = Self { cx, clock, account, origin, users: Vec::new() };
        verifier.enroll(total);
        pad(&database, total);
        verifier
    }

    /// Enrolls those who will log in.
    fn enroll(&mut self, total: usize) {
        let numbers: Vec<usize> = active(total).collect();
        let this = &*self;
        // By many threads, so that many share a sync of the disk.
        self.users = std::thread::scope(|scope| {
            let threads: Vec<_> = numbers
                .chunks(50)
                .map(|share| scope.spawn(|| share.iter().map(|number| this.enroll_one(*number)).collect::<Vec<_>>()))
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
    }

    fn enroll_one(&self, number: usize) -> (String, TotpKey) {
        let name: UserName = name(number).parse().unwrap();
        let new = users::NewUser { name: name.clone(), path: Default::default(), password: None };
        users::create(&self.cx, &self.account, &self.origin, new).unwrap();
        let device: DeviceName = name.as_str().parse().unwrap();
        let serial = SerialNumber::new(self.account.clone(), Default::default(), device);
        let new = devices::draw_up(&self.cx, serial, None).unwrap();
        let key = Totp::default().keyed(&new.secret);
        let now = self.clock.now().unwrap();
        let before = UnixTime::from_secs(now.as_secs() - PERIOD.as_secs());
        let pair = devices::parse_pair(key.code_at(before).as_str(), key.code_at(now).as_str()).unwrap();
        devices::enroll(&self.cx, &self.origin, &new, &name, pair).unwrap();
        (name.to_string(), key)
    }

    fn measure(&mut self, load: &Load) -> f64 {
        let now = self.clock.now().unwrap().after(PERIOD);
        self.clock.set(now);
        // The prover's half is computed before the measurement.
        let logins: Vec<(&str, String)> = self.users[..load.logins]
            .iter()
            .map(|(name, key)| (name.as_str(), key.code_at(now).as_str().to_owned()))
            .collect();
        let shares = logins.chunks(load.logins / load.threads).collect();
        let elapsed = measure(shares, |share: &[(&str, String)]| {
            for (name, code) in share {
                let sign_in = authenticate::verify_code(&self.cx, &self.account, &self.origin, name, code, None);
                assert!(sign_in.unwrap().mfa.is_some());
            }
        });
        self.users.rotate_left(load.logins);
        elapsed
    }
}

/// Fills the tables up to `total` users with a device each, by copying one user's rows under other names. Nobody logs in
/// as these: their tags and seals are another row's and would be refused. Only the size of tables and indexes matters.
fn pad(database: &Path, total: usize) {
    let mut connection = Connection::open(database).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.pragma_update(None, "cache_size", -400_000).unwrap();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    // Ids in another order than names, as in life.
    transaction
        .execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1), \
             pattern AS (SELECT * FROM users LIMIT 1) \
             INSERT INTO users SELECT account, printf('user-%07d', n), printf('user-%07d', n), \
             printf('%s%016d', substr(id, 1, 5), n * 514229 % 1000003), path, created, password_hash, mfa_devices, \
             recovery_set, recovery_left, failures, not_before, budget_whole_at, tag FROM numbers, pattern WHERE n % (?1 / ?2) <> 0",
            (total as i64, ACTIVE as i64),
        )
        .unwrap();
    transaction
        .execute(
            "WITH pattern AS (SELECT d.*, u.folded AS owner FROM devices d JOIN users u ON u.account = d.account \
             AND u.id = d.user_id LIMIT 1) \
             INSERT INTO devices SELECT p.account, replace(p.folded, p.owner, u.folded), \
             replace(p.serial, p.owner, u.folded), p.created, p.sealed_seed, u.id, p.enabled, p.spent_floor, \
             p.spent_forgotten, p.spent_accepted, p.drift, p.anchor, p.tag FROM users u, pattern p \
             WHERE NOT EXISTS (SELECT 1 FROM devices d WHERE d.account = u.account AND d.user_id = u.id)",
            (),
        )
        .unwrap();
    transaction.commit().unwrap();
    for table in ["users", "devices"] {
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0)).unwrap();
        assert_eq!(rows, total as i64, "rows in {table}");
    }
}

/// How many seconds `work` takes.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn seconds(work: impl FnOnce()) -> f64 {
    let start = std::time::Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
