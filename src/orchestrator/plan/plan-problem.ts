import { isObject } from '../../message/json.ts';
import type { Problem } from '../../message/message.ts';
import { nearest } from '../../message/names.ts';
import { quote, visible } from '../../message/text.ts';
import { PLAN_FILE } from '../../workspace/layout.ts';

/** Problems of plan.json; the message begins with its path. */
export function planError(code: string, path: string, message: string, hint: string): Problem {
  return problem('error', code, path, message, hint);
}

export function planWarning(code: string, path: string, message: string, hint: string): Problem {
  return problem('warning', code, path, message, hint);
}

function problem(severity: Problem['severity'], code: string, path: string, message: string, hint: string): Problem {
  return { severity, code, file: PLAN_FILE, path, message: visible(`${path}: ${message}`), hint: visible(hint) };
}

/** The problem of an id that is referred to and not there, with the one that was probably meant. */
export function unknownId(code: string, what: string, id: string, path: string, known: readonly { id: string }[]): Problem {
  return planError(code, path, `there is no ${what} ${quote(id)}`, idHint(what, id, known));
}

/** Which id was probably meant, or which there are. */
export function idHint(what: string, id: string, known: readonly { id: string }[]): string {
  const ids = known.map((one) => one.id);
  const close = nearest(id, ids);
  if (close !== undefined) return `Did you mean ${quote(close)}?`;
  if (ids.length === 0) return `There is no ${what} yet.`;
  const more = ids.length > MOST_IDS ? ` and ${ids.length - MOST_IDS} more` : '';
  return `There is: ${ids
    .slice(0, MOST_IDS)
    .map((one) => quote(one))
    .join(', ')}${more}.`;
}

const MOST_IDS = 10;

/**
 * The pointer to a member of a phase or a task as it stands in the file: under the first of `names` that is there, and in
 * a list to the item that reads `item`.
 */
export function memberPath(entry: unknown, path: string, names: readonly [string, ...string[]], item?: string): string {
  const given = isObject(entry) ? entry : {};
  const holds = (value: unknown) => Array.isArray(value) && item !== undefined && indexOf(value, item) >= 0;
  const name = names.find((one) => holds(given[one])) ?? names.find((one) => Object.hasOwn(given, one)) ?? names[0];
  const list = given[name];
  return Array.isArray(list) && holds(list) && item !== undefined ? `${path}/${name}/${indexOf(list, item)}` : `${path}/${name}`;
}

function indexOf(list: readonly unknown[], item: string): number {
  return list.findIndex((one) => typeof one === 'string' && one.trim().toLowerCase() === item.toLowerCase());
}
