//! Thresholds of support: what is asked, whether it is reached, and that it stays so.
//!
//! A rule is data of the consultation, frozen when it opens (`docs/design.md`, Duties). What reaching
//! it brings is none of this module's business, nor which votes were counted towards it.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use crate::time::Timestamp;

/// What must be reached.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub enum ThresholdRule {
    /// So many supports.
    Count(u64),
    /// A share of a population, whose figure the rule states.
    Share {
        /// Above the line: 1 of one tenth.
        numerator: u64,
        /// Below the line: 10 of one tenth.
        denominator: NonZeroU64,
        /// The population.
        of: u64,
    },
    /// Supports from so many territories, with the same minimum in each.
    Territories {
        /// How many territories.
        at_least: u32,
        /// The minimum in each of them.
        each: u64,
    },
    /// The minimum of each territory, reached in so many of them.
    Minimums {
        /// How many territories.
        at_least: u32,
        /// The minimum of each, by its index in the rules.
        minimums: BTreeMap<u32, u64>,
    },
    /// All of these. An empty list is never reached.
    All(Vec<ThresholdRule>),
    /// Any of these. An empty list is never reached.
    Any(Vec<ThresholdRule>),
}

/// The support of a contribution at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Support {
    /// In all, those without a known territory included.
    pub total: u64,
    /// By territory, an index in the rules.
    pub territories: BTreeMap<u32, u64>,
}

impl Support {
    /// So many supports, of no known territory.
    #[must_use]
    pub const fn of(total: u64) -> Self {
        Self { total, territories: BTreeMap::new() }
    }
}

/// A part of a rule that is not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmet {
    /// Too few supports in all.
    Supports {
        /// How many are asked.
        asked: u64,
        /// How many there are.
        found: u64,
    },
    /// Too few territories with their minimum.
    Territories {
        /// How many are asked.
        asked: u32,
        /// How many there are.
        found: u32,
    },
    /// A list of rules that names none.
    NothingAsked,
}

impl ThresholdRule {
    /// Whether `support` reaches this rule.
    #[must_use]
    pub fn is_met(&self, support: &Support) -> bool {
        self.unmet(support).is_empty()
    }

    /// What is missing; empty exactly where the rule is reached.
    #[must_use]
    pub fn unmet(&self, support: &Support) -> Vec<Unmet> {
        match self {
            Self::Count(asked) => supports(*asked, support),
            Self::Share { numerator, denominator, of } => {
                supports(share(*numerator, *denominator, *of), support)
            }
            Self::Territories { at_least, each } => {
                let reached = support.territories.values().filter(|found| *found >= each);
                territories(*at_least, reached.count())
            }
            Self::Minimums { at_least, minimums } => {
                let found = |territory| support.territories.get(territory).copied().unwrap_or(0);
                let reached = minimums.iter().filter(|(territory, minimum)| found(*territory) >= **minimum);
                territories(*at_least, reached.count())
            }
            Self::All(rules) if rules.is_empty() => vec![Unmet::NothingAsked],
            Self::All(rules) => rules.iter().flat_map(|rule| rule.unmet(support)).collect(),
            Self::Any(rules) if rules.is_empty() => vec![Unmet::NothingAsked],
            Self::Any(rules) if rules.iter().any(|rule| rule.is_met(support)) => vec![],
            Self::Any(rules) => rules.iter().flat_map(|rule| rule.unmet(support)).collect(),
        }
    }
}

/// The least whole number of supports that is at least the share.
fn share(numerator: u64, denominator: NonZeroU64, of: u64) -> u64 {
    let product = u128::from(numerator) * u128::from(of);
    u64::try_from(product.div_ceil(u128::from(denominator.get()))).unwrap_or(u64::MAX)
}

fn supports(asked: u64, support: &Support) -> Vec<Unmet> {
    let found = support.total;
    if found >= asked { vec![] } else { vec![Unmet::Supports { asked, found }] }
}

fn territories(asked: u32, reached: usize) -> Vec<Unmet> {
    let found = u32::try_from(reached).unwrap_or(u32::MAX);
    if found >= asked { vec![] } else { vec![Unmet::Territories { asked, found }] }
}

/// Whether a threshold was reached. Once reached it stays reached, whatever becomes of the votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Not yet.
    #[default]
    NotYet,
    /// Reached.
    Reached {
        /// When.
        at: Timestamp,
        /// With how many supports in all.
        total: u64,
    },
}

impl Reach {
    /// Where it stands once the support is `support`, at `at`.
    #[must_use]
    pub fn after(self, rule: &ThresholdRule, support: &Support, at: Timestamp) -> Self {
        match self {
            Self::Reached { .. } => self,
            Self::NotYet if rule.is_met(support) => Self::Reached { at, total: support.total },
            Self::NotYet => Self::NotYet,
        }
    }

