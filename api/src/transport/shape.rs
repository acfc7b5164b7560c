//! What an answer must look like: the keys of each object in the order asked for, and where null may stand.
//!
//! Defined in the GraphQL specification, 6.3.2 "Field Collection" and 6.4.4 "Handling Field Errors". The engine (7.2)
//! leaves the key of an errored field out, and writes the others in the order in which they were ready; both are mended
//! here, so that clients find what the specification promises and the same question gets the same bytes. This module
//! knows the SDL of the schema, and no resolver.

use std::collections::BTreeMap;

use async_graphql::{
    Name, PathSegment, ServerError, Value,
    parser::{
        parse_schema,
        types::{
            BaseType, ExecutableDocument, Field, FieldDefinition, OperationDefinition, OperationType,
            Selection, SelectionSet, Type, TypeKind, TypeSystemDefinition,
        },
    },
};

/// The types of all fields of a schema.
#[derive(Debug, Default)]
pub(super) struct FieldTypes {
    /// By the type that has the field, and the field's name.
    types: BTreeMap<(Name, Name), Type>,
    query: Option<Name>,
    mutation: Option<Name>,
}

impl FieldTypes {
    /// Reads them from the SDL that the engine prints.
    ///
    /// # Errors
    /// The parser's, if the engine printed what it cannot read.
    pub(super) fn read(sdl: &str) -> Result<Self, async_graphql::parser::Error> {
        let mut read = Self::default();
        for definition in parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    read.query = schema.node.query.map(|name| name.node);
                    read.mutation = schema.node.mutation.map(|name| name.node);
                }
                TypeSystemDefinition::Type(definition) => match definition.node.kind {
                    TypeKind::Object(object) => read.insert(&definition.node.name.node, object.fields),
                    TypeKind::Interface(interface) => {
                        read.insert(&definition.node.name.node, interface.fields)
                    }
                    TypeKind::Scalar | TypeKind::Union(_) | TypeKind::Enum(_) | TypeKind::InputObject(_) => {}
                },
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(read)
    }

    fn insert(&mut self, owner: &Name, fields: Vec<async_graphql::Positioned<FieldDefinition>>) {
        for field in fields {
            self.types.insert((owner.clone(), field.node.name.node), field.node.ty.node);
        }
    }

    /// The shape of the answer to `operation`.
    pub(super) fn shape<'a>(
        &'a self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Shape<'a> {
        let root = match operation.ty {
            OperationType::Query => self.query.as_ref(),
            OperationType::Mutation => self.mutation.as_ref(),
            OperationType::Subscription => None,
        };
        self.merged(document, &[(root, &operation.selection_set.node)])
    }

    /// The shape of an object that is asked for by several selection sets, each with the type it is written on.
    fn merged<'a>(
        &'a self,
        document: &ExecutableDocument,
        sets: &[(Option<&Name>, &SelectionSet)],
    ) -> Shape<'a> {
        let mut collected = Collected { document, fields: Vec::new(), places: BTreeMap::new() };
        for (owner, set) in sets {
            collected.add(*owner, set);
        }
        let entry = |(key, fields): (&Name, Vec<Owned<'_>>)| {
            let ty = fields
                .iter()
                .find_map(|(owner, field)| self.types.get(&((*owner)?.clone(), field.name.node.clone())));
            let owner = ty.map(named);
            let sets: Vec<_> = fields.iter().map(|(_, field)| (owner, &field.selection_set.node)).collect();
            Entry { key: key.clone(), ty, children: self.merged(document, &sets) }
        };
        Shape { entries: collected.fields.into_iter().map(entry).collect() }
    }
}

/// A field, and the type that its selection set is written on.
type Owned<'d> = (Option<&'d Name>, &'d Field);

/// The fields of selection sets by response key, fragments included, in the order of their first mention.
struct Collected<'d> {
    document: &'d ExecutableDocument,
    /// Each key with its fields.
    fields: Vec<(&'d Name, Vec<Owned<'d>>)>,
    places: BTreeMap<&'d str, usize>,
}

