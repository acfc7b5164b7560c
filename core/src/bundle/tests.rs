//! Bundles written and read back, and hostile ones refused: each in its own words.
//!
//! The record of the tests is written by the same pure path as the real one; what is done to its archive is done to bytes.

use super::*;
use crate::envelope::instance_stream;
use crate::event::code::{KeyPurpose, Trust};
use crate::id::StreamId;
use crate::ledger::{Frontier, Position, TreeHead, TreeSize, leaf_hash};
use crate::rules::Role;
use crate::store::{Group, MemoryDisk, Reader, Store as _};
use crate::testing::history::seeded;
use crate::testing::{Drafting as _, Record, World, opening, sample};

/// A record that ends with a heads event, and a reader of it.
fn recorded() -> (Record, Box<dyn Reader>) {
    let mut record = seeded(5, 700);
    let instance = instance_stream(record.log());
    record.write(instance, Trust::Native, vec![sample::heads().by(Role::Clerk)]).unwrap();
    let disk = MemoryDisk::default();
    let entries = record.entries().iter().map(|entry| entry.stored()).collect();
    disk.open().unwrap().commit(TreeSize::EMPTY, &Group { entries, requests: Vec::new() }).unwrap();
    let reader = Box::new(disk.reader());
    (record, reader)
}

fn ours(record: &Record) -> StreamId {
    let registered =
        |event: &&crate::envelope::Recorded| event.event.event_type().name == "consultation-registered";
    record.events().find(registered).unwrap().stream
}

fn archive(record: &Record, reader: &dyn Reader, stream: Option<StreamId>, shows: bool) -> Vec<u8> {
    let contents = Contents {
        log: record.log(),
        origin: "example.org/villeneuve",
        head: reader.head().unwrap(),
        checkpoint: None,
        stream,
    };
    let mut tar = TarWriter::new(Vec::new());
    let written = write(reader, &contents, &mut |_, _, kind| shows || kind >= 128, &mut tar).unwrap();
    assert_eq!(written.withheld == 0, shows);
    tar.finish().unwrap()
}

fn read(bytes: &[u8]) -> Result<Vec<BundledEvent>, BundleError> {
    let mut bundle = BundleReader::open(TarReader::new(bytes))?;
    let mut events = Vec::new();
    while let Some(event) = bundle.next_event()? {
        events.push(event);
    }
    Ok(events)
}

#[test]
fn a_whole_ledger_is_written_and_read_back_and_the_same_again_gives_the_same_bytes() {
    let (record, reader) = recorded();
    let bytes = archive(&record, reader.as_ref(), None, true);
    assert_eq!(bytes, archive(&record, reader.as_ref(), None, true));
    let events = read(&bytes).unwrap();
    assert_eq!(events.len(), record.entries().len());
    for (event, entry) in events.iter().zip(record.entries()) {
        assert_eq!(event.envelope, entry.bytes);
        let open = event.parts.iter().filter_map(|part| match &part.held {
            Held::Open { bytes, .. } => Some(bytes),
            Held::Gone => None,
            Held::Withheld => panic!("all parts are shown"),
        });
        let held = (0..).zip(&entry.parts).filter(|(index, _)| entry.gone & 1 << index == 0);
        assert!(open.eq(held.map(|(_, part)| &part.bytes)));
    }
}

#[test]
fn a_consultation_holds_its_own_and_the_instances_events_up_to_the_heads_and_its_proofs_hold() {
    let (record, reader) = recorded();
    let stream = ours(&record);
    let bytes = archive(&record, reader.as_ref(), Some(stream), false);
    let bundle = BundleReader::open(TarReader::new(bytes.as_slice())).unwrap();
    let (manifest, proofs) = (bundle.manifest().clone(), bundle.proofs().unwrap().clone());
    let heads = record.entries().len() as u64 - 1;
    assert_eq!((manifest.kind, manifest.heads), (Kind::Consultation, Some(Position::new(heads))));
    let events = read(&bytes).unwrap();
    let instance = instance_stream(record.log());
    let expected = record.events().filter(|event| [stream, instance].contains(&event.stream));
    assert!(events.iter().map(|event| leaf_hash(&event.envelope)).eq(expected.map(|event| event.leaf)));
    for proof in [&proofs.first, &proofs.last, &proofs.heads] {
        let leaf = &record.entries()[proof.position.get() as usize].bytes;
        proof.verify(leaf, &manifest.head()).unwrap();
    }
    let gone = |part: &PartRecord| record.entries()[part.place.position.get() as usize].gone;
    let is_held = |part: &&PartRecord| gone(part) & 1 << part.place.index == 0;
    let personal =
        events.iter().flat_map(|event| &event.parts).filter(|part| part.kind < 128).filter(is_held);
    assert!(personal.clone().count() > 20 && personal.clone().all(|part| part.held == Held::Withheld));
}

