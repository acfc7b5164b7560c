//! What a document weighs once its fragments are expanded, counted without expanding them.
//!
//! Each fragment is weighed once and its weight reused wherever it is spread, so a document that stands for sixteen
//! million selections is counted in as many steps as it has characters. The cost follows GitHub's idea: what the
//! operation could return at most, by its page sizes. This module knows the grammar of documents and the names of
//! Relay's connection fields; it knows no schema.
//!
//! # How the cost is written on a connection
//!
//! It is not written: a field is a page when it takes `first` or `last`, and what lies under its `edges` and
//! `nodes` counts once an item. So no resolver can forget it.
//!
//! ```text
//! contributions(first: 50) {        1
//!   totalCount                      1
//!   edges { node { title } }        50 x (edges 1 + node 1 + title 1)      = 152
//! }
//! ```
//!
//! A connection without `first` or `last` counts [`PAGE_SIZE_DEFAULT`] items, a field with `ids: [...]` as many as it
//! names, and the lists of introspection a typical length each. Lists that are no connection count once: they
//! are short by their nature, and what they read is [spent](super::NodeBudget::spend) from the node budget.

use std::collections::BTreeMap;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

use super::{code::ErrorCode, limits::Limits, page::PAGE_SIZE_DEFAULT, refusal::Refusal};

/// The figures of a selection set, its fragments expanded. Sums saturate, so nothing overflows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// Fields, inline fragments and spreads.
    pub selections: u64,
    /// Fields that carry an alias.
    pub aliases: u64,
    /// Directives on fields, fragments and spreads.
    pub directives: u64,
    /// Selection sets open at once, those of fragments included.
    pub nesting: u32,
    /// Fields open at once.
    pub depth: u32,
    /// Lists of introspection open at once.
    pub introspection_lists: u32,
    /// Values that one object of this set can return, outside `edges` and `nodes`.
    once: u64,
    /// Values under `edges` and `nodes`, an item of the page.
    per_item: u64,
}

impl Weight {
    /// The most field values that the set can return, read as an operation.
    #[must_use]
    pub(super) fn cost(&self) -> u64 {
        self.once.saturating_add(self.per_item)
    }

    fn beside(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            nesting: self.nesting.max(other.nesting),
            depth: self.depth.max(other.depth),
            introspection_lists: self.introspection_lists.max(other.introspection_lists),
            once: self.once.saturating_add(other.once),
            per_item: self.per_item.saturating_add(other.per_item),
        }
    }

    /// Refuses an operation that weighs more than one request may.
    ///
    /// # Errors
    /// The code of the first limit exceeded, with the figure found and the limit.
    pub(super) fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let refuse = |code, found: u64, what: &str, limit: u64| {
            let message = format!("the operation has {found} {what}; the limit is {limit}");
            if found > limit { Err(Refusal::new(code, message)) } else { Ok(()) }
        };
        refuse(ErrorCode::TooManyAliases, self.aliases, "aliases, fragments expanded", limits.aliases_max)?;
        refuse(
            ErrorCode::TooManyDirectives,
            self.directives,
            "directives, fragments expanded",
            limits.directives_max,
        )?;
        refuse(ErrorCode::DocumentTooDeep, self.depth.into(), "levels of fields", limits.depth_max.into())?;
        refuse(
            ErrorCode::IntrospectionTooDeep,
            self.introspection_lists.into(),
            "lists of introspection nested in one another",
            limits.introspection_lists_max.into(),
        )?;
        let cost = self.cost();
        if cost > limits.cost_max {
            return Err(Refusal::new(
                ErrorCode::QueryTooCostly,
                format!(
                    "by its page sizes this operation could return {cost} values; the limit is {}",
                    limits.cost_max
                ),
            ));
        }
        Ok(())
    }
}

/// Weighs the operations of one document with the variables of one request.
pub(super) struct Scales<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    limits: &'a Limits,
    /// Weights by fragment and by whether it is spread inside introspection; `None` while being weighed.
    fragments: BTreeMap<(&'a str, bool), Option<Weight>>,
}

/// Where in the document the scales stand.
#[derive(Clone, Copy)]
struct Place<'a> {
    operation: &'a OperationDefinition,
    is_introspection: bool,
    nesting: u32,
}

