//! What one request may still read: a number of objects, and the time until its deadline.
//!
//! The engine cannot be interrupted while its resolvers never wait, so a timeout alone does not fire. Every resolver
//! of a list therefore spends from this budget, and spending gives the runtime a chance to look at the clock.
//! This module knows nothing about what is read.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_graphql::Context;
use tokio::time::Instant;

use super::{code::ErrorCode, refusal::Refusal};

/// The budget of one request, found in the engine's context; clones share it.
#[derive(Clone, Debug)]
pub struct NodeBudget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    nodes_max: u64,
    spent: AtomicU64,
    deadline: Instant,
}

impl NodeBudget {
    /// A budget of `nodes_max` objects until `deadline`.
    #[must_use]
    pub fn new(nodes_max: u64, deadline: Instant) -> Self {
        Self { shared: Arc::new(Shared { nodes_max, spent: AtomicU64::new(0), deadline }) }
    }

    /// Objects spent so far.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.shared.spent.load(Ordering::Relaxed)
    }

    /// Objects that the request may read in all.
    #[must_use]
    pub fn nodes_max(&self) -> u64 {
        self.shared.nodes_max
    }

    /// Takes `nodes` from the budget, without giving way; for code that cannot wait.
    ///
    /// # Errors
    /// `NODE_BUDGET_EXCEEDED` when less is left, `TIMED_OUT` after the deadline; a resolver passes both on with `?`.
    pub fn spend(&self, nodes: usize) -> Result<(), Refusal> {
        let nodes = u64::try_from(nodes).unwrap_or(u64::MAX);
        let add = |spent: u64| Some(spent.saturating_add(nodes));
        let before =
            self.shared.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).unwrap_or_else(|v| v);
        if before.saturating_add(nodes) > self.shared.nodes_max {
            return Err(Refusal::new(
                ErrorCode::NodeBudgetExceeded,
                format!(
                    "this request has read {before} objects and asks for {nodes} more; the limit is {}",
                    self.nodes_max()
                ),
            ));
        }
        if self.is_late() {
            return Err(Refusal::new(ErrorCode::TimedOut, "the request has used all its time"));
        }
        Ok(())
    }

    /// Whether the deadline has passed.
    #[must_use]
    pub fn is_late(&self) -> bool {
        Instant::now() >= self.shared.deadline
    }
}

/// What the resolver of a list calls before it returns `nodes` objects: spends them and gives way to the runtime,
/// so that the deadline and other requests get their turn.
///
/// ```ignore
/// spend(ctx, rows.len()).await?;
/// ```
///
/// Without a budget in the context (a schema executed without the transport) it only gives way.
///
/// # Errors
/// Those of [`NodeBudget::spend`].
pub async fn spend(ctx: &Context<'_>, nodes: usize) -> Result<(), Refusal> {
    if let Some(budget) = ctx.data_opt::<NodeBudget>() {
        budget.spend(nodes)?;
    }
    tokio::task::coop::consume_budget().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_is_spent_is_gone_and_clones_share_it() {
        let budget = NodeBudget::new(10, Instant::now() + Duration::from_secs(60));
        assert!(budget.spend(6).is_ok());
        assert!(budget.clone().spend(4).is_ok());
        assert_eq!(budget.spent(), 10);
        let refusal = budget.spend(1).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::NodeBudgetExceeded);
        assert_eq!(refusal.message, "this request has read 10 objects and asks for 1 more; the limit is 10");
    }

    #[tokio::test]
    async fn after_the_deadline_nothing_can_be_spent() {
        let budget = NodeBudget::new(10, Instant::now());
        assert_eq!(budget.spend(1).unwrap_err().code, ErrorCode::TimedOut);
    }

    #[tokio::test]
    async fn an_absurd_amount_does_not_overflow() {
        let budget = NodeBudget::new(u64::MAX - 1, Instant::now() + Duration::from_secs(60));
        assert!(budget.spend(usize::MAX).is_err());
        assert!(budget.spend(usize::MAX).is_err());
    }
}
