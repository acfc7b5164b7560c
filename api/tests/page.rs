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
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
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
async fn how_to_check_is_told_in_both_languages_with_the_command_and_its_limits() {
    let site = Site::new();
    let french = site.get("/verify?lang=fr").await;
    let english = site.get("/verify?lang=en").await;
    for (page, words) in [
        (
            &french,
            [
                "devenir verify --store registre --lang fr",
                "code 4",
                "code 10",
                "code 12",
                "code 3",
                "Ce que cela ne prouve pas",
            ],
        ),
        (
            &english,
            [
                "devenir verify --store registre --lang en",
                "code 4",
                "code 10",
                "code 12",
                "code 3",
                "What it does not prove",
            ],
        ),
    ] {
        for word in words {
            assert!(page.contains(word), "`{word}`: {page}");
        }
    }
    for (lang, words) in
        [("fr", ["une copie du dossier", "le reçu"]), ("en", ["a copy of the record", "the receipt"])]
    {
        let page = site.get(&format!("/c/villeneuve-velo-0009?lang={lang}")).await;
        let command = format!("devenir verify --store registre --lang {lang}");
        assert!(page.contains(&command) && words.iter().all(|words| page.contains(words)), "{page}");
    }
    for path in ["/?lang=en", "/consultations/villeneuve-velo?lang=en", "/c/villeneuve-velo-0009?lang=en"] {
        assert!(site.get(path).await.contains("href=\"/verify?lang=en\""), "{path}");
    }
}
