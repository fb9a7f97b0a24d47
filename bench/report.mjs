/** The units of which a goal is the least. */
export const MORE_IS_BETTER = ['messages/s', 'times'];

/** Prints the rows as a table that can be pasted into a document. */
export function printReport(rows, machine) {
  const lines = rows.map(({ name, value, unit, goal, met }) => [
    name,
    `${round(value)}${unit === 'ratio' || unit === 'times' ? ' ×' : ` ${unit}`}`,
    goal === undefined ? '' : `${MORE_IS_BETTER.includes(unit) ? '≥' : '≤'} ${goal}`,
    met === null ? '' : met ? 'met' : 'missed',
  ]);
  const table = [['what', 'measured', 'goal', ''], ...lines];
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  const render = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  console.log(`${machine}\n`);
  console.log([render(table[0]), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...table.slice(1).map(render)].join('\n'));
}

function round(value) {
  if (value >= 100) return String(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
}
