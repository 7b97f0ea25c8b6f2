//! Query strings.

use turnpike::http::request::{FieldFault, Fields, FromFields, parse_query};

/// An endpoint's query with one id that must be there.
#[derive(Debug)]
struct Needed(String);

impl FromFields for Needed {
    const NAMES: &'static [&'static str] = &["mandateId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self(fields.id("mandateId")?))
    }
}

#[test]
fn queries_and_their_faults() {
    let long = format!("/x?mandateId={}", "m".repeat(201));
    for (uri, expected) in [
        ("/x?mandateId=m-1", Ok("m-1")),
        ("/x?mandateId=a%20b%2Bc+d", Ok("a b+c d")),
        ("/x?other=1&other=2&mandateId=m-1&", Ok("m-1")),
        ("/x", Err(("/mandateId", "missing"))),
        ("/x?mandateId=", Err(("/mandateId", "length"))),
        ("/x?mandateId=a%00", Err(("/mandateId", "control-character"))),
        ("/x?mandateId=a%0A", Err(("/mandateId", "control-character"))),
        (long.as_str(), Err(("/mandateId", "length"))),
        ("/x?mandateid=m-1", Err(("/mandateid", "near-miss"))),
        ("/x?mandate_id=m-1", Err(("/mandate_id", "near-miss"))),
        ("/x?mandateId=m-1&mandateId=m-2", Err(("/mandateId", "duplicate"))),
    ] {
        let read = parse_query::<Needed>(&uri.parse().expect("a URI"));
        let seen = match &read {
            Ok(Needed(id)) => Ok(id.clone()),
            Err(fault) => Err((fault.pointer.clone(), fault.params()["problem"].to_string())),
        };
        let expected =
            expected.map(str::to_owned).map_err(|(pointer, what)| (pointer.to_owned(), format!("\"{what}\"")));
        assert_eq!(seen, expected, "{uri}");
    }
}
