//! A bundle from hostile hands: cut, aged, added to, or made to write where it should not.
//!
//! `docs/format.md` (Bundles) says what a bundle must hold. Its archives are taken apart and put together again here, so
//! that counts and lengths fit; what cannot be made again are the proofs to the signed tree.

use crate::town::Town;
use devenir_core::bundle::{FileName, Files as _, Half, TarReader, TarWriter};
use devenir_core::envelope::{Envelope, decode};
use devenir_core::ledger::{decode_bundle, encode_bundle};
use std::path::Path;

/// An archive taken apart: documents, and each envelope with the records of its parts.
struct Bundle {
    documents: Vec<(FileName, Vec<u8>)>,
    events: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Bundle {
    fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let mut tar = TarReader::new(bytes.as_slice());
        let mut bundle = Self { documents: vec![], events: vec![] };
        while let Some((name, len)) = tar.next_file().unwrap() {
            let mut content = vec![0; usize::try_from(len).unwrap()];
            tar.fill(&mut content).unwrap();
            match name {
                FileName::Record(_, Half::Entries) => {
                    let whole = bundle_of(&content);
                    bundle.events.extend(whole.into_iter().map(|entry| (entry, Vec::new())));
                }
                FileName::Record(_, Half::Parts) => bundle.give_parts(&content),
                FileName::Manifest | FileName::Checkpoint | FileName::Proofs => {
                    bundle.documents.push((name, content));
                }
            }
        }
        bundle
    }

    /// Each record begins with the position of its event.
    fn give_parts(&mut self, mut records: &[u8]) {
        while !records.is_empty() {
            let position = u64::from_be_bytes(records[..8].try_into().unwrap());
            let len = match records[10] {
                0 => 47 + u32::from_be_bytes(records[43..47].try_into().unwrap()) as usize,
                _ => 11,
            };
            let event =
                self.events.iter_mut().find(|(entry, _)| at(entry).sequence.position.get() == position);
            event.unwrap().1.extend_from_slice(&records[..len]);
            records = &records[len..];
        }
    }

    fn write(&self, path: &Path) {
        let mut tar = TarWriter::new(Vec::new());
        for (name, content) in &self.documents {
            tar.file(*name, content).unwrap();
        }
        for (number, events) in (0..).zip(self.events.chunks(256)) {
            let entries: Vec<&[u8]> = events.iter().map(|(entry, _)| entry.as_slice()).collect();
            tar.file(FileName::Record(number, Half::Entries), &encode_bundle(&entries).unwrap()).unwrap();
            let parts: Vec<u8> = events.iter().flat_map(|(_, parts)| parts.clone()).collect();
            if !parts.is_empty() {
                tar.file(FileName::Record(number, Half::Parts), &parts).unwrap();
            }
        }
        std::fs::write(path, tar.finish().unwrap()).unwrap();
    }

    /// The stream of the consultation: that of most events.
    fn place_of_last(&self, stream: [u8; 16]) -> usize {
        self.events.iter().rposition(|(entry, _)| at(entry).intent.stream.0 == stream).unwrap()
    }
}

fn bundle_of(content: &[u8]) -> Vec<Vec<u8>> {
    let count = (1..=256).find_map(|width| decode_bundle(content, width).ok());
    count.expect("whole entries").into_iter().map(<[u8]>::to_vec).collect()
}

fn at(entry: &[u8]) -> Envelope {
    decode(entry).unwrap()
}

/// The consultation's own stream: the instance's is that of the first event.
fn own_stream(bundle: &Bundle) -> [u8; 16] {
    let instance = at(&bundle.events[0].0).intent.stream;
    let own = bundle.events.iter().map(|(entry, _)| at(entry).intent.stream).find(|it| *it != instance);
    own.unwrap().0
}

