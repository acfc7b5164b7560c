//! The SDL: kept in `schemas/`, readable by others, and described to the last word.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};
use async_graphql::{Name, Positioned};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/graphql/schema.graphql");

pub(crate) fn sdl() -> String {
    devenir_api::graphql::schema().sdl()
}

#[test]
fn the_sdl_equals_the_file_in_schemas() {
    if std::env::var_os("GOLDEN").is_some() {
        std::fs::write(KEPT, sdl()).unwrap();
    }
    let kept = std::fs::read_to_string(KEPT).unwrap_or_default();
    assert!(
        kept == sdl(),
        "schemas/graphql/schema.graphql differs from the schema; rewrite it with GOLDEN=1"
    );
}

#[test]
fn the_roots_have_the_names_that_tools_look_for() {
    let sdl = sdl();
    assert!(sdl.contains("query: Query") && sdl.contains("mutation: Mutation"), "{sdl}");
}

#[test]
fn every_type_field_argument_and_value_is_described() {
    let mut missing = Vec::new();
    for definition in parse_schema(sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.as_str();
        let mut check = |what: String, description: &Option<Positioned<String>>| {
            if description.as_ref().is_none_or(|text| text.node.trim().is_empty()) {
                missing.push(what);
            }
        };
        // Connections are the engine's own generic type, which the Relay specification describes.
        if !name.ends_with("Connection") {
            check(name.to_owned(), &definition.node.description);
        }
        let fields = |fields: &[Positioned<FieldDefinition>],
                      check: &mut dyn FnMut(String, &Option<Positioned<String>>)| {
            for field in fields {
                let path = format!("{name}.{}", field.node.name.node);
                check(path.clone(), &field.node.description);
                inputs(&path, &field.node.arguments, check);
            }
        };
        match &definition.node.kind {
            TypeKind::Scalar | TypeKind::Union(_) => {}
            TypeKind::Object(object) => fields(&object.fields, &mut check),
            TypeKind::Interface(interface) => fields(&interface.fields, &mut check),
            TypeKind::InputObject(input) => inputs(name, &input.fields, &mut check),
            TypeKind::Enum(values) => {
                for value in &values.values {
                    let value: (&Name, _) = (&value.node.value.node, &value.node.description);
                    check(format!("{name}.{}", value.0), value.1);
                }
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "without a description");
}

fn inputs(
    path: &str,
    inputs: &[Positioned<InputValueDefinition>],
    check: &mut dyn FnMut(String, &Option<Positioned<String>>),
) {
    for input in inputs {
        check(format!("{path}({})", input.node.name.node), &input.node.description);
    }
}
