//! A module in which one export burns fuel before it does what it always did: its bytes, changed.

/// The module with such an export; each turn of its loop takes some units of fuel.
pub(crate) fn thirsty(module: &[u8], export: &str, turns: u32) -> Vec<u8> {
    let (head, rest) = module.split_at(8);
    let mut sections = sections(rest);
    let entry = [&[u8::try_from(export.len()).unwrap()], export.as_bytes(), &[0]].concat();
    let exports = section(&mut sections, 7);
    let start = exports.windows(entry.len()).position(|bytes| bytes == entry).expect("the export") + entry.len();
    let mut at = start;
    let before = number(exports, &mut at);

    // One more function of the same type, behind the others: the module imports none.
    let functions = section(&mut sections, 3);
    let mut from = 0;
    let count = number(functions, &mut from);
    let types = functions[from..].to_vec();
    let (mut place, mut kind) = (0, 0);
    for _ in 0..=before {
        kind = number(&types, &mut place);
    }
    *functions = [leb(count + 1), types, leb(kind)].concat();
    let exports = section(&mut sections, 7);
    exports.splice(start..at, leb(count));

    // loop: local 2 counts down; then what was exported is called with the same arguments.
    let loop_of = [&[0x41], signed(turns).as_slice(), &[0x21, 2, 0x03, 0x40]].concat();
    let turn = [0x20, 2, 0x41, 1, 0x6b, 0x22, 2, 0x0d, 0, 0x0b];
    let call = [&[0x20, 0, 0x20, 1, 0x10], leb(before).as_slice(), &[0x0b]].concat();
    let body = [&[1, 1, 0x7f], loop_of.as_slice(), &turn, &call].concat();
    let code = section(&mut sections, 10);
    let mut from = 0;
    let bodies = number(code, &mut from);
    *code = [leb(bodies + 1), code[from..].to_vec(), length(&body), body].concat();

    let sections = sections.iter().flat_map(|(id, bytes)| [&[*id], length(bytes).as_slice(), bytes].concat());
    head.iter().copied().chain(sections).collect()
}

/// Each section with its id.
fn sections(bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        let id = bytes[at];
        at += 1;
        let length = usize::try_from(number(bytes, &mut at)).unwrap();
        found.push((id, bytes[at..at + length].to_vec()));
        at += length;
    }
    found
}

fn section(sections: &mut [(u8, Vec<u8>)], id: u8) -> &mut Vec<u8> {
    &mut sections.iter_mut().find(|(found, _)| *found == id).expect("the section").1
}

/// An unsigned LEB128 number.
fn number(bytes: &[u8], at: &mut usize) -> u32 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = bytes[*at];
        *at += 1;
        value |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            return value;
        }
    }
}

fn leb(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap());
    bytes
}

/// As signed: with a zero bit before it.
fn signed(value: u32) -> Vec<u8> {
    let mut bytes = leb(value);
    let last = bytes.last_mut().expect("a byte");
    if *last & 0x40 != 0 {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}

fn length(bytes: &[u8]) -> Vec<u8> {
    leb(u32::try_from(bytes.len()).unwrap())
}
