//! Replaces what is different in every run: ids by the name of their field, instants by `<time>`, dates by `<date>`.

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The text with placeholders.
pub(crate) fn put(text: &str) -> String {
    let mut key = "";
    let parts: Vec<String> = text
        .split('"')
        .map(|part| {
            let shown = if is_id(part) {
                // `instanceId` → `<instance>`
                format!("<{}>", key.strip_suffix("Id").unwrap_or(key))
            } else if is_instant(part) {
                "<time>".to_owned()
            } else {
                without_dates(part)
            };
            if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                key = part;
            }
            shown
        })
        .collect();
    parts.join("\"")
}

/// A UUID, or 32 hexadecimal digits.
fn is_id(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let dashes: Vec<usize> = text.bytes().enumerate().filter(|(_, byte)| *byte == b'-').map(|(at, _)| at).collect();
    digits == 32 && digits + dashes.len() == text.len() && (dashes.is_empty() || dashes == [8, 13, 18, 23])
}

/// Like `2026-11-22T18:47:40.762Z`.
fn is_instant(text: &str) -> bool {
    text.len() >= 20 && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
}

/// Dates like `22 Nov 2026`.
fn without_dates(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let number = |word: &str, most: usize| word.len() <= most && word.parse::<u16>().is_ok();
    let mut shown = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        match words.get(at..at + 3) {
            Some([day, month, year]) if number(day, 2) && MONTHS.contains(month) && number(year, 4) => {
                shown.push("<date>");
                at += 3;
            }
            _ => {
                shown.push(words[at]);
                at += 1;
            }
        }
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn what_changes_with_every_run_is_replaced() {
        let cases = [
            (
                r#"{"instanceId":"01a20495-dfba-7209-a470-9e4c0b07dc22","activated":true}"#,
                r#"{"instanceId":"<instance>","activated":true}"#,
            ),
            (r#""traceId": "01a2049641a175f7a4a6cbd68c1b44e5""#, r#""traceId": "<trace>""#),
            (r#""since": "2026-11-22T18:47:40.762Z", "by": "carla""#, r#""since": "<time>", "by": "carla""#),
            (r#""5 × prod_demo_basic after 2 Nov 2026""#, r#""5 × prod_demo_basic after <date>""#),
        ];
        for (text, expected) in cases {
            assert_eq!(put(text), expected);
        }
    }

    #[test]
    fn what_is_the_same_in_every_run_stays() {
        for text in [r#"{"used":5,"limit":5}"#, r#""m-seeland""#, "from 4 to 5 on 22 Nov", r#""plan": "BASIC""#] {
            assert_eq!(put(text), text);
        }
    }
}
