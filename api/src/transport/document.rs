//! A document that may be given to the engine: read, its operation chosen, weighed.
//!
//! The engine walks the expanded document before it validates, so everything here happens first, and the parsed
//! document is handed on so that nothing is parsed twice. This module knows no schema and no HTTP.

use async_graphql::{
    Positioned, Value as ConstValue, Variables,
    parser::{
        Error as ParseError, parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition},
    },
};

use super::{
    code::ErrorCode,
    limits::Limits,
    refusal::Refusal,
    scan::check_brackets,
    weight::{Scales, Weight},
};

/// A document within the limits.
#[derive(Debug)]
pub(super) struct Document<'a> {
    /// The syntax tree, for the engine.
    pub parsed: ExecutableDocument,
    /// The operation that the request names.
    operation_name: Option<&'a str>,
    /// What the chosen operation weighs.
    pub weight: Weight,
}

impl<'a> Document<'a> {
    /// Reads `text`, chooses the operation and checks all limits of documents.
    ///
    /// # Errors
    /// A refusal of stage [`Document`](super::Stage::Document).
    pub(super) fn open(
        text: &str,
        operation_name: Option<&'a str>,
        variables: &Variables,
        limits: &Limits,
    ) -> Result<Self, Refusal> {
        if text.len() > limits.document_bytes_max {
            return Err(Refusal::new(
                ErrorCode::DocumentTooLarge,
                format!("the document has {} bytes; the limit is {}", text.len(), limits.document_bytes_max),
            ));
        }
        check_brackets(text, limits.brackets_max)?;
        let parsed = parse_query(text).map_err(|error| unreadable(&error))?;
        let chosen = choose(&parsed.operations, operation_name)?;
        let mut scales = Scales::new(&parsed, variables, limits);
        check_expansion(&mut scales, &parsed, limits)?;
        let weight = scales.weigh(&chosen.node)?;
        weight.check(limits)?;
        check_variables(&chosen.node, variables)?;
        Ok(Self { parsed, operation_name, weight })
    }

    /// The operation that the request chooses.
    ///
    /// # Errors
    /// None after [`open`](Self::open), which has chosen it once.
    pub(super) fn operation(&self) -> Result<&OperationDefinition, Refusal> {
        choose(&self.parsed.operations, self.operation_name).map(|operation| &operation.node)
    }
}

/// The engine walks all operations of a document, so their selections count together, chosen or not.
fn check_expansion<'a>(
    scales: &mut Scales<'a>,
    parsed: &'a ExecutableDocument,
    limits: &Limits,
) -> Result<(), Refusal> {
    let mut selections = 0u64;
    for (_, operation) in parsed.operations.iter() {
        selections = selections.saturating_add(scales.weigh(&operation.node)?.selections);
        if selections > limits.selections_max {
            return Err(Refusal::new(
                ErrorCode::TooManySelections,
                format!(
                    "with its fragments expanded the document has {selections} selections; the limit is {}",
                    limits.selections_max
                ),
            ));
        }
    }
    Ok(())
}

fn choose<'a>(
    operations: &'a DocumentOperations,
    name: Option<&str>,
) -> Result<&'a Positioned<OperationDefinition>, Refusal> {
    let unknown = |name: &str| {
        let shown: String = name.chars().take(80).collect();
        Refusal::new(ErrorCode::OperationNotFound, format!("the document has no operation named `{shown}`"))
    };
    match (operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(operation),
        (DocumentOperations::Single(_), Some(name)) => Err(unknown(name)),
        (DocumentOperations::Multiple(named), Some(name)) => named.get(name).ok_or_else(|| unknown(name)),
        (DocumentOperations::Multiple(named), None) => match (named.len(), named.values().next()) {
            (1, Some(operation)) => Ok(operation),
            (found, _) => Err(Refusal::new(
                ErrorCode::OperationNotFound,
                format!("the document has {found} operations; say which in `operationName`"),
            )),
        },
    }
}

/// Refuses an operation whose required variables are missing.
///
/// The specification (6.1.2) wants this before anything runs; the engine finds out at the first field that reads one.
fn check_variables(operation: &OperationDefinition, variables: &Variables) -> Result<(), Refusal> {
    for definition in &operation.variable_definitions {
        let (name, want) = (&definition.node.name.node, &definition.node.var_type.node);
        let found = match variables.get(name) {
            None if definition.node.default_value.is_some() => continue,
            Some(value) if *value != ConstValue::Null => continue,
            None => "missing",
            Some(_) => "null",
        };
        if !want.nullable {
            let message = format!("variable `${name}` must be a `{want}`; it is {found}");
            return Err(Refusal::new(ErrorCode::ValidationFailed, message).at([definition.pos]));
        }
    }
    Ok(())
}

/// One line where the parser draws a picture over five.
fn unreadable(error: &ParseError) -> Refusal {
    let text = error.to_string();
    let reason = text.rsplit_once("= ").map_or(text.as_str(), |(_, expected)| expected).trim();
    Refusal::new(ErrorCode::ParseFailed, format!("the document is not GraphQL: {reason}"))
        .at(error.positions())
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::types::OperationType;

    use super::*;

    fn open<'a>(text: &str, name: Option<&'a str>) -> Result<Document<'a>, Refusal> {
        Document::open(text, name, &Variables::default(), &Limits::default())
    }

    #[test]
    fn the_operation_is_chosen_by_its_name() {
        let two = "query A { a } mutation B { b }";
        assert_eq!(open(two, Some("B")).unwrap().operation().unwrap().ty, OperationType::Mutation);
        assert_eq!(open(two, Some("A")).unwrap().operation().unwrap().ty, OperationType::Query);
        for (text, name, message) in [
            (two, Some("C"), "the document has no operation named `C`"),
            (two, None, "the document has 2 operations; say which in `operationName`"),
            ("{ a }", Some("A"), "the document has no operation named `A`"),
        ] {
            let refusal = open(text, name).unwrap_err();
            assert_eq!((refusal.code, refusal.message.as_str()), (ErrorCode::OperationNotFound, message));
        }
    }

    #[test]
    fn a_syntax_error_is_one_line_with_its_place() {
        let refusal = open("{ a {", None).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::ParseFailed);
        assert!(!refusal.message.contains('\n'), "{}", refusal.message);
        assert_eq!(refusal.locations.len(), 1);
    }

    #[test]
    fn an_operation_that_is_not_chosen_still_counts_since_the_engine_walks_it() {
        let mut text = String::from("query small { a } query bomb { ...f0 }");
        for level in 0..20 {
            text.push_str(&format!(" fragment f{level} on T {{ ...f{n} ...f{n} }}", n = level + 1));
        }
        text.push_str(" fragment f20 on T { a }");
        assert_eq!(open(&text, Some("small")).unwrap_err().code, ErrorCode::TooManySelections);
    }

    #[test]
    fn sixteen_thousand_brackets_are_refused_and_the_process_lives() {
        for bracket in ["{", "[", "{a", "{a(b:[", "query($a:["] {
            let text = bracket.repeat(16_000 / bracket.len());
            assert_eq!(open(&text, None).unwrap_err().code, ErrorCode::DocumentTooDeep, "{bracket}");
        }
    }
}
