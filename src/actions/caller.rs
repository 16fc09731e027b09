use super::Context;
use crate::directory::{Account, AccountId, Origin};
use crate::seal::Purpose;
use crate::store::{Read, StoreError, accounts};
use crate::verifier::SourceKey;

/// Who asks for something of an account, and by which way.
#[derive(Clone, Debug)]
pub struct Caller<'a> {
    pub(super) cx: &'a Context,
    pub(super) account: AccountId,
    principal: Principal,
    source: Source,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A person at this machine who owns the files, and could change them anyway. No policy is asked.
    Operator {
        /// The number of the system's user.
        uid: u32,
    },
    /// Somebody who has not logged in.
    Nobody,
}

/// By which way somebody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The command line, perhaps for a program that says whom it serves.
    CommandLine {
        /// The address from which that program was asked.
        address: Option<String>,
    },
}

impl<'a> Caller<'a> {
    /// Somebody who asks something of `account`.
    #[must_use]
    pub const fn new(cx: &'a Context, account: AccountId, principal: Principal, source: Source) -> Self {
        Self { cx, account, principal, source }
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// Who asks.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The account, with its settings.
    pub(super) fn account_in(&self, tx: &mut dyn Read) -> Result<Account, StoreError> {
        let missing = || StoreError::Altered { what: format!("account {}", self.account) };
        accounts::find(tx, &self.account)?.ok_or_else(missing)
    }

    /// What the log says of this caller.
    pub(super) fn origin(&self) -> Origin {
        let actor = match &self.principal {
            Principal::Operator { uid } => format!("local uid {uid}"),
            Principal::Nobody => "nobody".to_owned(),
        };
        Origin { actor, source: self.source.name() }
    }

    /// What pairs of codes from one source have in common.
    pub(super) fn source_key(&self) -> SourceKey {
        let Source::CommandLine { address: Some(address) } = &self.source else { return SourceKey::UNKNOWN };
        let tag = self.cx.keys().fingerprint(Purpose::Source, address.as_bytes());
        let last = tag.as_bytes().last_chunk().copied().unwrap_or_default();
        SourceKey(u64::from_be_bytes(last))
    }
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::CommandLine { address: None } => "command line".to_owned(),
            Self::CommandLine { address: Some(address) } => format!("command line, for {address}"),
        }
    }
}
