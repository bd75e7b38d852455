//! The bytes that a literal or a class stands for.

use regex_syntax::ast::{
    ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, Literal,
};

use super::read::Reader;
use crate::analysis::byte_set::ByteSet;

impl Reader {
    /// The byte of a literal; a fault if it is not ASCII.
    pub(super) fn literal(&mut self, literal: &Literal) -> ByteSet {
        match u8::try_from(literal.c) {
            Ok(byte) if byte.is_ascii() => ByteSet::byte(byte),
            _ => {
                let what = format!("`{}`", literal.c);
                self.unsupported(&literal.span, &what, "origins are ASCII: write the host as A-labels (punycode)");
                ByteSet::EMPTY
            }
        }
    }

    pub(super) fn bracketed(&mut self, class: &ClassBracketed) -> ByteSet {
        let set = match &class.kind {
            ClassSet::Item(item) => self.item(item),
            ClassSet::BinaryOp(operation) => {
                let help = "set operations are not portable: write the class out";
                self.unsupported(&operation.span, "an operation on classes", help);
                ByteSet::EMPTY
            }
        };
        if class.negated { negate(set) } else { set }
    }

    fn item(&mut self, item: &ClassSetItem) -> ByteSet {
        match item {
            ClassSetItem::Empty(_) => ByteSet::EMPTY,
            ClassSetItem::Literal(literal) => self.literal(literal),
            ClassSetItem::Range(range) => {
                let (start, end) = (self.literal(&range.start), self.literal(&range.end));
                match (start.iter().next(), end.iter().next()) {
                    (Some(start), Some(end)) => ByteSet::range(start, end),
                    _ => ByteSet::EMPTY,
                }
            }
            ClassSetItem::Ascii(class) => ascii(class),
            ClassSetItem::Unicode(class) => {
                self.unsupported(&class.span, "a Unicode class", "origins are ASCII: write a class such as `[a-z0-9]`");
                ByteSet::EMPTY
            }
            ClassSetItem::Perl(class) => perl(class),
            ClassSetItem::Bracketed(class) => {
                self.unsupported(&class.span, "a class in a class", "write one class, or escape the `[`");
                ByteSet::EMPTY
            }
            ClassSetItem::Union(union) => {
                union.items.iter().map(|item| self.item(item)).fold(ByteSet::EMPTY, ByteSet::union)
            }
        }
    }
}

/// What is not in a set; bytes that are not ASCII among it.
pub(super) fn negate(set: ByteSet) -> ByteSet {
    (0..=u8::MAX).filter(|&byte| !set.contains(byte)).collect()
}

/// `\d`, `\s`, `\w` and their opposites, ASCII only.
pub(super) fn perl(class: &ClassPerl) -> ByteSet {
    let set = match class.kind {
        ClassPerlKind::Digit => ByteSet::range(b'0', b'9'),
        ClassPerlKind::Space => b" \t\n\x0b\x0c\r".iter().copied().collect(),
        ClassPerlKind::Word => where_ascii(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
    };
    if class.negated { negate(set) } else { set }
}

/// `[:alpha:]` and its like, as regex-syntax defines them.
fn ascii(class: &ClassAscii) -> ByteSet {
    let holds: fn(u8) -> bool = match class.kind {
        ClassAsciiKind::Alnum => |byte| byte.is_ascii_alphanumeric(),
        ClassAsciiKind::Alpha => |byte| byte.is_ascii_alphabetic(),
        ClassAsciiKind::Ascii => |_| true,
        ClassAsciiKind::Blank => |byte| byte == b' ' || byte == b'\t',
        ClassAsciiKind::Cntrl => |byte| byte.is_ascii_control(),
        ClassAsciiKind::Digit => |byte| byte.is_ascii_digit(),
        ClassAsciiKind::Graph => |byte| byte.is_ascii_graphic(),
        ClassAsciiKind::Lower => |byte| byte.is_ascii_lowercase(),
        ClassAsciiKind::Print => |byte| byte.is_ascii_graphic() || byte == b' ',
        ClassAsciiKind::Punct => |byte| byte.is_ascii_punctuation(),
        ClassAsciiKind::Space => |byte| byte.is_ascii_whitespace() || byte == 0x0b,
        ClassAsciiKind::Upper => |byte| byte.is_ascii_uppercase(),
        ClassAsciiKind::Word => |byte| byte.is_ascii_alphanumeric() || byte == b'_',
        ClassAsciiKind::Xdigit => |byte| byte.is_ascii_hexdigit(),
    };
    let set = where_ascii(holds);
    if class.negated { negate(set) } else { set }
}

fn where_ascii(holds: impl Fn(u8) -> bool) -> ByteSet {
    (0..=0x7f).filter(|&byte| holds(byte)).collect()
}
