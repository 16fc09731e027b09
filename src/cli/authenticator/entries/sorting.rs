//! The order of entries, as commands take it.

use clap::{Args, ValueEnum};

use crate::authenticator::Order;

#[derive(Args, Debug)]
pub(in crate::cli) struct Sorting {
    /// The order of the entries
    #[arg(long, value_name = "ORDER", value_enum, default_value_t)]
    sort: Sort,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Sort {
    /// By name, without regard to case and accents; `db2` comes before `db10`
    Name,
    /// The entry first whose code was shown or copied last; those never used come last
    Use,
    /// As they came into the vault
    #[default]
    Added,
}

impl Sorting {
    pub(in crate::cli) const fn order(&self) -> Order {
        match self.sort {
            Sort::Name => Order::Name,
            Sort::Use => Order::Use,
            Sort::Added => Order::Added,
        }
    }
}
