//! One answer to three hundred contributions: into the envelope as a list, out of it again by every door.

use std::fs::File;

use devenir_api::export::bundle::{Choice, bundle};
use devenir_core::audit::{Verdict, audit};
use devenir_core::bundle::TarReader;
use devenir_core::envelope::{LIST_PART_KIND, decode};
use devenir_core::event::RefRole;
use devenir_core::id::IntentId;
use devenir_core::ledger::{Position, Tree};
use devenir_core::store::{ReadLedger as _, ReadVault as _};
use devenir_core::verify::{Asked, verify_bundle};
use serde_json::{Value, json};

use crate::House;
use crate::record::{opened, submitted};

const ANSWERED: usize = 300;

/// A consultation whose contributions one response answers; gives their names and that of the response.
async fn answered(house: &House) -> (Vec<String>, String) {
    let consultation = opened(house).await;
    let mut ideas = Vec::new();
    for number in 0..ANSWERED {
        let author = format!("p{number}");
        ideas.push(submitted(house, &consultation, &author, &format!("Idée {number}"), "Des arceaux.").await);
    }
    let answers: Vec<String> = ideas.iter().map(|idea| format!("contribution_{idea}")).collect();
    house.record("closePhase", json!({ "consultation": consultation, "phase": 0 })).await;
    house.record("openPhase", json!({ "consultation": consultation, "phase": 1 })).await;
    let response = json!({
        "consultation": consultation, "answers": answers, "outcome": "ADOPTED", "bodies": [0],
        "reason": "Trois cents arceaux sont posés.", "reasons": ["SAFETY"],
        "pointers": [{ "kind": "DECISION", "words": "délibération 2026-41" }],
        "signatory": { "name": "Samia Rekkab", "capacity": "adjointe à la mobilité" },
    });
    let response = house.record("publishResponse", response).await;
    (ideas, response)
}

#[tokio::test]
async fn one_answer_to_three_hundred_contributions_is_told_to_each_and_verifies_wherever_it_goes() {
    let house = House::open();
    let (ideas, response) = answered(&house).await;

    // Whoever holds the envelope and one id proves with a short path that it is among those answered.
    let reader = house.app.reader().unwrap();
    let last = Position::new(house.app.head().size.get() - 1);
    let envelope = decode(&reader.read(last, 1).unwrap()[0]).unwrap();
    let [list] = envelope.intent.lists[..] else { panic!("one list") };
    assert_eq!((list.role, list.count as usize), (RefRole::Answers.number(), ANSWERED));
    let parts = reader.open_all(last..last.next()).unwrap();
    let ids = &parts.iter().find(|(_, part)| part.kind == LIST_PART_KIND).unwrap().1.bytes;
    let mut tree = Tree::new();
    for id in ids.chunks(IntentId::LEN) {
        tree.push_leaf(id);
    }
    assert_eq!(tree.head().root, list.root);
    let mine = ids.chunks(IntentId::LEN).position(|id| hex(id) == ideas[150]).unwrap();
    let proof = tree.prove_inclusion(Position::new(mine as u64), tree.size()).unwrap();
    assert_eq!(proof.path.len(), 9, "300 ids, a path of 9 hashes");

    // Each of them says so, and the response lists them all, page by page.
    for number in [1, 33, ANSWERED] {
        let document = format!(
            r#"{{ contribution(reference: "plan-velo-{number}") {{ fate {{ headline }}
                responses(first: 5) {{ nodes {{ id groupSize }} }} }} }}"#
        );
        let told = house.ask(&document).await["contribution"].clone();
        assert_eq!(told["fate"]["headline"], "ADOPTED", "{told:#}");
        let expected = json!([{ "id": format!("response_{response}"), "groupSize": ANSWERED }]);
        assert_eq!(told["responses"]["nodes"], expected);
    }
    let mut listed: Vec<String> = Vec::new();
    let mut after = Value::Null;
    for _ in 0..3 {
        let document = "query($id: ID!, $after: String) { node(id: $id) { ... on Response {
            answers(first: 100, after: $after) { nodes { intentId } pageInfo { endCursor } } } } }";
        let variables = json!({ "id": format!("response_{response}"), "after": after });
        let page = house.ask_with(document, &variables).await["node"]["answers"].clone();
        let nodes = page["nodes"].as_array().unwrap();
        listed.extend(nodes.iter().map(|node| node["intentId"].as_str().unwrap().to_owned()));
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(listed, ideas);

    // And it stays whole in the audit, and in the bundle that anybody verifies.
    assert_eq!(audit(&reader).unwrap().verdict(), Verdict::SelfConsistent);
    house.app.sign_if_due().unwrap();
    let file = house.dir.path().join("all.tar");
    bundle(&house.store(), Choice { stream: None, everything: false }, &file).unwrap();
    let verified = verify_bundle(TarReader::new(File::open(&file).unwrap()), &Asked::default());
    assert_eq!(verified.verdict(), Verdict::SelfConsistent, "{verified:?}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
