//! The pages, over the whole story: what a citizen reads, in French and in English, without script.
//!
//! `docs/design.md` (Pages) defines them. The sentences are tested where they are made; here it is seen that a
//! page shows them, once, and leads to how they can be checked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use devenir_api::app::App;
use devenir_api::find::{Found, find};
use std::sync::Arc;
use tower::ServiceExt as _;

struct Site {
    router: Router,
    app: Arc<App>,
    _dir: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        let (app, dir) = support::story();
        Self { router: devenir_api::page::router(Arc::clone(&app)), app, _dir: dir }
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

/// A form as browsers send it.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        let sign = |byte: u8| match byte.is_ascii_alphanumeric() {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        text.bytes().map(sign).collect()
    };
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    fields.join("&")
}

impl Site {
    /// What sending a form is answered: status, headers, page.
    async fn post(&self, fields: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
        let request = Request::post("/mine").header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(form(fields))).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let page = String::from_utf8(bytes.to_vec()).unwrap().replace("&#39;", "'").replace('\u{a0}', " ");
        (parts.status, parts.headers, page)
    }

    /// The token that the author of a text was given.
    fn token(&self, reference: &str) -> String {
        let Found::Subject(subject) = find(&self.app.read().unwrap(), reference).unwrap() else {
            panic!("{reference}")
        };
        self.app.tokens().token(subject.id).to_text().to_string()
    }
}

fn is_private(headers: &HeaderMap) -> bool {
    headers["cache-control"] == "no-store" && headers["referrer-policy"] == "no-referrer"
}

const LIGHTING: &str = "villeneuve-velo-0009";

#[tokio::test]
async fn an_author_withdraws_on_a_page_with_the_token_alone_which_no_answer_gives_back() {
    let site = Site::new();
    let before = site.get(&format!("/c/{LIGHTING}?lang=fr")).await;
    assert!(before.contains(&format!("href=\"/mine?reference={LIGHTING}&amp;lang=fr\"")), "{before}");
    let empty = site.get(&format!("/mine?reference={LIGHTING}&lang=fr&token=0123456789abcdef")).await;
    assert!(empty.contains(&format!("name=\"reference\" value=\"{LIGHTING}\"")), "{empty}");
    assert!(!empty.contains("<script") && !empty.contains("0123456789abcdef"), "{empty}");
    let key = empty.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(key.len(), 32);
    let token = site.token(LIGHTING);
    let fields = [
        ("lang", "fr"),
        ("key", key.as_str()),
        ("reference", LIGHTING),
        ("token", token.as_str()),
        ("act", "withdraw"),
        ("words", "Je préfère attendre."),
    ];
    let (status, headers, done) = site.post(&fields).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert!(done.contains("C'est enregistré : ce texte est retiré.") && !done.contains(&token), "{done}");
    assert!(is_private(&headers), "{headers:?}");
    let size = site.app.head();
    let (status, _, again) = site.post(&fields).await;
    assert_eq!((status, site.app.head()), (StatusCode::OK, size), "sent twice, recorded once: {again}");
    let after = site.get(&format!("/c/{LIGHTING}?lang=fr")).await;
    assert!(after.contains("Je préfère attendre.") && after != before, "{after}");
}

