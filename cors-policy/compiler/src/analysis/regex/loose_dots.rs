//! Dots that match any character where the author may well have meant a dot.

use regex_syntax::ast::Ast;

use super::classes::perl;
use super::read::Reader;
use crate::analysis::byte_set::ByteSet;
use crate::analysis::expression::LABEL;
use crate::fetch::host::is_label_character;

/// Where a `.`, once, stands between characters of labels: literals, or classes without the dot.
pub(super) fn of(ast: &Ast) -> Vec<usize> {
    let mut found = Vec::new();
    find(ast, false, false, &mut found);
    found
}

/// `before` and `after`: whether there are characters of labels on those sides.
fn find(ast: &Ast, before: bool, after: bool, found: &mut Vec<usize>) {
    match ast {
        Ast::Dot(dot) if before && after => found.push(dot.start.offset),
        Ast::Group(group) => find(&group.ast, before, after, found),
        Ast::Repetition(repetition) if !matches!(*repetition.ast, Ast::Dot(_)) => {
            find(&repetition.ast, before, after, found);
        }
        Ast::Alternation(alternation) => {
            for ast in &alternation.asts {
                find(ast, before, after, found);
            }
        }
        Ast::Concat(concat) => {
            for (index, ast) in concat.asts.iter().enumerate() {
                let left = index.checked_sub(1).and_then(|left| concat.asts.get(left));
                let right = concat.asts.get(index + 1);
                let before = left.map_or(before, |left| is_of_labels(left, Side::End));
                let after = right.map_or(after, |right| is_of_labels(right, Side::Start));
                find(ast, before, after, found);
            }
        }
        _ => {}
    }
}

/// An end of a part of an expression.
#[derive(Clone, Copy)]
enum Side {
    Start,
    End,
}

/// Whether what stands at that end of a part is characters of labels.
fn is_of_labels(ast: &Ast, side: Side) -> bool {
    let label = LABEL.union(ByteSet::range(b'A', b'Z')); // `\w` has upper-case letters, too
    let is_label = |set: ByteSet| !set.is_empty() && set.union(label) == label;
    match ast {
        Ast::Literal(literal) => is_label_character(literal.c),
        Ast::ClassPerl(class) => is_label(perl(class)),
        Ast::ClassBracketed(class) => is_label(Reader::default().bracketed(class)),
        Ast::Group(group) => is_of_labels(&group.ast, side),
        // Anything, and then a dot: `.*.example`.
        Ast::Repetition(repetition) => is_any(&repetition.ast) || is_of_labels(&repetition.ast, side),
        Ast::Alternation(alternation) => alternation.asts.iter().all(|ast| is_of_labels(ast, side)),
        Ast::Concat(concat) => {
            let outermost = match side {
                Side::Start => concat.asts.first(),
                Side::End => concat.asts.last(),
            };
            outermost.is_some_and(|ast| is_of_labels(ast, side))
        }
        Ast::Empty(_) | Ast::Flags(_) | Ast::Dot(_) | Ast::Assertion(_) | Ast::ClassUnicode(_) => false,
    }
}

/// Whether it is a dot or a class of what is left when some characters are taken away.
fn is_any(ast: &Ast) -> bool {
    match ast {
        Ast::Dot(_) => true,
        Ast::ClassBracketed(class) => class.negated,
        Ast::Group(group) => is_any(&group.ast),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use regex_syntax::ast::parse::Parser;

    #[test]
    fn dots_between_labels_are_found() {
        for (text, expected) in [
            (r"a.b", &[1][..]),
            (r"a\.b", &[]),
            (r"(app|admin).example", &[11]),
            (r"(www.)?example", &[4]),
            (r"[a-z]+.example.com", &[6, 14]),
            (r"\w.a", &[2]),
            (r"a.*b", &[]),
            (r"[a-z.]+.example", &[]),
            (r"//.a", &[]),
            (r"a(.b|-c)", &[2]),
            (r"//.*.a", &[4]),
            (r"//([^.]+).a", &[9]),
        ] {
            let ast = Parser::new().parse(text).unwrap();
            assert_eq!(super::of(&ast), expected, "{text}");
        }
    }
}