impl<'d> Collected<'d> {
    fn add(&mut self, owner: Option<&'d Name>, set: &'d SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.push(owner, &field.node),
                Selection::InlineFragment(fragment) => {
                    let condition =
                        fragment.node.type_condition.as_ref().map(|condition| &condition.node.on.node);
                    self.add(condition.or(owner), &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        let condition = &fragment.node.type_condition.node.on.node;
                        self.add(Some(condition), &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn push(&mut self, owner: Option<&'d Name>, field: &'d Field) {
        let key = &field.response_key().node;
        let place = *self.places.entry(key.as_str()).or_insert(self.fields.len());
        match self.fields.get_mut(place) {
            Some((_, fields)) => fields.push((owner, field)),
            None => self.fields.push((key, vec![(owner, field)])),
        }
    }
}

fn named(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

/// What one object of an answer may hold, in order. Scalars have no entries.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    entries: Vec<Entry<'a>>,
}

#[derive(Debug)]
struct Entry<'a> {
    key: Name,
    /// Unknown for what the SDL does not describe (`__typename`, introspection): such a field may be null.
    ty: Option<&'a Type>,
    children: Shape<'a>,
}

impl Shape<'_> {
    /// Puts null where a field failed, or where it rises to, and the keys in the order asked for.
    pub(super) fn mend(&self, data: &mut Value, errors: &[ServerError]) {
        let mut nulls: Vec<_> =
            errors.iter().filter(|error| !error.path.is_empty()).map(|e| self.null_at(&e.path)).collect();
        // The deepest first, so that one which rose higher covers those below it.
        nulls.sort_by_key(|path| std::cmp::Reverse(path.len()));
        for path in nulls {
            set_null(data, path);
        }
        self.arrange(data);
    }

    /// How far up the null of an error at `path` rises: the part of `path` that names the place.
    fn null_at<'p>(&self, path: &'p [PathSegment]) -> &'p [PathSegment] {
        let (mut shape, mut ty) = (Some(self), None);
        let mut place = 0;
        for (depth, segment) in path.iter().enumerate() {
            ty = match segment {
                PathSegment::Field(key) => {
                    let entry = shape.and_then(|shape| shape.entries.iter().find(|entry| entry.key == *key));
                    shape = entry.map(|entry| &entry.children);
                    entry.and_then(|entry| entry.ty)
                }
                PathSegment::Index(_) => ty.and_then(|ty: &Type| match &ty.base {
                    BaseType::List(item) => Some(&**item),
                    BaseType::Named(_) => None,
                }),
            };
            if ty.is_none_or(|ty| ty.nullable) {
                place = depth + 1;
            }
        }
        path.get(..place).unwrap_or(path)
    }

    fn arrange(&self, value: &mut Value) {
        match value {
            Value::Object(object) if !self.entries.is_empty() => {
                if !self.is_in_order(object.keys()) {
                    let place = |key: &Name| self.entries.iter().position(|entry| entry.key == *key);
                    object.sort_by(|a, _, b, _| place(a).cmp(&place(b)));
                }
                let mut entries = self.entries.iter();
                for (key, value) in object {
                    if let Some(entry) = entries.find(|entry| entry.key == *key) {
                        entry.children.arrange(value);
                    }
                }
            }
            Value::List(items) if !self.entries.is_empty() => {
                items.iter_mut().for_each(|item| self.arrange(item))
            }
            Value::Object(_)
            | Value::List(_)
            | Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::Enum(_) => {}
        }
    }

    fn is_in_order<'k>(&self, keys: impl Iterator<Item = &'k Name>) -> bool {
        let mut entries = self.entries.iter();
        keys.into_iter().all(|key| entries.any(|entry| entry.key == *key))
    }
}

/// Sets null at `path`. Objects on the way that the engine dropped, because all their fields had failed, come back.
fn set_null(mut value: &mut Value, path: &[PathSegment]) {
    for segment in path {
        if *value == Value::Null && matches!(segment, PathSegment::Field(_)) {
            *value = Value::Object(Default::default());
        }
        value = match (value, segment) {
            (Value::Object(object), PathSegment::Field(key)) => {
                object.entry(Name::new(key)).or_insert(Value::Null)
            }
            (Value::List(items), PathSegment::Index(index)) => match items.get_mut(*index) {
                Some(item) => item,
                None => return,
            },
            // A list that the engine dropped whole is null already.
            (_, _) => return,
        };
    }
    *value = Value::Null;
}