    /// Whether it was reached.
    #[must_use]
    pub const fn is_reached(self) -> bool {
        matches!(self, Self::Reached { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tenth_of(of: u64) -> ThresholdRule {
        ThresholdRule::Share { numerator: 1, denominator: NonZeroU64::new(10).unwrap(), of }
    }

    fn spread(total: u64, territories: &[(u32, u64)]) -> Support {
        Support { total, territories: territories.iter().copied().collect() }
    }

    #[test]
    fn the_last_support_reaches_the_count() {
        let rule = ThresholdRule::Count(100_000);
        assert_eq!(rule.unmet(&Support::of(99_999)), [Unmet::Supports { asked: 100_000, found: 99_999 }]);
        assert!(rule.is_met(&Support::of(100_000)));
    }

    #[test]
    fn a_share_is_rounded_up_never_down() {
        assert!(!tenth_of(31_001).is_met(&Support::of(3_100)));
        assert!(tenth_of(31_001).is_met(&Support::of(3_101)));
        assert!(tenth_of(31_000).is_met(&Support::of(3_100)));
        assert!(!tenth_of(u64::MAX).is_met(&Support::of(1)));
    }

    #[test]
    fn half_a_million_from_thirty_departements_needs_both() {
        let rule = ThresholdRule::All(vec![
            ThresholdRule::Count(500_000),
            ThresholdRule::Territories { at_least: 30, each: 1 },
        ]);
        let many =
            |territories: u32| spread(600_000, &(0..territories).map(|it| (it, 1)).collect::<Vec<_>>());
        assert_eq!(rule.unmet(&many(29)), [Unmet::Territories { asked: 30, found: 29 }]);
        assert!(rule.is_met(&many(30)));
        assert!(!rule.is_met(&Support { total: 400_000, ..many(30) }));
    }

    #[test]
    fn each_territory_has_its_own_minimum_where_the_rule_says_so() {
        let rule = ThresholdRule::Minimums { at_least: 2, minimums: [(1, 10), (2, 50), (3, 5)].into() };
        assert_eq!(
            rule.unmet(&spread(70, &[(1, 10), (2, 49), (9, 11)])),
            [Unmet::Territories { asked: 2, found: 1 }]
        );
        assert!(rule.is_met(&spread(15, &[(1, 10), (3, 5)])));
    }

    #[test]
    fn one_of_several_ways_is_enough() {
        let rule = ThresholdRule::Any(vec![ThresholdRule::Count(1_000), tenth_of(500)]);
        assert!(rule.is_met(&Support::of(50)));
        assert_eq!(rule.unmet(&Support::of(49)).len(), 2);
    }

    #[test]
    fn a_rule_that_asks_nothing_is_never_reached() {
        for rule in [ThresholdRule::All(vec![]), ThresholdRule::Any(vec![])] {
            assert!(!rule.is_met(&Support::of(u64::MAX)));
        }
    }

    #[test]
    fn a_rule_reads_and_writes_as_data() {
        let text = r#"{"all":[{"count":500000},{"territories":{"at_least":30,"each":1}}]}"#;
        let rule: ThresholdRule = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&rule).unwrap(), text);
        assert!(
            serde_json::from_str::<ThresholdRule>(r#"{"share":{"numerator":1,"denominator":0,"of":9}}"#)
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn a_reached_threshold_stays_reached_whatever_the_votes_do(totals in proptest::collection::vec(0_u64..20, 1..40)) {
            let rule = ThresholdRule::Count(10);
            let mut reach = Reach::NotYet;
            let mut first = None;
            for (instant, total) in (0..).zip(&totals) {
                reach = reach.after(&rule, &Support::of(*total), Timestamp(instant));
                if *total >= 10 && first.is_none() {
                    first = Some(Reach::Reached { at: Timestamp(instant), total: *total });
                }
                prop_assert_eq!(reach, first.unwrap_or(Reach::NotYet));
            }
        }

        #[test]
        fn more_support_never_misses_what_less_support_reached(
            counts in proptest::collection::btree_map(0_u32..6, 0_u64..30, 0..6),
            at_least in 0_u32..5, each in 0_u64..20, asked in 0_u64..60, one_more in 0_u32..6,
        ) {
            let before = Support { total: counts.values().sum(), territories: counts };
            let mut after = before.clone();
            after.total += 1;
            *after.territories.entry(one_more).or_insert(0) += 1;
            let rules = [ThresholdRule::Count(asked), ThresholdRule::Territories { at_least, each }];
            for rule in [ThresholdRule::All(rules.to_vec()), ThresholdRule::Any(rules.to_vec())] {
                prop_assert!(!rule.is_met(&before) || rule.is_met(&after));
            }
        }
    }
}