#[test]
fn a_consultation_without_its_last_events_is_incomplete_and_says_from_where() {
    let town = Town::new();
    town.verify(&["one.tar"]).says(4, &["complete up to event"]);
    let mut bundle = Bundle::read(&town.path("one.tar"));
    let stream = own_stream(&bundle);
    let last = bundle.place_of_last(stream);
    let command = at(&bundle.events[last].0).intent.command;
    let stated = at(&bundle.events[last].0).sequence.position;
    bundle.events.retain(|(entry, _)| at(entry).intent.command != command);
    bundle.write(&town.path("cut.tar"));
    let now = at(&bundle.events[bundle.place_of_last(stream)].0).sequence.position;
    let said = format!("the consultation's last event is {stated}; the last one here is {now}");
    town.verify(&["cut.tar"]).says(12, &[&said, "what lies between is missing"]);
}

/// It is a whole bundle of an earlier day: only what the reader kept shows its age.
#[test]
fn a_bundle_of_an_earlier_day_says_how_far_it_goes_and_is_short_of_a_newer_checkpoint() {
    let town = Town::new();
    town.act(Town::STORE, "Anne Le Goff");
    town.does(&["export", "--store", Town::STORE, &town.slug(), "-o", "newer.tar"]);
    town.verify(&["one.tar"]).says(4, &["what may have come after is unknown here"]);
    let newest = town.store().join("tiles/checkpoint");
    let seen = town.verify(&["one.tar", "--seen", newest.to_str().unwrap()]);
    seen.says(12, &["the ledger signed for", "are missing"]);

    // The older heads event in the newer bundle, without the newer one.
    let mut mixed = Bundle::read(&town.path("newer.tar"));
    let older = Bundle::read(&town.path("one.tar")).events.len();
    mixed.events.truncate(older);
    mixed.write(&town.path("mixed.tar"));
    town.verify(&["mixed.tar"]).says(12, &["the heads event at", "is not its last event"]);
}

#[test]
fn an_event_of_another_consultation_put_into_a_bundle_is_named() {
    let town = Town::new();
    let mut bundle = Bundle::read(&town.path("one.tar"));
    let all = Bundle::read(&town.path("all.tar"));
    let own = [own_stream(&bundle), at(&bundle.events[0].0).intent.stream.0];
    let foreign =
        all.events.into_iter().find(|(entry, _)| !own.contains(&at(entry).intent.stream.0)).unwrap();
    let (position, stream) = (at(&foreign.0).sequence.position, at(&foreign.0).intent.stream);
    let before = bundle.events.iter().position(|(entry, _)| at(entry).sequence.position > position);
    bundle.events.insert(before.unwrap(), foreign);
    bundle.write(&town.path("more.tar"));
    town.verify(&["more.tar"])
        .says(10, &[&format!("event {position} belongs to stream {stream}"), "it was put in"]);
}

/// A file with any name and any stated length, in front of an honest archive.
fn hostile(town: &Town, name: &str, len: u64) {
    let mut block = [0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..108].copy_from_slice(b"0000644\0");
    block[108..116].copy_from_slice(b"0000000\0");
    block[116..124].copy_from_slice(b"0000000\0");
    block[124..136].copy_from_slice(format!("{len:011o}\0").as_bytes());
    block[136..148].copy_from_slice(b"00000000000\0");
    block[148..156].copy_from_slice(b"        ");
    block[156] = b'0';
    block[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let honest = std::fs::read(town.path("all.tar")).unwrap();
    std::fs::write(town.path("hostile.tar"), [&block[..], &honest].concat()).unwrap();
}

#[test]
fn a_hostile_bundle_is_refused_by_name_and_writes_nothing() {
    let town = Town::new();
    let before = std::fs::read_dir(town.path(".")).unwrap().count();
    for (name, len) in
        [("../outside", 0), ("/etc/devenir", 0), ("extra.txt", 0), ("entries/000000000/../../x", 0)]
    {
        hostile(&town, name, len);
        town.verify(&["hostile.tar"]).says(3, &[name]);
    }
    hostile(&town, "manifest.json", 0o77_777_777_777);
    town.verify(&["hostile.tar"]).says(3, &["manifest.json"]);
    assert_eq!(std::fs::read_dir(town.path(".")).unwrap().count(), before + 1, "only the archive itself");
}