#[cfg(test)]
mod tests {
    use async_graphql::{parser::parse_query, value};

    use super::*;

    const SDL: &str = "
        schema { query: Query }
        type Query { maybe: Box, sure: Box!, boxes: [Box!]!, gaps: [Box], numbers: [Int!] }
        interface Sized { size: Int! }
        type Box implements Sized { size: Int!, label: String, inner: Box }
    ";

    /// Mends `data` as the answer to `document`, with errors at the given paths (`a.0.b`).
    fn mended(document: &str, mut data: Value, errors: &[&str]) -> Value {
        let types = FieldTypes::read(SDL).expect("the SDL of this test is readable");
        let document = parse_query(document).expect("a document");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let error = |path: &&str| {
            let segment = |text: &str| match text.parse() {
                Ok(index) => PathSegment::Index(index),
                Err(_) => PathSegment::Field(text.to_owned()),
            };
            ServerError { path: path.split('.').map(segment).collect(), ..ServerError::new("failed", None) }
        };
        let errors: Vec<_> = errors.iter().map(error).collect();
        types.shape(&document, &operation.node).mend(&mut data, &errors);
        data
    }

    fn text(value: &Value) -> String {
        serde_json::to_string(value).expect("a value is JSON")
    }

    #[test]
    fn an_errored_field_that_may_be_null_is_null_in_its_place() {
        let data = mended("{ maybe { label size } }", value!({"maybe": {"size": 1}}), &["maybe.label"]);
        assert_eq!(text(&data), r#"{"maybe":{"label":null,"size":1}}"#);
    }

    #[test]
    fn the_null_of_a_field_that_cannot_be_null_rises_to_the_nearest_that_can() {
        let data = mended("{ maybe { label size } }", value!({"maybe": {"label": "a"}}), &["maybe.size"]);
        assert_eq!(data, value!({"maybe": null}));
        let data = mended("{ sure { size } maybe { size } }", value!({"maybe": {"size": 1}}), &["sure.size"]);
        assert_eq!(data, Value::Null);
    }

    #[test]
    fn in_lists_the_null_rises_to_the_item_or_to_the_list() {
        let data = value!({"gaps": [{"size": 1}, null]});
        assert_eq!(mended("{ gaps { size } }", data.clone(), &["gaps.1.size"]), data);
        let data = mended("{ boxes { size } }", value!({"boxes": [{"size": 1}, null]}), &["boxes.1.size"]);
        assert_eq!(data, Value::Null);
        assert_eq!(mended("{ numbers }", Value::Null, &["numbers.3"]), value!({"numbers": null}));
    }

    #[test]
    fn an_object_whose_fields_all_failed_is_still_there() {
        let data = mended("{ sure { label inner { size } } }", Value::Null, &["sure.label", "sure.inner"]);
        assert_eq!(data, value!({"sure": {"label": null, "inner": null}}));
    }

    #[test]
    fn what_rose_higher_covers_what_failed_below_it_in_any_order() {
        for errors in [["maybe.size", "maybe.label"], ["maybe.label", "maybe.size"]] {
            assert_eq!(mended("{ maybe { size label } }", Value::Null, &errors), value!({"maybe": null}));
        }
    }

    #[test]
    fn keys_come_in_the_order_asked_for_through_aliases_and_fragments() {
        let document = "{ ...A b: maybe { label size } } fragment A on Query { a: maybe { ... on Sized { size } inner { size label } } }";
        let data = value!({
            "b": {"size": 1, "label": "x"},
            "a": {"inner": {"label": "y", "size": 2}, "size": 3},
        });
        let want = r#"{"a":{"size":3,"inner":{"size":2,"label":"y"}},"b":{"label":"x","size":1}}"#;
        assert_eq!(text(&mended(document, data, &[])), want);
    }

    #[test]
    fn a_field_asked_for_twice_is_one_with_the_keys_of_both() {
        let data = value!({"maybe": {"label": "x", "size": 1}});
        let mended = mended("{ maybe { size } maybe { label } }", data, &[]);
        assert_eq!(text(&mended), r#"{"maybe":{"size":1,"label":"x"}}"#);
    }
}
