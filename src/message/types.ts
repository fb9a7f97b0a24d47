import { CommsError } from '../errors.ts';
import { BUILT_IN_TYPES, type BuiltInType } from './message.ts';
import { nearest } from './nearest.ts';
import { quote } from './text.ts';

const OWN_TYPE = /^[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$/;

/** The built-in type that a text means: `bug_report`, `bug-report` and `Bug Report` are BUG_REPORT. */
export function builtInType(text: string): BuiltInType | undefined {
  const upper = text.trim().toUpperCase().replace(/[- ]/g, '_');
  return BUILT_IN_TYPES.find((type) => type === upper);
}

/** Whether a type is one of a workspace's own, such as `context.query`. */
export function isOwnType(type: string): boolean {
  return OWN_TYPE.test(type) && type.length <= 128;
}

/** A type as somebody typed it: built-in ones in any case, a workspace's own in dotted lower case. @throws UNKNOWN_TYPE */
export function parseType(text: string): string {
  const builtIn = builtInType(text);
  if (builtIn) return builtIn;
  if (isOwnType(text)) return text;
  throw unknownType(text);
}

/** The refusal of a type, with the one that was probably meant. */
export function unknownType(text: string): CommsError {
  const lower = text.trim().toLowerCase();
  const close = isOwnType(lower) && lower !== text ? lower : nearest(text.trim().replace(/[- ]/g, '_'), BUILT_IN_TYPES);
  return new CommsError('UNKNOWN_TYPE', `${quote(text)} is not a message type.`, {
    hint: `${close ? `Did you mean ${close}? ` : ''}Types: ${BUILT_IN_TYPES.join(', ')}; your own are dotted lower case, such as context.query.`,
    details: { type: text.slice(0, 200), ...(close ? { nearest: close } : {}) },
  });
}
