//! Icons: those that the catalogue names and somebody drew, and no others.

use turnpike::http::page::drawing;

use super::Visit;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_catalogue_names_is_drawn() {
    let visit = Visit::to(|setup| setup).await;
    let long = format!("/icons/mdi-{}.svg", "a".repeat(150));
    for (path, expected) in [
        // The icon of features that have none of their own.
        ("/icons/mdi-puzzle.svg", "200"),
        ("/icons/mdi-receipt-text.svg", "200"),
        // In the set, but not in the catalogue.
        ("/icons/mdi-abacus.svg", "404 not-found"),
        // In the catalogue, but not in the set.
        ("/icons/mdi-nobody-drew-this.svg", "404 not-found"),
        ("/icons/mdi-puzzle", "404 not-found"),
        ("/icons/puzzle.svg", "404 not-found"),
        ("/icons/mdi-PUZZLE.svg", "404 not-found"),
        ("/icons/mdi-.svg", "404 not-found"),
        ("/icons/.svg", "404 not-found"),
        ("/icons/mdi-puzzle.svg.svg", "404 not-found"),
        ("/icons/mdi-puzzle%20M0.svg", "404 not-found"),
        ("/icons/mdi-puzzle%0a.svg", "422 invalid-field"),
        ("/icons/..%2fmdi-puzzle.svg", "404 not-found"),
        ("/icons/mdi-'%20OR%20'1'='1.svg", "404 not-found"),
        ("/icons/", "404 not-found"),
        (&long, "404 not-found"),
    ] {
        assert_eq!(visit.get(path, &[]).await.shown(), expected, "{path}");
    }
    let icon = visit.get("/icons/mdi-puzzle.svg", &[]).await;
    assert_eq!(icon.header("content-type"), "image/svg+xml");
    assert_eq!(icon.header("cache-control"), "public, max-age=604800, immutable");
    let svg = String::from_utf8(icon.body).unwrap();
    let path = svg
        .strip_prefix(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d=""#)
        .and_then(|rest| rest.strip_suffix(r#""/></svg>"#))
        .unwrap_or_else(|| panic!("{svg}"));
    assert!(
        path.starts_with('M') && path.chars().all(|letter| letter.is_ascii_alphanumeric() || " ,.-".contains(letter))
    );
}

#[test]
fn the_first_the_last_and_those_in_between_are_found() {
    // Of each, the beginning of its path in release 7.4.47 of the set.
    for (icon, path) in [
        ("mdi-ab-testing", "M4 2A2 2 0 0 0 2 4"),
        ("mdi-abacus", "M5 5H7V11H5V5"),
        ("mdi-puzzle", "M20.5,11H19V7"),
        ("mdi-surround-sound-2-0", ""),
        ("mdi-zodiac-virgo", ""),
    ] {
        let svg = drawing(icon).unwrap_or_else(|| panic!("no {icon}"));
        assert!(svg.contains(&format!("<path d=\"{path}")), "{svg}");
    }
    for icon in ["mdi-a", "mdi-zzz", "mdi-puzzl", "mdi-puzzle-", "mdi-0", "puzzle", ""] {
        assert_eq!(drawing(icon), None, "{icon}");
    }
}
