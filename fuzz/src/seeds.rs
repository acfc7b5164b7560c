//! What mutation begins from: the test vectors, the example of each event type, and bundles of records made for tests.
//!
//! `DEVENIR_FUZZ_SEEDS=DIRECTORY TARGET` writes those of a target and ends; without it nothing is written. A seed's name is
//! the beginning of its leaf hash, so writing them again changes nothing.

use std::path::{Path, PathBuf};

use devenir_core::bundle::{Contents, FileName, Sink, TarWriter, write};
use devenir_core::envelope::instance_stream;
use devenir_core::event::code::Trust;
use devenir_core::event::{Event, EventType};
use devenir_core::id::StreamId;
use devenir_core::ledger::{TreeSize, leaf_hash};
use devenir_core::rules::Role;
use devenir_core::store::{Group, MemoryDisk, ReadLedger as _, Store as _};
use devenir_core::testing::history::seeded;
use devenir_core::testing::{Drafting as _, sample};
use serde_json::Value;

use crate::framed::frame;

/// Where the seeds of a target go.
const DIRECTORY: &str = "DEVENIR_FUZZ_SEEDS";

/// Writes the seeds of a target and ends, where the environment asks for it.
pub fn seeds(target: &str) {
    let Some(out) = std::env::var_os(DIRECTORY).map(PathBuf::from) else { return };
    let seeds = match target {
        "proof" => vectors("proof-file"),
        "submission" => submissions(),
        "facts" => [vectors("facts"), examples()].concat(),
        "bundle" => bundles(),
        _ => vectors(target),
    };
    for seed in seeds {
        let name: String = leaf_hash(&seed).to_string().chars().take(16).collect();
        std::fs::write(out.join(name), seed).expect("the directory of seeds can be written");
    }
    std::process::exit(0);
}

fn files_of(folder: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(folder);
    let files = std::fs::read_dir(folder).expect("the fixtures are beside this crate");
    let read = |path: PathBuf| serde_json::from_slice(&std::fs::read(path).expect("a fixture reads"));
    files.map(|file| read(file.expect("a fixture").path()).expect("a fixture is JSON")).collect()
}

/// Every string of the vectors of a kind, as it stands and, where it is hexadecimal, as its bytes too.
fn vectors(kind: &str) -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    files_of(&format!("vectors/{kind}")).iter().for_each(|file| strings(file, &mut texts));
    let bytes: Vec<Vec<u8>> = texts.iter().filter_map(|text| unhex(text)).collect();
    texts.into_iter().map(String::into_bytes).chain(bytes).collect()
}

fn strings(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? * 16 + digit(*low)?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// Each signed note as it is offered to a witness: from the beginning, and with a proof of one hash.
fn submissions() -> Vec<Vec<u8>> {
    let hash = "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=";
    let notes = vectors("note").into_iter().filter_map(|note| String::from_utf8(note).ok());
    let offered = |note: String| [format!("old 0\n\n{note}"), format!("old 1\n{hash}\n\n{note}")];
    notes.flat_map(offered).map(String::into_bytes).collect()
}

/// The facts of each type's example behind the number of the type.
fn examples() -> Vec<Vec<u8>> {
    let types: Vec<&EventType> = Event::FAMILIES.iter().flat_map(|(_, _, types)| types.iter()).collect();
    let of = |file: &Value| {
        let row = types.iter().find(|row| file["name"] == row.name)?;
        let facts = serde_json::to_vec(&file["facts"]).ok()?;
        Some([row.code.to_be_bytes().as_slice(), &facts].concat())
    };
    files_of("events").iter().filter_map(of).collect()
}

/// A short and a longer record, each whole and as a bundle of one consultation, as archives and as bare files.
fn bundles() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for steps in [3, 24] {
        let mut record = seeded(5, steps);
        let instance = instance_stream(record.log());
        let heads = vec![sample::heads().by(Role::Clerk)];
        record.write(instance, Trust::Native, heads).expect("the clerk may note how far all has come");
        let disk = MemoryDisk::default();
        let entries = record.entries().iter().map(|entry| entry.stored()).collect();
        let mut store = disk.open().expect("a new disk opens");
        store
            .commit(TreeSize::EMPTY, &Group { entries, requests: Vec::new() })
            .expect("a record fits a store");
        let registered = record.events().find(|event| event.event.event_type().code == 0x0101);
        let ours: Option<StreamId> = registered.map(|event| event.stream);
        for stream in [None, ours] {
            let contents = Contents {
                log: record.log(),
                origin: "example.org/villeneuve",
                head: disk.reader().head().expect("a store has a head"),
                checkpoint: None,
                stream,
            };
            let mut tar = TarWriter::new(Vec::new());
            let mut bare = Bare::default();
            write(&disk.reader(), &contents, &mut |_, _, _| true, &mut tar).expect("a record is exported");
            write(&disk.reader(), &contents, &mut |_, _, _| true, &mut bare).expect("a record is exported");
            seeds.extend([tar.finish().expect("memory takes all"), bare.0]);
        }
    }
    seeds
}

/// A bundle as bare files.
#[derive(Default)]
struct Bare(Vec<u8>);

impl Sink for Bare {
    fn file(&mut self, name: FileName, bytes: &[u8]) -> std::io::Result<()> {
        frame(&mut self.0, name, bytes);
        Ok(())
    }
}
