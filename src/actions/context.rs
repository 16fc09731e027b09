use std::sync::Arc;

use super::ActionError;
use super::password::Hasher;
use crate::directory::Account;
use crate::entropy::Entropy;
use crate::seal::KeyRing;
use crate::store::Store;
use crate::time::{Clock, UnixTime};
use crate::verifier::Rules;

/// What every operation works with: the store with its key ring, the time, the random bytes and the rules.
///
/// Cloning it is cheap; all clones share the same things. Its store can be reached by operations alone, so that no front
/// end finds a way around them.
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Box<dyn Clock>,
    entropy: Box<dyn Entropy>,
    rules: Rules,
    hasher: Hasher,
}

impl Context {
    /// A context of these parts, with the default rules.
    #[must_use]
    pub fn new(store: Store, clock: impl Clock + 'static, entropy: impl Entropy + 'static) -> Self {
        let (clock, entropy) = (Box::new(clock), Box::new(entropy));
        let (rules, hasher) = (Rules::default(), Hasher::default());
        Self { inner: Arc::new(Inner { store, clock, entropy, rules, hasher }) }
    }

    /// The rules by which codes are judged where an account says nothing else.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.inner.rules
    }

    /// The rules by which the account's codes are judged.
    pub(super) fn rules_of(&self, account: &Account) -> Rules {
        Rules { failure_limit: account.failure_limit, ..self.inner.rules }
    }

    pub(super) fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The present time, to be asked for once an operation; where codes are judged, inside the write transaction, so that
    /// of two tries the one that comes second is also the later one.
    pub(super) fn now(&self) -> Result<UnixTime, ActionError> {
        Ok(self.inner.clock.now()?)
    }

    pub(super) fn entropy(&self) -> &dyn Entropy {
        &*self.inner.entropy
    }

    pub(super) fn keys(&self) -> &KeyRing {
        self.inner.store.keys()
    }

    pub(super) fn hasher(&self) -> &Hasher {
        &self.inner.hasher
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Context")
    }
}
