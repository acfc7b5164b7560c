//! The pages, over the whole story: what a citizen reads, in French and in English, without script.
//!
//! `docs/design.md` (Pages) defines them. The sentences are tested where they are made; here it is seen that a
//! page shows them, once, and leads to how they can be checked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

struct Site {
    router: Router,
    _dir: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        let (app, dir) = support::story();
        Self { router: devenir_api::page::router(app), _dir: dir }
    }

    async fn get(&self, path: &str) -> String {
        let request = Request::builder()
            .uri(path)
            .header("host", "registre.ville.example")
            .body(Body::empty())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap().replace("&#39;", "'").replace('\u{a0}', " ")
    }
}

#[tokio::test]
async fn a_page_says_its_day_its_answer_once_and_how_to_check_it() {
    let site = Site::new();
    let page = site.get("/c/villeneuve-velo-0021?lang=fr").await;
    assert!(page.contains("Page du 15 mars 2027."), "{page}");
    assert!(page.contains("« L'article 5 » est devenu « L'article 3 »."), "{page}");
    assert_eq!(page.matches("Il faudrait abattre onze arbres").count(), 1, "the reasons stand once");
    assert_eq!(page.matches("Le plus bel endroit de la ville").count(), 1, "the text stands once");
    assert!(page.contains("href=\"/verify?lang=fr\""));
}

#[tokio::test]
async fn a_question_is_answered_and_its_first_answer_stands_near_the_top() {
    let site = Site::new();
    let page = site.get("/c/villeneuve-velo-0030?lang=fr").await;
    let headline = page.find("Réponse donnée").unwrap();
    let first = page.find("Une première réponse, donnée").unwrap();
    let owed = page.find("Ce qui est dû").unwrap();
    assert!(headline < first && first < owed);
    assert!(!page.contains("Retenue"), "{page}");
}

#[tokio::test]
async fn versions_show_what_changed_and_an_amendment_is_adopted_before_its_version() {
    let site = Site::new();
    let page = site.get("/c/villeneuve-velo-0007?lang=fr").await;
    let adopted = page.find("la personne qui a écrit cette proposition a adopté").unwrap();
    let version = page.find("c'est la version 3 ; les votes").unwrap();
    assert!(adopted < version, "{page}");
    assert!(page.contains("Ajout après vos remarques"), "{page}");
}

#[tokio::test]
async fn how_to_check_is_told_in_both_languages_with_its_commands_its_outcomes_and_its_limits() {
    let site = Site::new();
    let codes = [0, 3, 4, 10, 11, 12].map(|code| format!("code {code})"));
    for (lang, words) in [
        (
            "fr",
            ["registre.tar", "Ancré", "Divergent", "Ce que cela ne prouve pas", "Le demander à qui tient"],
        ),
        ("en", ["record.tar", "Anchored", "Divergent", "What it does not prove", "Ask whoever keeps"]),
    ] {
        let page = site.get(&format!("/verify?lang={lang}")).await;
        for command in ["", " --seen checkpoint"] {
            let command = format!("devenir verify https://registre.ville.example/log{command} --lang {lang}");
            assert!(page.contains(&command), "`{command}`: {page}");
        }
        assert!(page.contains("devenir verify --receipt receipt.json"), "{page}");
        assert!(page.contains("href=\"/log/checkpoint\""), "{page}");
        assert!(words.iter().all(|word| page.contains(word)), "{words:?}: {page}");
        assert!(codes.iter().all(|code| page.contains(code)), "{codes:?}: {page}");
        assert_eq!(long_sentences(&page), [] as [String; 0]);
    }
    for (lang, words) in
        [("fr", ["le registre en un fichier", "le reçu"]), ("en", ["the record as one file", "the receipt"])]
    {
        let page = site.get(&format!("/c/villeneuve-velo-0009?lang={lang}")).await;
        let command = format!("devenir verify https://registre.ville.example/log --lang {lang}");
        assert!(page.contains(&command) && words.iter().all(|words| page.contains(words)), "{page}");
    }
    for path in ["/?lang=en", "/consultations/villeneuve-velo?lang=en", "/c/villeneuve-velo-0009?lang=en"] {
        assert!(site.get(path).await.contains("href=\"/verify?lang=en\""), "{path}");
    }
}

#[tokio::test]
async fn no_page_tells_anybody_to_ask_for_the_folder_that_holds_the_keys() {
    let site = Site::new();
    for lang in ["fr", "en"] {
        for path in ["/verify", "/c/villeneuve-velo-0009", "/c/villeneuve-velo-0030"] {
            let page = site.get(&format!("{path}?lang={lang}")).await;
            for word in ["--store", "dossier du registre", "record's folder", "copy of the folder"] {
                assert!(!page.contains(word), "{path} says `{word}`: {page}");
            }
        }
    }
}

/// The sentences of the paragraphs and points of a page that have more than thirty words.
fn long_sentences(page: &str) -> Vec<String> {
    let blocks = page.split(['\n']).filter(|line| line.starts_with("<p>") || line.starts_with("<li>"));
    let plain = |block: &str| {
        let pieces: Vec<&str> =
            block.split('<').map(|it| it.split_once('>').map_or(it, |(_, text)| text)).collect();
        pieces.concat()
    };
    let sentences = blocks.flat_map(|block| plain(block).split(". ").map(str::to_owned).collect::<Vec<_>>());
    let words = |text: &str| text.split_whitespace().filter(|it| it.contains(char::is_alphanumeric)).count();
    sentences.filter(|sentence| words(sentence) > 30).collect()
}