/// Its events would not state the key that signs its checkpoint.
#[test]
fn no_consultation_is_exported_up_to_heads_from_before_a_key_was_replaced() {
    let mut opened = opening();
    opened.facts.key = sample::key(1).0;
    let mut world = World::native_in(Record::opened(opened));
    world.contribution();
    let ours = world.stream;
    let record = &mut world.record;
    let instance = instance_stream(record.log());
    let mut happens = |draft| record.write(instance, Trust::Native, vec![draft]).unwrap()[0];
    happens(sample::heads().by(Role::Clerk));
    let introduction =
        sample::introduction(sample::key(1).1, 5).with(|event| event.facts.purpose = KeyPurpose::Checkpoint);
    let named = happens(introduction.by(Role::Administrator));
    happens(sample::acceptance(5).act(named).by(Role::Administrator));
    let export = |record: &Record, stream| {
        let disk = MemoryDisk::default();
        let entries = record.entries().iter().map(|entry| entry.stored()).collect();
        disk.open().unwrap().commit(TreeSize::EMPTY, &Group { entries, requests: Vec::new() }).unwrap();
        let reader: Box<dyn Reader> = Box::new(disk.reader());
        let head = reader.head().unwrap();
        let contents = Contents { log: record.log(), origin: "x", head, checkpoint: None, stream };
        write(reader.as_ref(), &contents, &mut |_, _, _| true, &mut TarWriter::new(Vec::new()))
            .map(|_| head.size.get())
    };
    let refused = export(&world.record, Some(ours)).unwrap_err();
    insta::assert_snapshot!(refused, @"a key of this ledger was replaced at event 10, after the last record of the heads of all streams (8); stop the server and export again, or ask again after its next one");
    let size = export(&world.record, None).unwrap();
    world.record.write(instance, Trust::Native, vec![sample::heads().by(Role::Clerk)]).unwrap();
    assert_eq!(export(&world.record, Some(ours)).unwrap(), size + 1, "up to newer heads it is");
}

#[test]
fn a_record_that_does_not_lead_to_the_stated_tree_is_not_exported() {
    let (record, reader) = recorded();
    let other = TreeHead { root: Frontier::new().root(), ..reader.head().unwrap() };
    let contents = Contents { log: record.log(), origin: "x", head: other, checkpoint: None, stream: None };
    let refused = write(reader.as_ref(), &contents, &mut |_, _, _| true, &mut TarWriter::new(Vec::new()));
    assert!(matches!(refused, Err(WriteBundleError::Root { .. })));
}

/// The files of an archive, to be put together otherwise.
fn taken_apart(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut tar = TarReader::new(bytes);
    let mut files = Vec::new();
    while let Some((name, len)) = tar.next_file().unwrap() {
        let mut content = vec![0; len as usize];
        tar.fill(&mut content).unwrap();
        files.push((name.to_string(), content));
    }
    files
}

