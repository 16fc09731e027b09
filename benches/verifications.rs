//! Durable verifications on the embedded store, beside a plain loop of one transaction a login on the same file system:
//! how much group commit gives at 1, 8 and 64 threads, and whether a login costs more among a million users.
//!
//! Every verification is a real accept: the clock is moved on by a step before each measurement, so that each user has a
//! fresh code. The plain loop looks up, updates and logs as a login must, and computes no code at all.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_wrap,
    reason = "a benchmark stops by panicking, and counts to a million at most"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use vmfa::actions::authenticate::{self, TypedCode};
use vmfa::actions::devices::{self, EnrollDevice};
use vmfa::actions::installation::Place;
use vmfa::actions::users::CreateUser;
use vmfa::actions::{Caller, Context, Principal, Source, accounts};
use vmfa::directory::{AccountId, DeviceName, SerialNumber, UserName};
use vmfa::entropy::SystemEntropy;
use vmfa::otp::{Totp, TotpKey};
use vmfa::time::{Clock, ManualClock, UnixTime};

#[path = "common/rounds.rs"]
mod rounds;

use rounds::Ratios;

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
/// Users who log in, spread over all names; the rest only make the tables and indexes large.
const ACTIVE: usize = 1_000;
const PERIOD: Duration = Duration::from_secs(30);

struct Load {
    threads: usize,
    logins: usize,
    rounds: usize,
}

const LOADS: [Load; 3] = [
    Load { threads: 1, logins: 50, rounds: 21 },
    Load { threads: 8, logins: 200, rounds: 15 },
    Load { threads: 64, logins: 640, rounds: 9 },
];

