//! What the catalogue names.

use turnpike::ports::store::catalogue::CatalogueStore as _;

use super::rows::seeded;
use crate::engines::TestDatabase;

super::on_both_engines!(icons_are_those_of_features);

async fn icons_are_those_of_features(database: TestDatabase) {
    let store = seeded(&database).await;
    assert!(!store.has_icon("mdi-tea").await.expect("an answer"));
    database.execute("UPDATE features SET icon = 'mdi-tea' WHERE seq = (SELECT min(seq) FROM features)").await;
    for (icon, expected) in [("mdi-tea", true), ("mdi-te", false), ("MDI-TEA", false), ("mdi-%", false), ("", false)] {
        assert_eq!(store.has_icon(icon).await.expect("an answer"), expected, "{icon}");
    }
}