/// An archive of any names, types and lengths, as a hostile hand writes it.
fn put_together(files: &[(&str, u8, usize, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, kind, len, content) in files {
        let mut block = [0; 512];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[100..108].copy_from_slice(b"0000644\0");
        block[108..116].copy_from_slice(b"0000000\0");
        block[116..124].copy_from_slice(b"0000000\0");
        block[124..136].copy_from_slice(format!("{len:011o}\0").as_bytes());
        block[136..148].copy_from_slice(b"00000000000\0");
        block[148..156].copy_from_slice(b"        ");
        block[156] = *kind;
        block[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend_from_slice(&block);
        out.extend_from_slice(content);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).expect_err("hostile").to_string()
}

/// A small bundle's files, with what `change` does to them.
fn changed(change: impl FnOnce(&mut Vec<(String, u8, usize, Vec<u8>)>)) -> String {
    let (record, reader) = recorded();
    let files = taken_apart(&archive(&record, reader.as_ref(), None, true));
    let mut files = files.into_iter().map(|(name, bytes)| (name, b'0', bytes.len(), bytes)).collect();
    change(&mut files);
    let files: Vec<_> =
        files.iter().map(|(name, kind, len, bytes)| (name.as_str(), *kind, *len, bytes.as_slice())).collect();
    refused(&put_together(&files))
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for name in ["../../etc/cron.d/x", "/etc/passwd", "entries/../../x", "C:x"] {
        let said = changed(|files| files.insert(1, (name.into(), b'0', 1, vec![0])));
        assert!(said.contains(name) && said.contains("leads out of the bundle"), "{said}");
    }
}

#[test]
fn a_file_that_no_bundle_has_is_refused() {
    let said = changed(|files| files.push(("keys/ledger.key".into(), b'0', 1, vec![0])));
    assert!(said.contains("`keys/ledger.key` is no file of a bundle"), "{said}");
}

#[test]
fn links_and_directories_are_refused() {
    for (kind, what) in
        [(b'1', "a hard link"), (b'2', "a symbolic link"), (b'5', "a directory"), (b'x', "no plain file")]
    {
        let said = changed(|files| files.insert(1, ("checkpoint".into(), kind, 0, vec![])));
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn a_file_that_stands_twice_or_out_of_order_is_refused() {
    let said = changed(|files| files.insert(1, files[1].clone()));
    assert_eq!(said, "entries/000000000 is there twice");
    let said = changed(|files| files.swap(1, 3));
    assert!(said.contains("entries/000000001 stands where entries/000000000 should"), "{said}");
    let said = changed(|files| drop(files.remove(0)));
    assert!(said.contains("entries/000000000 stands where manifest.json should"), "{said}");
}

#[test]
fn a_length_beyond_the_longest_is_refused_before_anything_is_kept() {
    let said = changed(|files| files[1].2 = 0o77_777_777_777);
    assert!(said.contains("entries/000000000 is said to have 8589934591 bytes"), "{said}");
    let said = changed(|files| files[0].2 = 1 << 20);
    assert!(said.contains("manifest.json is said to have 1048576 bytes; at most 65536"), "{said}");
}

#[test]
fn a_bundle_that_was_cut_anywhere_is_refused() {
    let (record, reader) = recorded();
    let bytes = archive(&record, reader.as_ref(), None, true);
    for len in (0..bytes.len()).step_by(4_999).chain([bytes.len() - 1, bytes.len() - 512, bytes.len() - 1024])
    {
        assert!(read(&bytes[..len]).is_err(), "{len}");
    }
    let said = refused(&bytes[..bytes.len() - 700]);
    assert!(said.contains("it was cut off"), "{said}");
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(refused(&longer), "there is something behind the end of the bundle");
}

#[test]
fn every_byte_of_a_header_is_given() {
    let (record, reader) = recorded();
    let bytes = archive(&record, reader.as_ref(), None, true);
    for at in 0..512 {
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert!(read(&other).is_err(), "byte {at}");
    }
}

#[test]
fn envelopes_and_parts_that_are_not_cut_as_they_must_be_are_refused() {
    let said = changed(|files| {
        files[1].3.push(7);
        files[1].2 += 1;
    });
    assert!(said.contains("entries/000000000: it ends inside entry 256"), "{said}");
    let said = changed(|files| files[2].3[11 + 32] = 0xff);
    assert!(said.contains("says that a part has more than 1,048,576 bytes"), "{said}");
    let said = changed(|files| files[2].3[7] = 0xff);
    assert!(said.contains("parts/000000000: the record at byte"), "{said}");
    let said = changed(|files| files[2].3[10] = 9);
    assert!(said.contains("has a state that is none"), "{said}");
}

#[test]
fn a_manifest_of_another_version_or_with_more_fields_is_refused() {
    let with = |from: &str, to: &str| {
        changed(|files| {
            let text = String::from_utf8(files[0].3.clone()).unwrap().replace(from, to);
            files[0].2 = text.len();
            files[0].3 = text.into_bytes();
        })
    };
    assert!(with("bundle v0", "bundle v9").contains("use the release that wrote it"));
    assert!(with("\"size\"", "\"more\": 1, \"size\"").contains("unknown field `more`"));
    assert!(with("\"all\"", "\"consultation\"").contains("`stream` and `heads`"));
}

#[cfg(feature = "files")]
#[test]
fn a_directory_reads_like_the_archive_and_holds_nothing_else() {
    let (record, reader) = recorded();
    let bytes = archive(&record, reader.as_ref(), None, true);
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in taken_apart(&bytes) {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let from = |dir: &std::path::Path| {
        let mut bundle = BundleReader::open(Directory::open(dir)?)?;
        let mut events = Vec::new();
        while let Some(event) = bundle.next_event()? {
            events.push(event);
        }
        Ok::<_, BundleError>(events)
    };
    assert_eq!(from(dir.path()).unwrap(), read(&bytes).unwrap());
    std::fs::write(dir.path().join("entries/x"), b"").unwrap();
    assert!(from(dir.path()).unwrap_err().to_string().contains("`entries/x` is no file of a bundle"));
    std::fs::remove_file(dir.path().join("entries/x")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("checkpoint")).unwrap();
        assert!(from(dir.path()).unwrap_err().to_string().contains("a symbolic link"));
    }
}
