//! Tables as Moodle exports them: commas, quotes, doubled quotes within quotes.

/// The rows of a table, each with the line that it begins on, counted from one. Empty lines are left out.
pub(super) fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let (mut line, mut start) = (1, 1);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                end(&mut rows, start, &mut row, &mut cell);
                line += 1;
                start = line;
            }
            '\r' if !quoted => {}
            other => {
                line += usize::from(other == '\n');
                cell.push(other);
            }
        }
    }
    end(&mut rows, start, &mut row, &mut cell);
    rows
}

fn end(rows: &mut Vec<(usize, Vec<String>)>, line: usize, row: &mut Vec<String>, cell: &mut String) {
    let is_empty = row.is_empty() && cell.is_empty();
    row.push(std::mem::take(cell));
    let row = std::mem::take(row);
    if !is_empty {
        rows.push((line, row));
    }
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn quotes_commas_and_line_breaks() {
        let read = rows("a,b\r\n\r\n\"x,\"\"y\"\"\",\"two\nlines\"\nlast,");
        let expected = [(1, ["a", "b"]), (3, ["x,\"y\"", "two\nlines"]), (5, ["last", ""])];
        assert_eq!(read, expected.map(|(line, cells)| (line, cells.map(str::to_owned).to_vec())));
    }
}