impl<'a> Scales<'a> {
    /// Scales for one request.
    #[must_use]
    pub(super) fn new(
        document: &'a ExecutableDocument,
        variables: &'a Variables,
        limits: &'a Limits,
    ) -> Self {
        Self { document, variables, limits, fragments: BTreeMap::new() }
    }

    /// What `operation` weighs, its own directives included.
    ///
    /// # Errors
    /// `VALIDATION_FAILED` for a fragment that spreads itself, `DOCUMENT_TOO_DEEP` for too many selection sets in
    /// one another: both would keep the engine, or these scales, from coming to an end.
    pub(super) fn weigh(&mut self, operation: &'a OperationDefinition) -> Result<Weight, Refusal> {
        self.fragments.clear(); // default values of variables belong to one operation
        let place = Place { operation, is_introspection: false, nesting: 0 };
        let mut weight = self.set(&operation.selection_set, place)?;
        let on_variables =
            operation.variable_definitions.iter().map(|variable| variable.node.directives.len());
        weight.directives =
            weight.directives.saturating_add(count(operation.directives.len() + on_variables.sum::<usize>()));
        Ok(weight)
    }

    fn set(&mut self, set: &'a Positioned<SelectionSet>, place: Place<'a>) -> Result<Weight, Refusal> {
        if set.node.items.is_empty() {
            return Ok(Weight::default());
        }
        if place.nesting >= self.limits.nesting_max {
            let message =
                format!("more than {} selection sets are nested in one another", self.limits.nesting_max);
            return Err(Refusal::new(ErrorCode::DocumentTooDeep, message).at([set.pos]));
        }
        let place = Place { nesting: place.nesting + 1, ..place };
        let mut total = Weight::default();
        for selection in &set.node.items {
            let mut weight = match &selection.node {
                Selection::Field(field) => self.field(&field.node, place)?,
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set, place)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name, place)?,
            };
            weight.selections = weight.selections.saturating_add(1);
            weight.directives = weight.directives.saturating_add(count(selection.node.directives().len()));
            total = total.beside(weight);
        }
        total.nesting += 1;
        // A fragment's weight is reused where the way to it was longer than when it was weighed.
        if place.nesting + total.nesting > self.limits.nesting_max + 1 {
            let message =
                format!("more than {} selection sets are nested in one another", self.limits.nesting_max);
            return Err(Refusal::new(ErrorCode::DocumentTooDeep, message).at([set.pos]));
        }
        Ok(total)
    }

    fn fragment(&mut self, name: &'a Positioned<Name>, place: Place<'a>) -> Result<Weight, Refusal> {
        let key = (name.node.as_str(), place.is_introspection);
        match self.fragments.get(&key) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => {
                let message = format!("fragment `{}` spreads itself", name.node);
                return Err(Refusal::new(ErrorCode::ValidationFailed, message).at([name.pos]));
            }
            None => {}
        }
        // An unknown fragment weighs nothing; the engine's validation names it.
        let Some(fragment) = self.document.fragments.get(&name.node) else { return Ok(Weight::default()) };
        self.fragments.insert(key, None);
        let mut weight = self.set(&fragment.node.selection_set, place)?;
        weight.directives = weight.directives.saturating_add(count(fragment.node.directives.len()));
        self.fragments.insert(key, Some(weight));
        Ok(weight)
    }

    fn field(&mut self, field: &'a Field, place: Place<'a>) -> Result<Weight, Refusal> {
        let name = field.name.node.as_str();
        let inside = place.is_introspection || matches!(name, "__schema" | "__type");
        let children = self.set(&field.selection_set, Place { is_introspection: inside, ..place })?;
        let items = match introspection_list(name) {
            Some(length) if place.is_introspection => Items::Each(length),
            Some(_) | None => self.items(field, &children, place.operation),
        };
        let below = match items {
            Items::Each(length) => children.cost().saturating_mul(length),
            Items::Page(length) => children.once.saturating_add(children.per_item.saturating_mul(length)),
        };
        let cost = below.saturating_add(1);
        let is_item = matches!(name, "edges" | "nodes");
        Ok(Weight {
            aliases: children.aliases.saturating_add(u64::from(field.alias.is_some())),
            depth: children.depth.saturating_add(1),
            introspection_lists: children.introspection_lists.saturating_add(u32::from(
                place.is_introspection
                    && matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes"),
            )),
            once: if is_item { 0 } else { cost },
            per_item: if is_item { cost } else { 0 },
            ..children
        })
    }

    /// How often what lies under `field` is counted.
    fn items(&self, field: &Field, children: &Weight, operation: &OperationDefinition) -> Items {
        let argument = |name| {
            let value = field.get_argument(name)?.node.clone();
            value.into_const_with(|variable| self.variable(&variable, operation).ok_or(())).ok()
        };
        if let Some(Value::List(ids)) = argument("ids") {
            return Items::Each(count(ids.len()));
        }
        let asked = ["first", "last"].into_iter().filter_map(|name| page_size(argument(name)?)).max();
        match (asked, children.per_item) {
            (Some(length), 0) => Items::Each(length),
            (Some(length), _) => Items::Page(length),
            (None, _) => Items::Page(count(PAGE_SIZE_DEFAULT)),
        }
    }

    /// The value of a variable: the request's, or the operation's default.
    fn variable(&self, name: &Name, operation: &OperationDefinition) -> Option<Value> {
        let default = || {
            let definition =
                operation.variable_definitions.iter().find(|variable| variable.node.name.node == *name)?;
            definition.node.default_value().cloned()
        };
        self.variables.get(name).cloned().or_else(default)
    }
}