fn main() {
    println!("SQLite {}, WAL, synchronous=FULL, for both", rusqlite::version());
    println!("median (least to greatest) of interleaved rounds");
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut few = Verifier::with_users(&dir.path().join("few"), FEW);
    let mut many = Verifier::with_users(&dir.path().join("many"), MANY);
    let mut earlier = Earlier::started();
    if earlier.is_none() {
        println!("VMFA_EARLIER=$(benches/earlier/build) measures the verifier of commit 7710045 as well");
    }
    let mut plain_few = PlainLoop::with_users(&dir.path().join("plain-few.db"), FEW);
    let mut plain_many = PlainLoop::with_users(&dir.path().join("plain-many.db"), MANY);
    for load in LOADS {
        println!("{} threads, {} logins a measurement, {} rounds", load.threads, load.logins, load.rounds);
        let show = |name: &str, ratios: Ratios| println!("  {name:<64}{ratios}");
        if let Some(earlier) = &mut earlier {
            let ratios = Ratios::interleave(load.rounds, || earlier.measure("few", &load), || few.measure(&load));
            show("1,000 users: times as long the verifier of 7710045 takes", ratios);
            let ratios = Ratios::interleave(load.rounds, || earlier.measure("many", &load), || many.measure(&load));
            show("1,000,000 users: times as long the verifier of 7710045 takes", ratios);
        }
        let ratios = Ratios::interleave(load.rounds, || plain_few.measure(&load), || few.measure(&load));
        show("1,000 users: times as long the plain loop takes", ratios);
        let ratios = Ratios::interleave(load.rounds, || plain_many.measure(&load), || many.measure(&load));
        show("1,000,000 users: times as long the plain loop takes", ratios);
        let ratios = Ratios::interleave(load.rounds, || many.measure(&load), || few.measure(&load));
        show("a login among 1,000,000 users / one among 1,000", ratios);
        let ratios = Ratios::interleave(load.rounds, || plain_many.measure(&load), || plain_few.measure(&load));
        show("the same of the plain loop", ratios);
        if let Some(earlier) = &mut earlier {
            show("the same of the verifier of 7710045", earlier.growth(&load));
        }
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

/// The verifier of an earlier commit, in a process of its own.
struct Earlier {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Earlier {
    /// Starts the program that `VMFA_EARLIER` names, if it names one.
    #[expect(clippy::disallowed_methods, reason = "a benchmark is told by its environment what to measure beside vmfa")]
    fn started() -> Option<Self> {
        let program = std::env::var_os("VMFA_EARLIER")?;
        let mut process = Command::new(program)
            .arg(env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut earlier = Self { answers: BufReader::new(process.stdout.take().unwrap()), process };
        assert_eq!(earlier.answer(), "ready");
        Some(earlier)
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn measure(&mut self, users: &str, load: &Load) -> f64 {
        let stdin = self.process.stdin.as_mut().unwrap();
        writeln!(stdin, "{users} {} {}", load.threads, load.logins).unwrap();
        self.answer().parse().unwrap()
    }

    /// How many times as long it takes among many users as among few.
    fn growth(&mut self, load: &Load) -> Ratios {
        let this = std::cell::RefCell::new(self);
        let measure = |users| this.borrow_mut().measure(users, load);
        Ratios::interleave(load.rounds, || measure("many"), || measure("few"))
    }
}

impl Drop for Earlier {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

/// vmfa's verifier in a folder of its own.
struct Verifier {
    cx: Context,
    clock: Arc<ManualClock>,
    account: AccountId,
    /// Those who log in; the first one has waited longest.
    users: Vec<(String, TotpKey)>,
}

impl Verifier {
    fn with_users(dir: &Path, total: usize) -> Self {
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_010)));
        let cx = Place::in_folder(dir).open_or_create(Arc::clone(&clock), SystemEntropy).unwrap();
        let source = Source::CommandLine { address: None };
        let account = accounts::only(&cx, &Principal::Operator { uid: 0 }, &source).unwrap().id;
        let mut verifier = Self { cx, clock, account, users: Vec::new() };
        verifier.enroll(total);
        pad(&dir.join("vmfa.db"), total);
        verifier
    }

    fn caller(&self) -> Caller<'_> {
        let source = Source::CommandLine { address: None };
        Caller::new(&self.cx, self.account.clone(), Principal::Operator { uid: 0 }, source)
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
        let caller = self.caller();
        let name: UserName = name(number).parse().unwrap();
        caller.perform(&CreateUser { name: name.clone(), path: Default::default(), password: None }).unwrap();
        let device: DeviceName = name.as_str().parse().unwrap();
        let serial = SerialNumber::new(self.account.clone(), Default::default(), device).unwrap();
        let new = devices::draw_up(&caller, serial, None, None).unwrap();
        let key = Totp::default().keyed(&new.secret);
        let now = self.clock.now().unwrap();
        let before = UnixTime::from_secs(now.as_secs() - PERIOD.as_secs());
        let pair = devices::parse_pair(key.code_at(before).as_str(), key.code_at(now).as_str()).unwrap();
        caller.perform(&EnrollDevice { new: &new, user: &name, codes: &pair, replaces: None }).unwrap();
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
        let caller = self.caller();
        let shares = logins.chunks(load.logins / load.threads).collect();
        let elapsed = measure(shares, |share: &[(&str, String)]| {
            for (name, code) in share {
                let code = TypedCode::parse(code).unwrap();
                assert!(authenticate::verify_code(&caller, name, &code, None).unwrap().mfa().is_some());
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
    for (table, columns) in [
        ("users", "name, id, path, created, password_hash"),
        (
            "login_states",
            "name, user_id, path, failures, not_before, budget_whole_at, other_failures, recent_pairs, password_failures, \
             password_not_before, recovery_set, recovery_left, devices",
        ),
    ] {
        // Ids in another order than names, as in life.
        let values = columns.replace("user_id", "id").replace("name,", "printf('user-%07d', n),");
        let values = values.replace(" id,", " printf('AIDAX%016d', n * 514229 % 1000003),");
        let end = "audit_lane, audit_length, tag";
        transaction
            .execute(
                &format!(
                    "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1), \
                     pattern AS (SELECT * FROM {table} LIMIT 1) \
                     INSERT INTO {table} (account, folded, {columns}, {end}) \
                     SELECT account, printf('user-%07d', n), {values}, {end} FROM numbers, pattern WHERE n % (?1 / ?2) <> 0"
                ),
                (total as i64, ACTIVE as i64),
            )
            .unwrap();
    }
    let columns = [
        "created",
        "fingerprint",
        "user_id",
        "user_name",
        "enabled",
        "sealed_seed",
        "spent_floor",
        "spent_forgotten",
        "spent_accepted",
        "drift",
        "anchor",
        "audit_lane",
        "audit_length",
        "tag",
    ];
    let (named, of_pattern) = (columns.join(", "), columns.map(|column| format!("p.{column}")).join(", "));
    transaction
        .execute(
            &format!(
                "WITH pattern AS (SELECT d.*, d.device_name AS owner FROM devices d LIMIT 1) \
                 INSERT INTO devices (account, folded, serial, device_name, {named}) \
                 SELECT p.account, replace(p.folded, p.owner, u.folded), replace(p.serial, p.owner, u.folded), u.folded, \
                 {of_pattern} FROM users u, pattern p \
                 WHERE NOT EXISTS (SELECT 1 FROM devices d WHERE d.account = u.account AND d.device_name = u.folded)"
            ),
            (),
        )
        .unwrap();
    transaction.commit().unwrap();
    for table in ["users", "login_states", "devices"] {
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0)).unwrap();
        assert_eq!(rows, total as i64, "rows in {table}");
    }
}

/// What one would write first: each login a transaction, each thread a connection.
struct PlainLoop {
    path: PathBuf,
    connections: Vec<Connection>,
    names: Vec<String>,
    step: i64,
}

impl PlainLoop {
    fn with_users(path: &Path, total: usize) -> Self {
        let connection = Self::connect(path);
        connection
            .execute_batch(
                "CREATE TABLE users (name TEXT NOT NULL PRIMARY KEY, secret BLOB NOT NULL, last_step INTEGER NOT NULL) \
                 WITHOUT ROWID; \
                 CREATE TABLE log (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, name TEXT NOT NULL, event TEXT NOT NULL);",
            )
            .unwrap();
        connection
            .execute(
                "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1) \
                 INSERT INTO users SELECT printf('user-%07d', n), randomblob(40), 0 FROM numbers",
                (total as i64,),
            )
            .unwrap();
        Self { path: path.to_owned(), connections: vec![connection], names: active(total).map(name).collect(), step: 0 }
    }

    fn connect(path: &Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection.busy_timeout(Duration::from_secs(120)).unwrap();
        connection.pragma_update(None, "journal_mode", "wal").unwrap();
        connection.pragma_update(None, "synchronous", "full").unwrap();
        connection
    }

    fn measure(&mut self, load: &Load) -> f64 {
        self.step += 1;
        while self.connections.len() < load.threads {
            self.connections.push(Self::connect(&self.path));
        }
        let names = self.names[..load.logins].chunks(load.logins / load.threads);
        let shares: Vec<_> = self.connections.iter_mut().zip(names).collect();
        assert_eq!(shares.len(), load.threads);
        let step = self.step;
        let elapsed = measure(shares, |(connection, names)| {
            for name in names {
                Self::log_in(connection, name, step);
            }
        });
        self.names.rotate_left(load.logins);
        elapsed
    }

    fn log_in(connection: &mut Connection, name: &str, step: i64) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let (secret, last): (Vec<u8>, i64) = transaction
            .prepare_cached("SELECT secret, last_step FROM users WHERE name = ?1")
            .unwrap()
            .query_row((name,), |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        assert!(secret.len() == 40 && last < step);
        let mut update = transaction.prepare_cached("UPDATE users SET last_step = ?1 WHERE name = ?2").unwrap();
        assert_eq!(update.execute((step, name)).unwrap(), 1);
        drop(update);
        let mut insert =
            transaction.prepare_cached("INSERT INTO log (at, name, event) VALUES (?1, ?2, 'login')").unwrap();
        insert.execute((step, name)).unwrap();
        drop(insert);
        transaction.commit().unwrap();
    }
}

/// How many seconds `work` takes.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn seconds(work: impl FnOnce()) -> f64 {
    let start = std::time::Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
