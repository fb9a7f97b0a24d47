import { findNodeAtLocation, modify, type Node, parseTree } from 'jsonc-parser';
import { CommsError } from '../../errors.ts';
import { quote } from '../../message/text.ts';
import { PLAN_FILE } from '../../workspace/layout.ts';
import { parsePlanFile } from './parse.ts';

/** Members to set; null takes one away. */
export type Change = Readonly<Record<string, string | null>>;

/**
 * The text of a plan.json with members of one phase or task changed, by its id. Layout, unknown members and every other
 * byte stay. Of two with one id the first is changed. @throws INVALID_PLAN
 */
export function editPlan(text: string, list: 'phases' | 'tasks', id: string, change: Change): string {
  const at = (parsePlanFile(text)[list] ?? []).findIndex((entry) => entry.id === id);
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const edited = Object.entries(change).reduce((now, [name, value]) => withMember(now, [list, at, name], value), text.slice(bom.length));
  refuseOther(edited, list, at, change);
  return bom + edited;
}

type Path = [list: string, at: number, name: string];

function withMember(text: string, path: Path, value: string | null): string {
  const tree = parseTree(text);
  const node = tree && findNodeAtLocation(tree, path);
  if (node) return value === null ? without(text, path) : spliced(text, node.offset, node.length, JSON.stringify(value));
  const object = tree && findNodeAtLocation(tree, path.slice(0, 2));
  return value === null || !object ? text : withNew(text, object, path[2], JSON.stringify(value));
}

function without(text: string, path: Path): string {
  return modify(text, path, undefined, {}).reduce((now, { offset, length, content }) => spliced(now, offset, length, content), text);
}

/** After the last member, set apart from it as that one is from what stands before it. There is one: the id. */
function withNew(text: string, object: Node, name: string, value: string): string {
  const last = object.children?.at(-1);
  const [key, lastValue] = last?.children ?? [];
  if (!last || !key || !lastValue) return text;
  const gap = /[\r\n]*[ \t]*$/.exec(text.slice(0, last.offset))?.[0] ?? '';
  const isFirst = object.children?.length === 1;
  const onOneLine = !/[\r\n]/.test(gap);
  const colon = text.slice(key.offset + key.length, lastValue.offset);
  const apart = onOneLine && isFirst ? (colon.endsWith(' ') ? ' ' : '') : gap;
  return spliced(text, last.offset + last.length, 0, `,${apart}${JSON.stringify(name)}${colon}${value}`);
}

function spliced(text: string, offset: number, length: number, content: string): string {
  return text.slice(0, offset) + content + text.slice(offset + length);
}

/** A name that stands twice in an object is read where it stands last, and was changed where it stands first. */
function refuseOther(text: string, list: 'phases' | 'tasks', at: number, change: Change): void {
  const entry: Record<string, unknown> = parsePlanFile(text)[list]?.[at] ?? {};
  for (const [name, value] of Object.entries(change)) {
    if ((entry[name] ?? null) === value) continue;
    const path = `/${list}/${at}/${name}`;
    const message = `${path}: ${quote(name)} stands there twice`;
    throw new CommsError('INVALID_PLAN', `${PLAN_FILE} cannot be changed: ${message}.`, {
      hint: 'Take one of them out in an editor.',
      details: { file: PLAN_FILE, problems: [{ severity: 'error', code: 'DUPLICATE_NAME', file: PLAN_FILE, path, message }] },
    });
  }
}
