import { applyEdits, type EditResult, modify, type Node, parseTree } from 'jsonc-parser';

/**
 * The text of config.json with a value at a path of member names, one deep or two; undefined takes it away. Formatting
 * and everything else in the text stay.
 */
export function withValue(text: string, path: readonly string[], value: unknown): string {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(bom.length);
  const edits = value === undefined ? modify(body, [...path], undefined, {}) : insertionInto(body, path, value);
  return bom + applyEdits(body, edits);
}

/** Together with what it is to stand in, where that is missing. */
function insertionInto(text: string, path: readonly string[], value: unknown): EditResult {
  const [first = '', second] = path;
  const isMissing = second !== undefined && valueAt(parseTree(text), first) === undefined;
  return isMissing ? insertion(text, [first], { [second]: value }) : insertion(text, path, value);
}

function valueAt(object: Node | undefined, name: string): Node | undefined {
  return object?.children?.find(({ children }) => children?.[0]?.value === name)?.children?.[1];
}

/**
 * jsonc-parser would lay out the neighbour anew, too. Where there is one on a line of its own, only the new text is laid
 * out; in other cases its own layout is as good as any.
 */
function insertion(text: string, path: readonly string[], value: unknown): EditResult {
  const [edit] = modify(text, [...path], value, {});
  const { eol, indent, outer } = layoutOf(text, path);
  const isNew = edit !== undefined && edit.length === 0;
  if (!isNew || outer === undefined) {
    return modify(text, [...path], value, {
      formattingOptions: { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol },
    });
  }
  const lines = `${JSON.stringify(path.at(-1))}: ${JSON.stringify(value, null, indent)}`.split('\n');
  return [{ ...edit, content: `,${eol}${outer}${lines.join(`${eol}${outer}`)}` }];
}

/** Line ends, one step of indentation, and how deep the neighbours stand; undefined where none has a line of its own. */
function layoutOf(text: string, path: readonly string[]): { eol: string; indent: string; outer: string | undefined } {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  let parent = parseTree(text);
  for (const name of path.slice(0, -1)) parent = valueAt(parent, name);
  const last = parent?.children?.at(-1);
  const outer = last && /[\r\n]([ \t]*)$/.exec(text.slice(0, last.offset))?.[1];
  return { eol, indent, outer };
}
