//! What documents show of this repository's files is in those files, word for word.

use std::fs;

use super::{assert_none, source::workspace};

/// Files and what is shown of them: blocks whose first line is their language and the path of a file.
fn excerpts(text: &str) -> Vec<(&str, String)> {
    let (mut excerpts, mut lines) = (Vec::new(), text.lines());
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```").filter(|fence| !fence.is_empty()) else { continue };
        let shown: String = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        if let Some((_, file)) = fence.split_once(' ') {
            excerpts.push((file, shown));
        }
    }
    excerpts
}

/// Addresses of files in links, without what leads into them.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    // Code has brackets beside each other, too.
    targets.filter(|target| target.contains(['.', '/']) && !target.contains([' ', ':'])).collect()
}

#[test]
fn what_is_shown_of_a_file_is_in_it() {
    let folder = workspace().join("docs");
    let (mut faults, mut shown_of_files) = (Vec::new(), 0);
    for page in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&page).unwrap();
        for (file, shown) in excerpts(&text) {
            shown_of_files += 1;
            match fs::read_to_string(workspace().join(file)) {
                Ok(content) if content.contains(&shown) => {}
                Ok(_) => faults.push(format!("{}: `{file}` does not hold\n{shown}", page.display())),
                Err(error) => faults.push(format!("{}: `{file}`: {error}", page.display())),
            }
        }
        let missing = links(&text).into_iter().filter(|target| !folder.join(target).exists());
        faults.extend(missing.map(|target| format!("{}: there is no `{target}`", page.display())));
    }
    assert_none(&faults);
    assert!(shown_of_files >= 5, "{shown_of_files}");
}

#[test]
fn excerpts_and_links_are_found() {
    let text = "a [b](c.md#d) [e](https://e.example) [f](#g) h[i](j)\n```js x/y.js\none\n\ntwo\n```\n```js\nthree\n```\n```\nfour\n```\n";
    assert_eq!(excerpts(text), [("x/y.js", "one\n\ntwo\n".to_owned())]);
    assert_eq!(links(text), ["c.md"]);
}