#[tokio::test]
async fn a_form_that_is_refused_says_why_in_both_languages_and_records_nothing() {
    let site = Site::new();
    let (token, other) = (site.token(LIGHTING), site.token("villeneuve-velo-0021"));
    let size = site.app.head();
    for (reference, token, act, title, words, status, fr, en) in [
        (
            LIGHTING,
            &other,
            "withdraw",
            "",
            "",
            403,
            "n'est pas celui de ce texte",
            "is not that of this text",
        ),
        (
            LIGHTING,
            &String::new(),
            "withdraw",
            "",
            "",
            403,
            "n'est pas celui de ce texte",
            "is not that of this text",
        ),
        (
            "velo-9999",
            &token,
            "withdraw",
            "",
            "",
            404,
            "Rien ne porte cette référence",
            "Nothing here has this reference",
        ),
        (LIGHTING, &token, "", "", "", 422, "Choisissez", "Choose what you want"),
        (LIGHTING, &token, "moderate", "", "", 422, "Choisissez", "Choose what you want"),
        (LIGHTING, &token, "revise", "Titre", " ", 422, "écrivez le nouveau titre", "write the new title"),
        (
            LIGHTING,
            &token,
            "appeal",
            "",
            "Non.",
            422,
            "Aucune décision de modération",
            "No decision of moderation",
        ),
        (LIGHTING, &token, "contest", "", "Non.", 422, "Aucune réponse n'est donnée", "No response is given"),
        (
            "villeneuve-velo-0021",
            &other,
            "contest",
            "",
            " ",
            422,
            "Écrivez pourquoi vous contestez",
            "Write why you contest",
        ),
        (
            "villeneuve-velo-0021",
            &other,
            "withdraw",
            "",
            "Des mots gardés",
            422,
            "Des mots gardés</textarea>",
            "Des mots gardés</textarea>",
        ),
    ] {
        for (lang, words_of_it) in [("fr", fr), ("en", en)] {
            let fields = [
                ("lang", lang),
                ("reference", reference),
                ("token", token),
                ("act", act),
                ("title", title),
                ("words", words),
            ];
            let (found, headers, page) = site.post(&fields).await;
            assert_eq!(found.as_u16(), status, "{act}: {page}");
            assert!(page.contains(words_of_it), "`{words_of_it}`: {page}");
            let refusal = ["Rien n'a été enregistré.", "Nothing was recorded."][usize::from(lang == "en")];
            assert!(page.contains("role=\"alert\"") && page.contains(refusal), "{act}: {page}");
            assert!(token.is_empty() || !page.contains(token.as_str()), "{act}: {page}");
            assert!(is_private(&headers), "{headers:?}");
            assert_eq!(long_sentences(&page), [] as [String; 0]);
        }
    }
    assert_eq!(site.app.head(), size);
    // What no browser sends.
    let large = site.post(&[("words", &"x".repeat(2 << 20))]).await;
    assert_eq!(large.0, StatusCode::PAYLOAD_TOO_LARGE);
    let json =
        Request::post("/mine").header("content-type", "application/json").body(Body::from("{}")).unwrap();
    let json = site.router.clone().oneshot(json).await.unwrap();
    assert_eq!(json.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn an_author_asks_for_erasure_on_a_page_and_whoever_runs_the_consultation_is_told() {
    let site = Site::new();
    let token = site.token(LIGHTING);
    for (act, words) in
        [("erase_name", "your name be erased"), ("erase_all", "the text and your name be erased")]
    {
        let fields = [("lang", "en"), ("reference", LIGHTING), ("token", token.as_str()), ("act", act)];
        let (status, _, page) = site.post(&fields).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(page.contains(words), "{page}");
    }
}

#[tokio::test]
async fn an_author_contests_the_response_on_a_page_once_and_the_page_of_the_text_says_so() {
    let site = Site::new();
    let refused = "villeneuve-velo-0021";
    let before = site.get(&format!("/c/{refused}?lang=fr")).await.replace("&#39;", "'");
    assert!(before.contains("que l'on conteste celle-ci"), "{before}");
    let token = site.token(refused);
    let fields = [
        ("lang", "fr"),
        ("reference", refused),
        ("token", token.as_str()),
        ("act", "contest"),
        ("words", "Le passage existe déjà."),
    ];
    let (status, _, page) = site.post(&fields).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("la réponse est contestée"), "{page}");
    let after = site.get(&format!("/c/{refused}?lang=fr")).await.replace("&#39;", "'");
    assert!(after.contains("Cette suite est contestée par l'auteur"), "{after}");
    assert!(after.contains("Le passage existe déjà.") && after.contains("a contesté la réponse"), "{after}");
    assert!(!after.contains("que l'on conteste celle-ci"), "nobody contests twice: {after}");
    let (status, _, again) = site.post(&fields).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{again}");
    assert!(again.contains("C'est déjà fait."), "{again}");
}

#[tokio::test]
async fn an_author_replaces_their_text_on_the_page() {
    let site = Site::new();
    let token = site.token(LIGHTING);
    let fields = [
        ("lang", "en"),
        ("reference", LIGHTING),
        ("token", token.as_str()),
        ("act", "revise"),
        ("title", "Éclairer le halage & le pont"),
        ("words", "Jusqu'à minuit.\r\nEt le matin."),
    ];
    let (status, _, page) = site.post(&fields).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("the new text is in place"), "{page}");
    let after = site.get(&format!("/c/{LIGHTING}?lang=en")).await;
    assert!(after.contains("Éclairer le halage &#38; le pont") && after.contains("Et le matin."), "{after}");
}