/// How the weight under a field is multiplied.
enum Items {
    /// All of it, so many times.
    Each(u64),
    /// What is under `edges` and `nodes` so many times, the rest once.
    Page(u64),
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A page size as the cost counts it. A size that no resolver accepts counts as it stands, a negative one as none.
fn page_size(value: Value) -> Option<u64> {
    match value {
        Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
        Value::Null
        | Value::String(_)
        | Value::Boolean(_)
        | Value::Binary(_)
        | Value::Enum(_)
        | Value::List(_)
        | Value::Object(_) => None,
    }
}

/// Average lengths of the lists of introspection over the types of a schema of 200 types, since a type that has
/// fields has no input fields, and most have neither enum values nor possible types.
fn introspection_list(name: &str) -> Option<u64> {
    match name {
        "types" => Some(200),
        "directives" => Some(10),
        "fields" => Some(5),
        "enumValues" => Some(2),
        "inputFields" | "interfaces" | "possibleTypes" | "args" => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use async_graphql::parser::parse_query;

    use super::*;

    fn weigh_with(document: &str, variables: serde_json::Value, limits: &Limits) -> Result<Weight, Refusal> {
        let document = parse_query(document).expect("the document of a test is GraphQL");
        let variables = Variables::from_json(variables);
        let (_, operation) = document.operations.iter().next().expect("a test has an operation");
        Scales::new(&document, &variables, limits).weigh(&operation.node)
    }

    fn weigh(document: &str) -> Weight {
        weigh_with(document, serde_json::json!({}), &Limits::default()).expect("weighable")
    }

    /// The same figures by expanding everything, as the engine does.
    fn expanded(document: &ExecutableDocument, set: &SelectionSet) -> u64 {
        set.items
            .iter()
            .map(|selection| {
                1 + match &selection.node {
                    Selection::Field(field) => expanded(document, &field.node.selection_set.node),
                    Selection::InlineFragment(inline) => expanded(document, &inline.node.selection_set.node),
                    Selection::FragmentSpread(spread) => expanded(
                        document,
                        &document.fragments[&spread.node.fragment_name.node].node.selection_set.node,
                    ),
                }
            })
            .sum()
    }

    #[test]
    fn the_cost_counts_what_lies_under_edges_once_an_item() {
        let document = "{ contributions(first: 50) { totalCount edges { node { title } } } }";
        assert_eq!(weigh(document).cost(), 1 + 1 + 50 * 3);
    }

    #[test]
    fn pages_in_pages_multiply() {
        let document = "{ a(first: 10) { edges { node { b(last: 20) { nodes { c } } } } } }";
        assert_eq!(weigh(document).cost(), 1 + 10 * (1 + 1 + (1 + 20 * 2)));
    }

    #[test]
    fn a_connection_without_a_size_counts_the_default_page() {
        assert_eq!(weigh("{ a { edges { node { b } } } }").cost(), 1 + count(PAGE_SIZE_DEFAULT) * 3);
    }

    #[test]
    fn a_size_in_a_variable_or_in_its_default_counts() {
        let document = "query ($n: Int = 7) { a(first: $n) { nodes { b } } }";
        assert_eq!(weigh(document).cost(), 1 + 7 * 2);
        let given = weigh_with(document, serde_json::json!({"n": 30}), &Limits::default());
        assert_eq!(given.map(|weight| weight.cost()), Ok(1 + 30 * 2));
    }

    #[test]
    fn nodes_by_ids_count_each_id() {
        let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let weight = weigh_with(document, serde_json::json!({"ids": ["a", "b", "c"]}), &Limits::default());
        assert_eq!(weight.map(|weight| weight.cost()), Ok(1 + 3));
    }

    #[test]
    fn a_list_with_first_but_without_edges_multiplies_too() {
        assert_eq!(weigh("{ words(first: 40) { text } }").cost(), 1 + 40);
    }

    #[test]
    fn edges_inside_a_fragment_belong_to_the_connection_that_spreads_it() {
        let document = "{ a(first: 5) { ...f } } fragment f on AConnection { edges { node { b } } }";
        assert_eq!(weigh(document).cost(), 1 + 5 * 3);
    }

    #[test]
    fn the_weight_equals_that_of_the_expanded_document() {
        let mut text = String::from("{ ...f0 ...f0 a }");
        for level in 0..6 {
            let _ = write!(
                text,
                " fragment f{level} on T {{ a {{ b }} ...f{n} ... on T {{ ...f{n} }} }}",
                n = level + 1
            );
        }
        text.push_str(" fragment f6 on T { a }");
        let document = parse_query(&text).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        assert_eq!(weigh(&text).selections, expanded(&document, &operation.node.selection_set.node));
    }

    #[test]
    fn sixteen_million_selections_are_counted_without_being_made() {
        let mut text = String::from("{ ...f0 }");
        for level in 0..24 {
            let _ = write!(text, " fragment f{level} on T {{ ...f{n} ...f{n} }}", n = level + 1);
        }
        text.push_str(" fragment f24 on T { a }");
        assert!(weigh(&text).selections > 16_000_000);
    }

    #[test]
    fn aliases_and_directives_count_once_an_expansion() {
        let document = "query @a { ...f ...f @b } fragment f on T @c { x: y @d }";
        let weight = weigh(document);
        assert_eq!((weight.aliases, weight.directives), (2, 1 + 1 + 2 + 2));
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_refused() {
        let refusal = weigh_with(
            "{ ...a } fragment a on T { b { ...c } } fragment c on T { ...a }",
            serde_json::json!({}),
            &Limits::default(),
        )
        .unwrap_err();
        assert_eq!(refusal.message, "fragment `a` spreads itself");
        assert_eq!(refusal.code, ErrorCode::ValidationFailed);
    }

    #[test]
    fn nesting_counts_the_way_to_a_fragment_that_was_weighed_before() {
        let limits = Limits { nesting_max: 4, ..Limits::default() };
        let fits = "{ ...f a { ...f } } fragment f on T { b { c } }";
        let deep = "{ ...f a { a { ...f } } } fragment f on T { b { c } }";
        assert!(weigh_with(fits, serde_json::json!({}), &limits).is_ok());
        let refusal = weigh_with(deep, serde_json::json!({}), &limits).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::DocumentTooDeep);
    }

    #[test]
    fn introspection_is_bounded_by_its_nested_lists_and_by_cost() {
        let usual = "{ __schema { types { fields { args { type { name } } } inputFields { name } } } }";
        assert!(weigh(usual).check(&Limits::default()).is_ok());
        let nested = "{ __type(name: \"T\") { fields { type { fields { type { fields { name } } } } } } }";
        let refusal = weigh(nested).check(&Limits::default()).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::IntrospectionTooDeep);
        let repeated = format!(
            "{{ __schema {{ types {{ fields {{ type {{ fields {{ {} }} }} }} }} }} }}",
            "name ".repeat(50)
        );
        let refusal = weigh(&repeated).check(&Limits::default()).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::QueryTooCostly);
    }
}
