//! Accounts: the spaces in which names are unique.

use super::operation::{Done, Granted, Operation, Question, Seen};
use super::{ActionError, Caller, Context, Entity, Principal, Source};
use crate::directory::{Account, AccountAlias, AccountId, Action, MfaDemand, Outcome};
use crate::store::{Change, Page, Paged, Read, StoreError, accounts};
use crate::verifier::FailureLimit;

/// Makes an account with a random number. Only whoever owns the installation may.
///
/// # Errors
/// [`ActionError::EntityAlreadyExists`] if another account has the alias, or a failure of the store, the clock or the
/// random source.
pub fn create(
    cx: &Context,
    principal: &Principal,
    source: &Source,
    alias: Option<&AccountAlias>,
) -> Result<Account, ActionError> {
    make(cx, principal, source, alias, |_| Ok(None))
}

/// The only account, made when it is first asked for.
///
/// # Errors
/// As for [`create`]; [`ActionError::SeveralAccounts`] if there are several.
pub fn only(cx: &Context, principal: &Principal, source: &Source) -> Result<Account, ActionError> {
    match cx.store().read(the_only)? {
        Some(account) => Ok(account),
        // Another process may have made it since.
        None => make(cx, principal, source, None, the_only),
    }
}

fn make(
    cx: &Context,
    principal: &Principal,
    source: &Source,
    alias: Option<&AccountAlias>,
    mut unless: impl FnMut(&mut dyn Read) -> Result<Option<Account>, ActionError>,
) -> Result<Account, ActionError> {
    require_operator(principal, Action::CreateAccount)?;
    cx.store().write(|tx| {
        if let Some(account) = unless(tx)? {
            return Ok(account);
        }
        require_free_alias(tx, alias)?;
        let now = cx.now()?;
        let account = Account {
            id: AccountId::generate(cx.entropy())?,
            alias: alias.cloned(),
            created: now,
            mfa_demand: MfaDemand::default(),
            failure_limit: FailureLimit::default(),
        };
        let mut change = Change::begin_account(tx, &account.id)?;
        accounts::insert(&mut change, &account)?;
        let caller = Caller::new(cx, account.id.clone(), principal.clone(), source.clone());
        change.record(caller.entry(Action::CreateAccount, account.id.as_str(), Outcome::Success, now))?;
        change.finish()?;
        Ok(account)
    })
}

/// How a person names an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountReference {
    /// By its number.
    Id(AccountId),
    /// By its alias.
    Alias(AccountAlias),
}

impl std::str::FromStr for AccountReference {
    type Err = crate::directory::ParseNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse().map(Self::Id) } else { text.parse().map(Self::Alias) }
    }
}

/// The account that is meant.
///
/// # Errors
/// [`ActionError::NoSuchEntity`], or a failure of the store.
pub fn find(cx: &Context, reference: &AccountReference) -> Result<Account, ActionError> {
    let (found, name) = match reference {
        AccountReference::Id(id) => (cx.store().read(|tx| accounts::find(tx, id))?, id.as_str()),
        AccountReference::Alias(alias) => (cx.store().read(|tx| accounts::find_by_alias(tx, alias))?, alias.as_str()),
    };
    found.ok_or_else(|| ActionError::NoSuchEntity { kind: Entity::Account, name: name.to_owned() })
}

/// A page of the installation's accounts, by number. Only whoever owns the installation may know them.
///
/// # Errors
/// [`ActionError::AccessDenied`], or a failure of the store.
pub fn list(cx: &Context, principal: &Principal, page: &Page) -> Result<Paged<Account>, ActionError> {
    require_operator(principal, Action::ListAccounts)?;
    cx.store().read(|tx| Ok(accounts::page(tx, page)?))
}

/// The account of a caller.
#[derive(Debug)]
pub struct ShowAccount;

impl Question for ShowAccount {
    const ACTION: Action = Action::ListAccounts;
    type Answer = Account;

    fn target(&self, account: &AccountId) -> String {
        account.to_string()
    }

    fn answer(&self, seen: &mut Seen<'_>) -> Result<Account, ActionError> {
        seen.whole_account()
    }
}

/// Gives the account an alias in place of the one it had (AWS: `CreateAccountAlias`).
#[derive(Debug)]
pub struct SetAlias<'a> {
    /// The alias, unique in the installation.
    pub alias: &'a AccountAlias,
}

impl Operation for SetAlias<'_> {
    const ACTION: Action = Action::CreateAccountAlias;
    type Answer = ();

    fn target(&self, _: &AccountId) -> String {
        self.alias.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        if granted.account().alias.as_ref() != Some(self.alias) {
            require_free_alias(granted, Some(self.alias))?;
        }
        let account = Account { alias: Some(self.alias.clone()), ..granted.account().clone() };
        granted.change().update(&account)?;
        Ok(Done::Done(()))
    }
}

/// Changes what the account demands of logins. What is `None` stays as it is.
#[derive(Debug)]
pub struct SetMfaSettings {
    /// Whether a user who has no device may log in.
    pub mfa_demand: Option<MfaDemand>,
    /// What is left after too many failures in a row.
    pub failure_limit: Option<FailureLimit>,
}

impl Operation for SetMfaSettings {
    const ACTION: Action = Action::UpdateAccountMfaSettings;
    type Answer = Account;

    fn target(&self, account: &AccountId) -> String {
        account.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<Account>, ActionError> {
        let before = granted.account().clone();
        let account = Account {
            mfa_demand: self.mfa_demand.unwrap_or(before.mfa_demand),
            failure_limit: self.failure_limit.unwrap_or(before.failure_limit),
            ..before
        };
        granted.change().update(&account)?;
        let limit = match account.failure_limit {
            FailureLimit::PairsGetIn => "two codes in a row always get in",
            FailureLimit::Strict => "after 100 failures only a recovery code",
        };
        granted.set_detail(format!("mfa {}; {limit}", account.mfa_demand.as_str()));
        Ok(Done::Done(account))
    }
}

/// The installation is nobody's but of those who own its files. It belongs to no account, so no account's log says so.
fn require_operator(principal: &Principal, action: Action) -> Result<(), ActionError> {
    match principal {
        Principal::Operator { .. } => Ok(()),
        Principal::Nobody => {
            let target = "the installation".to_owned();
            Err(ActionError::AccessDenied { action: action.as_str(), target })
        }
    }
}

fn require_free_alias(tx: &mut dyn Read, alias: Option<&AccountAlias>) -> Result<(), ActionError> {
    let Some(alias) = alias else { return Ok(()) };
    match accounts::find_by_alias(tx, alias)? {
        None => Ok(()),
        Some(_) => Err(ActionError::EntityAlreadyExists { kind: Entity::Account, name: alias.to_string() }),
    }
}

/// The only account, or none in a new installation. One that vanished, and one that was put there by somebody else, are
/// missed by their number.
fn the_only(tx: &mut dyn Read) -> Result<Option<Account>, ActionError> {
    let altered = |what: &str| StoreError::Altered { what: what.to_owned() };
    let counted = accounts::installation(tx)?.ok_or_else(|| altered("the installation"))?.accounts;
    let mut paged = accounts::page(tx, &Page { after: None, limit: 2 })?;
    if let Some(damaged) = paged.damaged.pop() {
        return Err(altered(damaged.as_str()).into());
    }
    match (paged.items.pop(), paged.items.len(), counted) {
        (None, _, 0) => Ok(None),
        (Some(account), 0, 1) => Ok(Some(account)),
        (Some(_), 1.., 2..) => Err(ActionError::SeveralAccounts),
        _ => Err(altered("the accounts of this installation").into()),
    }
}
