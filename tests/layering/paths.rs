//! Which paths of the crate a source file names, however it writes them.
//!
//! The file is read as tokens, so that the bodies of macros are seen too, and comments and strings are not.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The segments of a path below the crate's root.
pub type Path = Vec<String>;

/// What one file says: the paths that it names, and those of which it takes every name by `*`.
#[derive(Default)]
pub struct Named {
    pub paths: BTreeSet<Path>,
    pub globs: BTreeSet<Path>,
}

/// The paths below the crate's root in the text of the file of `module`. `modules` are all modules that have a file.
pub fn named(text: &str, module: &[String], modules: &BTreeSet<Path>) -> Named {
    let mut reader = Reader { modules, found: Vec::new(), globs: Vec::new(), imported: BTreeMap::new() };
    let tokens: TokenStream = text.parse().unwrap();
    reader.code(&tokens.into_iter().collect::<Vec<_>>(), &module.to_vec());
    let resolved = |paths: &[Written]| paths.iter().flat_map(|path| reader.resolve(path, 0)).collect();
    Named { paths: resolved(&reader.found), globs: resolved(&reader.globs) }
}

/// A path as it is written, and the module in which it is.
#[derive(Clone)]
struct Written {
    segments: Path,
    module: Path,
}

struct Reader<'a> {
    modules: &'a BTreeSet<Path>,
    found: Vec<Written>,
    globs: Vec<Written>,
    /// What a name was imported for. Where in the file it holds is not looked at.
    imported: BTreeMap<String, Vec<Written>>,
}

impl Reader<'_> {
    fn code(&mut self, tokens: &[TokenTree], module: &Path) {
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            at += match rest {
                [TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Group(body), ..]
                    if word == "mod" && body.delimiter() == Delimiter::Brace =>
                {
                    let inner = [module.as_slice(), &[name.to_string()]].concat();
                    self.code(&inside(body), &inner);
                    3
                }
                // `use<'a>` in a type is not an import.
                [TokenTree::Ident(word), next, ..] if word == "use" && !is(next, '<') => {
                    let end = rest.iter().position(|token| is(token, ';')).unwrap_or(rest.len());
                    self.import(&rest[1..end], &[], module);
                    end
                }
                [TokenTree::Ident(_), ..] => {
                    let (segments, taken) = segments(rest);
                    // A single word is a local name, which was imported by a path if it is not of this file.
                    if segments.len() > 1 {
                        self.found.push(Written { segments, module: module.clone() });
                    }
                    taken
                }
                [TokenTree::Group(group), ..] => {
                    self.code(&inside(group), module);
                    1
                }
                _ => 1,
            };
        }
    }

    /// A tree of `use`: `a::b`, `a::b as c`, `a::*`, or `a::{..}` with trees in it.
    fn import(&mut self, tree: &[TokenTree], before: &[String], module: &Path) {
        let (own, taken) = segments(tree);
        let mut path = [before, own.as_slice()].concat();
        let rest = &tree[taken..];
        // `a::{self}` is `a`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let written = Written { segments: path.clone(), module: module.clone() };
        let rest = match rest {
            [colon, other, rest @ ..] if is(colon, ':') && is(other, ':') => rest,
            rest => rest,
        };
        match rest {
            [TokenTree::Group(group), ..] => {
                for tree in inside(group).split(|token| is(token, ',')) {
                    if !tree.is_empty() {
                        self.import(tree, &path, module);
                    }
                }
            }
            [star, ..] if is(star, '*') => self.globs.push(written),
            [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "as" => {
                self.imported.entry(name.to_string()).or_default().push(written.clone());
                self.found.push(written);
            }
            _ => {
                let name = path.last().cloned().unwrap_or_default();
                self.imported.entry(name).or_default().push(written.clone());
                self.found.push(written);
            }
        }
    }

    /// What the path may mean, from the crate's root. Nothing if it leads into another crate or to a name of the file's own.
    fn resolve(&self, written: &Written, depth: usize) -> Vec<Path> {
        let Some((first, rest)) = written.segments.split_first() else { return Vec::new() };
        let below = |base: &[String]| vec![[base, rest].concat()];
        match first.as_str() {
            "crate" | "vmfa" => below(&[]),
            "self" => below(&written.module),
            "super" => {
                let climbed = written.segments.iter().take_while(|segment| *segment == "super").count();
                let base = &written.module[..written.module.len() - climbed];
                vec![[base, &written.segments[climbed..]].concat()]
            }
            name => {
                let child = [written.module.as_slice(), &[name.to_owned()]].concat();
                if self.modules.contains(&child) {
                    return below(&child);
                }
                // An import may go through another import. One that goes through itself leads to another crate.
                let imports = self.imported.get(name).filter(|_| depth < 10).into_iter().flatten();
                let targets = imports.flat_map(|import| self.resolve(import, depth + 1));
                targets.flat_map(|target| below(&target)).collect()
            }
        }
    }
}

/// The names at the beginning that `::` joins, and how many tokens they are.
fn segments(tokens: &[TokenTree]) -> (Path, usize) {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        names.push(name.to_string().trim_start_matches("r#").to_owned());
        at += 1;
        match tokens.get(at..at + 3) {
            Some([colon, other, TokenTree::Ident(_)]) if is(colon, ':') && is(other, ':') => at += 2,
            _ => break,
        }
    }
    (names, at)
}

fn inside(group: &proc_macro2::Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

fn is(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
